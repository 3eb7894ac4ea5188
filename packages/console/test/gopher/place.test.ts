// Places of Gopher: what the address bar takes, and where a menu's lines lead.
import { describe, expect, it } from 'vitest';
import { isFetched, kindWord, outsideUrl } from '../../src/pages/gopher/menu/item-kinds.ts';
import {
  commonName,
  fileNameOf,
  placeOf,
  queryOf,
  type Reach,
  readPlace,
  withSearch,
} from '../../src/pages/gopher/places/place.ts';

const reach = (more: Partial<Reach> = {}): Reach => ({
  hasConnection: true,
  mayDial: true,
  ownNames: new Set(['hole.test:70']),
  ...more,
});

describe('the address bar', () => {
  it.each([
    ['', ''],
    [' /1/docs ', '/1/docs'],
    ['gopher://a.test/1/x', 'gopher://a.test/1/x'],
    ['gophers://a.test:7443/', 'gophers://a.test:7443/'],
    ['a.test', 'gopher://a.test'],
    ['a.test:7070/1/x', 'gopher://a.test:7070/1/x'],
  ])('takes %j', (text, place) => expect(readPlace(text, reach())).toEqual({ place }));

  it.each([
    ['javascript:alert(1)', reach(), 'gopher: and gophers:'],
    ['https://a.test/', reach(), 'gopher: and gophers:'],
    ['gopher://a.test/1/x\r\nEVIL', reach(), 'control characters'],
    ['gopher://a.test/', reach({ mayDial: false }), 'paths of the connection'],
    ['/1/docs', reach({ hasConnection: false }), 'whole address'],
    ['', reach({ hasConnection: false }), 'whole address'],
  ])('refuses %j', (text, own, words) =>
    expect(readPlace(text, own)).toEqual({ fault: expect.stringContaining(words) }),
  );

  it('asks the gateway by path or by URL', () => {
    expect(queryOf('')).toEqual({});
    expect(queryOf('/0/a')).toEqual({ path: '/0/a' });
    expect(queryOf('gopher://a.test/')).toEqual({ url: 'gopher://a.test/' });
  });
});

describe('a menu’s line', () => {
  const own = { hostname: 'Hole.test', port: 70, url: 'gopher://Hole.test/1/a?b#c/../d' };
  const other = { hostname: 'other.test', port: 7070, url: 'gopher://other.test:7070/0/x' };

  it('leads to a path of the connection, as the server wrote it', () => {
    expect(placeOf(own, reach())).toBe('/1/a?b#c/../d');
    expect(placeOf(own, reach({ hasConnection: false }))).toBe(own.url);
  });

  it('leads elsewhere only where the token may go', () => {
    expect(placeOf(other, reach())).toBe(other.url);
    expect(placeOf(other, reach({ mayDial: false }))).toBeUndefined();
    expect(placeOf({ hostname: 'x', url: 'javascript:alert(1)' }, reach())).toBeUndefined();
    expect(placeOf({ hostname: 'x' }, reach())).toBeUndefined();
  });

  it('tells the name that a server has for itself', () => {
    expect(commonName([other, own, own, { hostname: 'error.host', port: 1 }])).toBe('hole.test:70');
    expect(commonName([{ hostname: 'error.host', port: 1 }])).toBeUndefined();
  });

  it('is a link to the web for http and https alone', () => {
    expect(outsideUrl('h', 'https://a.test/?q=1')).toBe('https://a.test/?q=1');
    for (const url of [
      'javascript:alert(1)',
      ' java\nscript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      undefined,
    ])
      expect(outsideUrl('h', url)).toBeUndefined();
    expect(outsideUrl('1', 'https://a.test/')).toBeUndefined();
  });

  it('has a word for its type', () => {
    expect(['0', '1', '7', 'constructor', '€'].map(kindWord)).toEqual([
      'Text',
      'Menu',
      'Search',
      'Type constructor',
      'Type €',
    ]);
    expect(['0', '9', 'i', '8', 'T'].map(isFetched)).toEqual([true, true, false, false, false]);
  });
});

it('a search takes the place of one before', () => {
  expect(withSearch('/7/find', 'two words%')).toBe('/7/find%09two%20words%25');
  expect(withSearch('/7/find%09old', 'new')).toBe('/7/find%09new');
});

it.each([
  ['/0/docs/READ%20ME.md', 'READ ME.md'],
  ['gopher://a.test/9/x.bin', 'x.bin'],
  ['gopher://a.test', 'gopher-item'],
  ['/0/%ff.txt', '%ff.txt'],
  ['', 'gopher-item'],
])('the file of %j is %j', (place, name) => expect(fileNameOf(place)).toBe(name));
