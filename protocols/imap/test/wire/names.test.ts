// Mailbox names, sets of numbers, encoded words and parameters.
import { describe, expect, it } from 'vitest';
import { readParameters } from '../../src/headers/parameters.ts';
import { decodeWords } from '../../src/headers/words.ts';
import { copiedCount, copiedUids } from '../../src/names/copied-uids.ts';
import { NumberSet } from '../../src/names/number-set.ts';
import { decodeMailboxName, encodeMailboxName, isInbox } from '../../src/names/utf7.ts';
import { parseDate } from '../../src/responses/message/date-time.ts';

describe('modified UTF-7', () => {
  it.each([
    ['台北', '&U,BTFw-'],
    ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
    ['a&b', 'a&-b'],
    ['&-', '&--'],
    ['😀', '&2D3eAA-'],
    ['Entwürfe', 'Entw&APw-rfe'],
    ['', ''],
  ])('%s', (name, raw) => {
    expect(encodeMailboxName(name)).toBe(raw);
    expect(decodeMailboxName(raw)).toBe(name);
  });

  it.each(['&', '&bad', '&AGE-', '&U,BTF', '&=-', '&U/BTFw-', 'a&b-&', '&2D0-', '&U,BTFw=-', 'Jyväskylä&-'])(
    'keeps the raw name of %s',
    (raw) => {
      expect(decodeMailboxName(raw)).toBe(raw);
    },
  );

  it('knows the INBOX in any case', () => {
    expect(['INBOX', 'inBox', 'INBOX/a'].map(isInbox)).toEqual([true, true, false]);
  });
});

describe('NumberSet', () => {
  it('sorts, merges and turns ranges round', () => {
    expect(NumberSet.of([5, 1, 3, 2, [9, 7], 9]).toString()).toBe('1:3,5,7:9');
    expect(NumberSet.parse('7:5,1,4294967295')?.ranges).toEqual([
      [1, 1],
      [5, 7],
      [4_294_967_295, 4_294_967_295],
    ]);
  });

  it.each(['', '0', '1:', '1:*', '4294967296', '1,,2', ' 1', '-1', '1:2:3'])('is not %j', (text) => {
    expect(NumberSet.parse(text)).toBeUndefined();
  });

  it('counts and finds without expanding', () => {
    const all = NumberSet.of([[1, 4_294_967_295]]);
    expect([all.size, all.has(1), all.has(4_294_967_295), all.has(0)]).toEqual([
      4_294_967_295,
      true,
      true,
      false,
    ]);
    expect(all.minus(NumberSet.of([5, [10, 20]])).toString()).toBe('1:4,6:9,21:4294967295');
    expect(all[Symbol.iterator]().next().value).toBe(1);
  });

  it('agrees with sets of numbers', () => {
    let seed = 7;
    const pick = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return 1 + (seed % 40);
    };
    for (let round = 0; round < 500; round++) {
      const one = Array.from({ length: pick() }, pick);
      const other = Array.from({ length: pick() }, pick);
      const [a, b] = [NumberSet.of(one), NumberSet.of(other)];
      const sorted = (numbers: Iterable<number>) => [...new Set(numbers)].sort((x, y) => x - y);
      expect([...a]).toEqual(sorted(one));
      expect([...a.union(b)]).toEqual(sorted([...one, ...other]));
      expect([...a.minus(b)]).toEqual(sorted(one.filter((number) => !other.includes(number))));
      expect(one.every((number) => a.has(number))).toBe(true);
      expect(NumberSet.parse(a.toString())?.ranges).toEqual(a.ranges);
      expect(a.size).toBe(new Set(one).size);
    }
  });

  it('pairs copied UIDs in order, and none where the sets differ', () => {
    const copied = {
      uidValidity: 1,
      source: [
        [304, 304],
        [320, 319],
      ],
      destination: [[3956, 3958]],
    } as const;
    expect([...copiedUids(copied)]).toEqual([
      [304, 3956],
      [319, 3957],
      [320, 3958],
    ]);
    const unequal = { ...copied, destination: [[1, 4_294_967_295]] } as const;
    expect([copiedCount(unequal), ...copiedUids(unequal)]).toEqual([undefined]);
  });
});

