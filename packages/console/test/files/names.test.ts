// Names of strangers: shown without tricks, and never taken for a way elsewhere.
import { describe, expect, it } from 'vitest';
import { filtered, nextOrder, sorted } from '../../src/pages/files/listing/order.ts';
import { crumbsOf, joinPath, nameOf, normalPath, parentOf } from '../../src/pages/files/names/path.ts';
import { nameFault, unusable } from '../../src/pages/files/names/usable.ts';
import { textOf } from '../../src/pages/files/preview/head.ts';
import type { Entry } from '../../src/pages/files/store/contract.ts';
import { foldersOf } from '../../src/pages/files/transfers/jobs/dropped.ts';

describe('paths', () => {
  it('are put together and taken apart', () => {
    expect([joinPath('/', 'a'), joinPath('/a', 'b c')]).toEqual(['/a', '/a/b c']);
    expect([parentOf('/a/b'), parentOf('/a'), parentOf('/')]).toEqual(['/a', '/', '/']);
    expect([nameOf('/a/b'), nameOf('/')]).toEqual(['b', '']);
    expect(crumbsOf('/a/b')).toEqual([
      ['a', '/a'],
      ['b', '/a/b'],
    ]);
    expect([normalPath('a//./b/'), normalPath('')]).toEqual(['/a/b', '/']);
  });
});

describe('unusable', () => {
  it.each(['..', '.', '', 'a/b', '../etc/passwd', 'x\\..\\y', 'a\u0000', 'a\ufffd'])('refuses %j', (name) =>
    expect(unusable(name, true)).toMatch(/\.$/),
  );

  it.each([
    'a b',
    ' a ',
    'größe',
    '...',
    '-rf',
    '~',
    '<img src=x onerror=alert(1)>',
    'gpj\u202eexe',
    "'; rm -rf ~",
  ])('takes %j', (name) => expect(unusable(name, false)).toBeUndefined());

  it('takes control characters where paths may hold them', () => {
    expect(unusable('a\nb', true)).toBeUndefined();
    expect(unusable('a\nb', false)).toContain('FTP');
  });
});

describe('nameFault', () => {
  it('says what is wrong with a new name', () => {
    const taken = new Set(['old']);
    const faults = ['', 'a/b', '..', 'old', 'a\tb'].map((name) => nameFault(name, taken, false));
    expect(faults.every((fault) => fault !== undefined)).toBe(true);
    expect(nameFault('new', taken, false)).toBeUndefined();
  });
});

describe('the order', () => {
  const entry = (name: string, more: Partial<Entry> = {}): Entry => ({
    name,
    kind: 'file',
    size: undefined,
    modifiedAt: undefined,
    mode: undefined,
    note: undefined,
    ...more,
  });
  const all = [
    entry('b10', { size: 1, modifiedAt: 2 }),
    entry('b9', { size: 3, modifiedAt: 1 }),
    entry('Z', { kind: 'folder' }),
    entry('a', { size: 2, modifiedAt: 3 }),
  ];
  const names = (key: 'name' | 'size' | 'modified', isDescending: boolean) =>
    sorted(all, { key, isDescending }).map(({ name }) => name);

  it('has folders first, and numbers as numbers', () => {
    expect(names('name', false)).toEqual(['Z', 'a', 'b9', 'b10']);
    expect(names('name', true)).toEqual(['Z', 'b10', 'b9', 'a']);
    expect(names('size', true)).toEqual(['Z', 'b9', 'a', 'b10']);
    expect(names('modified', false)).toEqual(['Z', 'b9', 'b10', 'a']);
  });

  it('turns by a second click', () => {
    const first = nextOrder({ key: 'name', isDescending: false }, 'size');
    expect(first).toEqual({ key: 'size', isDescending: true });
    expect(nextOrder(first, 'size').isDescending).toBe(false);
  });

  it('is filtered whatever the case', () => {
    expect(filtered(all, ' B1 ').map(({ name }) => name)).toEqual(['b10']);
    expect(filtered(all, '')).toBe(all);
  });
});

describe('what is looked at', () => {
  it('is text where it is UTF-8 without NUL', () => {
    const bytes = new TextEncoder().encode('größe');
    expect(textOf(bytes, false)).toBe('größe');
    expect(textOf(bytes.subarray(0, 3), false)).toBeUndefined();
    expect(textOf(bytes.subarray(0, 3), true)).toBe('gr');
    expect(textOf(Uint8Array.of(65, 0), false)).toBeUndefined();
  });
});

describe('folders that are dropped', () => {
  it('are made each before those in it', () => {
    expect(foldersOf([{ folder: 'a/b' }, { folder: '' }, { folder: 'a/c' }])).toEqual(['a', 'a/b', 'a/c']);
  });
});
