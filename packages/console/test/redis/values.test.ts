// Values of each kind: what is asked for, how replies are read, what changes send.
import { describe, expect, it } from 'vitest';
import {
  bestForm,
  hexOf,
  jsonIn,
  typedArgument,
  typedFrom,
} from '../../src/pages/redis/values/bytes/content.ts';
import { HASH, SET } from '../../src/pages/redis/values/rows/keyed.ts';
import { LIST, SORTED_SET, STREAM } from '../../src/pages/redis/values/rows/ordered.ts';
import { withoutDoubles } from '../../src/pages/redis/values/rows/rows-model.ts';
import type { Reply } from '../../src/pages/redis/wire/reply.ts';

const bulk = (text: string): Reply => ({ type: 'bulk', bytes: new TextEncoder().encode(text) });
const array = (...items: Reply[]): Reply => ({ type: 'array', items });
const strings = (...texts: string[]): Reply => array(...texts.map(bulk));
const nil: Reply = { type: 'nil' };

describe('a hash', () => {
  it('is read by HSCAN, with a pattern', () => {
    expect(HASH.page('k', '7', 'a*')).toEqual(['HSCAN', 'k', '7', 'MATCH', 'a*', 'COUNT', '500']);
    expect(HASH.read(array(bulk('9'), strings('f', 'v')), '7')).toEqual({
      rows: [{ id: 'f', cells: ['f', 'v'] }],
      next: '9',
    });
    expect(HASH.read(array(bulk('0'), strings()), '9').next).toBeUndefined();
  });

  it('notices a change', () => {
    const row = { id: 'f', cells: ['f', 'v'] };
    expect([bulk('v'), bulk('w'), nil].map((reply) => HASH.isStill(reply, row))).toEqual([
      true,
      false,
      false,
    ]);
    expect(HASH.isStill(nil, { id: 'f', cells: ['f', ''] })).toBe(false);
  });
});

describe('a set', () => {
  it('replaces a member by two commands', () => {
    expect(SET.change?.commands('k', { id: 'a', cells: ['a'] }, 'b')).toEqual([
      ['SREM', 'k', 'a'],
      ['SADD', 'k', 'b'],
    ]);
  });
});

describe('a list', () => {
  it('is read by its indexes', () => {
    expect(LIST.page('k', '500', '')).toEqual(['LRANGE', 'k', '500', '999']);
    const { rows, next } = LIST.read(strings('a', 'b'), '500');
    expect(rows.map(({ id, cells }) => [id, cells[1]])).toEqual([
      ['500', 'a'],
      ['501', 'b'],
    ]);
    expect(next).toBeUndefined();
    expect(LIST.read(strings(...Array.from({ length: 500 }, String)), '0').next).toBe('500');
  });

  it('removes by a mark that nothing else in it has', () => {
    const [mark, remove] = LIST.remove('k', { id: '3', cells: ['3', 'x'] });
    expect(mark?.slice(0, 3)).toEqual(['LSET', 'k', '3']);
    expect(remove).toEqual(['LREM', 'k', '1', mark?.[3]]);
    expect(LIST.remove('k', { id: '3', cells: ['3', 'x'] })[0]?.[3]).not.toBe(mark?.[3]);
  });
});

describe('a sorted set', () => {
  it('is read by score, and by ZSCAN where there is a pattern', () => {
    expect(SORTED_SET.page('k', SORTED_SET.start(''), '')).toEqual(['ZRANGE', 'k', '0', '499', 'WITHSCORES']);
    expect(SORTED_SET.page('k', SORTED_SET.start('a*'), 'a*').slice(0, 3)).toEqual(['ZSCAN', 'k', '0']);
    expect(SORTED_SET.read(array(bulk('5'), strings('m', '1.5')), 'scan:0')).toEqual({
      rows: [{ id: 'm', cells: ['m', '1.5'] }],
      next: 'scan:5',
    });
  });

  it('takes scores that are spelled another way for the same', () => {
    expect(SORTED_SET.isStill(bulk('2.0'), { id: 'm', cells: ['m', '2'] })).toBe(true);
    expect(SORTED_SET.isStill(nil, { id: 'm', cells: ['m', '0'] })).toBe(false);
  });
});

describe('a stream', () => {
  it('goes on behind the last entry', () => {
    const entry = (i: number) => array(bulk(`${1000 - i}-0`), strings('f', 'v', 'g', 'w'));
    const { rows, next } = STREAM.read(array(...Array.from({ length: 500 }, (_, i) => entry(i))), '+');
    expect(rows[0]?.cells).toEqual(['1000-0', 'f', 'v', 'g', 'w']);
    expect(next).toBe('(501-0');
  });
});

describe('portions', () => {
  it('show a part once that two of them name', () => {
    const row = (id: string) => ({ id, cells: [id] });
    const known = new Set(['a']);
    expect(withoutDoubles(known, [row('a'), row('b'), row('b')])).toEqual([row('b')]);
    expect(withoutDoubles(known, [row('b'), row('c')])).toEqual([row('c')]);
  });
});

describe('content', () => {
  it('is typed back to the same bytes', () => {
    for (const value of ['text', 'two\nlines', 'two\r\nlines', '', Uint8Array.of(0, 255, 13)]) {
      const { text, form } = typedFrom(value);
      expect(typedArgument(text, form)).toEqual(value);
    }
  });

  it.each(['0', 'xy', '0 1 2'])('refuses the hexadecimal %j', (text) => {
    expect(typedArgument(text, 'hex')).toBeUndefined();
  });

  it('refuses half a surrogate pair', () => expect(typedArgument('\ud800', 'text')).toBeUndefined());

  it('finds JSON only where it is worth a tree', () => {
    expect(jsonIn('{"a":1}')).toEqual({ a: 1 });
    expect([jsonIn('7'), jsonIn('{broken'), jsonIn(Uint8Array.of(0xff))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([bestForm('[1]'), bestForm('x'), bestForm(Uint8Array.of(0xff))]).toEqual(['json', 'text', 'hex']);
  });

  it('is sixteen bytes a line in hexadecimal', () => {
    expect(hexOf('a'.repeat(17)).split('\n')).toEqual([Array(16).fill('61').join(' '), '61']);
  });
});