describe('encoded words', () => {
  it.each([
    ['=?utf-8?Q?a_b=3D?= c', 'a b= c'],
    ['=?UTF-8?B?5Y+w?= =?utf-8?b?5YyX?=', '台北'],
    ['=?utf-8?q?=C3?=\r\n =?utf-8?q?=BC?=', 'ü'],
    ['=?utf-8?B?5Y?= =?utf-8?B?+w?=', '台'],
    ['=?iso-8859-1?q?=FC?= =?utf-8?q?=C3=BC?=', 'üü'],
    ['=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=', '日本'],
    ['=?gb2312?B?xOO6ww==?=', '你好'],
    ['=?us-ascii*en?q?x?=', 'x'],
    ['a =?x-unknown?q?=41?= b', 'a =?x-unknown?q?=41?= b'],
    ['=?utf-8?q?bad=ZZ?=', 'bad=ZZ'],
    ['=?utf-8?q?=FF?=', '\ufffd'],
    ['=?utf-8?z?x?= =?', '=?utf-8?z?x?= =?'],
    ['=?utf-8?q?a=0D=0AX:_b=00?=', 'a X: b '],
    ['=?utf-8?Q?two words?=', 'two words'],
    ['=?utf-8?b??=', ''],
    ['=?utf-8?b?YWJjZ?=', 'abc'],
  ])('%j', (text, decoded) => {
    expect(decodeWords(text)).toBe(decoded);
  });

  it('takes a megabyte of them in good time', () => {
    expect(decodeWords('=?utf-8?q?a?= '.repeat(70_000)).trim()).toHaveLength(70_000);
    expect(decodeWords('=?=?'.repeat(250_000))).toHaveLength(1_000_000);
  });
});

describe('parameters', () => {
  it.each([
    [[['Name', '=?utf-8?q?=C3=BC?=.txt']], { name: 'ü.txt' }],
    [[['filename*', "utf-8'en'%e2%82%ac%20x"]], { filename: '€ x' }],
    [
      [
        ['filename*1', 'b%41'],
        ['filename*0*', "iso-8859-1''%fc"],
      ],
      { filename: 'üb%41' },
    ],
    [
      [
        ['filename', 'plain'],
        ['filename*', "utf-8''better"],
      ],
      { filename: 'better' },
    ],
    [[['filename*', "x-unknown''%41"]], { filename: "x-unknown''%41" }],
    [[['filename*', 'no quotes%41']], { filename: 'no quotesA' }],
    [[['filename*', "utf-8''a%0d%0ab"]], { filename: 'a b' }],
    [
      [
        ['a', '1'],
        ['A', '2'],
      ],
      { a: '1' },
    ],
  ] as const)('%j', (pairs, expected) => {
    expect({ ...readParameters(pairs) }).toEqual(expected);
  });

  it('has no prototype to change', () => {
    const read = readParameters([
      ['__proto__', 'x'],
      ['__proto__*0', 'y'],
      ['*0', 'z'],
    ]);
    expect(Object.getPrototypeOf(read)).toBeNull();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

describe('dates', () => {
  it.each([
    ['17-Jul-1996 02:44:25 -0700', '1996-07-17T09:44:25.000Z'],
    [' 1-Jan-2026 00:00:00 +0000', '2026-01-01T00:00:00.000Z'],
    ['Mon, 7 Feb 94 21:52 PST (x)', '1994-02-08T05:52:00.000Z'],
    ['7 february 2026 21:52:25 +0530', '2026-02-07T16:22:25.000Z'],
    ['Fri, 21 Nov 1997 09:55:06 EDT', '1997-11-21T13:55:06.000Z'],
    ['21 Nov 1997 09:55:06 GMT', '1997-11-21T09:55:06.000Z'],
    ['yesterday', undefined],
    ['1 Foo 2026 00:00', undefined],
    ['', undefined],
  ])('%j', (text, expected) => {
    expect(parseDate(text)?.toISOString()).toBe(expected);
  });
});
