// Every column type by both protocols, with its extremes: the same value, and nothing lost.
import { allSplits } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { signExpanded } from '../src/connection/login/ed25519-signatures.ts';
import { type Client, connect, type Value } from '../src/index.ts';
import type { ConnectOptions } from '../src/options/connect-options.ts';
import {
  Backend,
  bytes,
  cell,
  definition,
  eof,
  ok,
  packets,
  plainUrl,
  type TestColumn,
  table,
} from './support/backend.ts';

const BINARY = 63;
const UNSIGNED = 0x20;

function double(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
}

function float(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return new Uint8Array(view.buffer);
}

function int64(value: bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, value), true);
  return new Uint8Array(view.buffer);
}

const day = (...rest: number[]): Uint8Array => bytes(0xea, 7, 11, 21, ...rest);
const sized = (content: Uint8Array): Uint8Array => bytes(content.length, content);
const time = (sign: number, days: number, ...rest: number[]): Uint8Array =>
  bytes(8, sign, days, 0, 0, 0, ...rest);
const micro = (value: number): number[] => [
  value & 0xff,
  (value >> 8) & 0xff,
  (value >> 16) & 0xff,
  value >>> 24,
];

type Case = readonly [
  name: string,
  column: Omit<TestColumn, 'name'>,
  text: Uint8Array | string,
  binary: Uint8Array,
  value: Value,
];

const type = (code: number, more: Partial<TestColumn> = {}): Omit<TestColumn, 'name'> => ({
  type: code,
  collation: BINARY,
  ...more,
});
const same = (text: Uint8Array | string): readonly [Uint8Array | string, Uint8Array] => [text, cell(text)];

const CASES: readonly Case[] = [
  ['tinyint', type(1), '-128', bytes(0x80), -128],
  ['tinyint unsigned', type(1, { flags: UNSIGNED }), '255', bytes(0xff), 255],
  ['smallint', type(2), '-32768', bytes(0, 0x80), -32_768],
  ['smallint unsigned', type(2, { flags: UNSIGNED }), '65535', bytes(0xff, 0xff), 65_535],
  ['mediumint', type(9), '-8388608', bytes(0, 0, 0x80, 0xff), -8_388_608],
  ['mediumint unsigned', type(9, { flags: UNSIGNED }), '16777215', bytes(0xff, 0xff, 0xff, 0), 16_777_215],
  ['int', type(3), '-2147483648', bytes(0, 0, 0, 0x80), -2_147_483_648],
  ['int unsigned', type(3, { flags: UNSIGNED }), '4294967295', bytes(255, 255, 255, 255), 4_294_967_295],
  ['int zerofill', type(3, { flags: UNSIGNED }), '0000000042', bytes(42, 0, 0, 0), 42],
  ['bigint', type(8), '-9223372036854775808', int64(-(2n ** 63n)), '-9223372036854775808'],
  [
    'bigint unsigned',
    type(8, { flags: UNSIGNED }),
    '18446744073709551615',
    int64(2n ** 64n - 1n),
    '18446744073709551615',
  ],
  ['year', type(13, { flags: UNSIGNED }), '2155', bytes(0x6b, 8), 2155],
  ['year 0', type(13, { flags: UNSIGNED }), '0000', bytes(0, 0), 0],
  ['float', type(4, { decimals: 31 }), '0.1', float(0.1), 0.1],
  ['float, largest', type(4, { decimals: 31 }), '3.40282e38', float(3.40282e38), 3.40282e38],
  ['double', type(5, { decimals: 31 }), '1.7976931348623157e308', double(Number.MAX_VALUE), Number.MAX_VALUE],
  ['double, smallest', type(5, { decimals: 31 }), '5e-324', double(5e-324), 5e-324],
  [
    'decimal',
    type(246, { decimals: 30 }),
    ...same('-12345678901234567890.000000000000000000000000000001'),
    '-12345678901234567890.000000000000000000000000000001',
  ],
  ['date', type(10), '2026-11-21', sized(day()), '2026-11-21'],
  ['date zero', type(10), '0000-00-00', bytes(0), '0000-00-00'],
  ['datetime', type(12), '2026-11-21 10:00:09', sized(day(10, 0, 9)), '2026-11-21T10:00:09'],
  ['datetime midnight', type(12), '2026-11-21 00:00:00', sized(day()), '2026-11-21T00:00:00'],
  [
    'datetime(3)',
    type(12, { decimals: 3 }),
    '2026-11-21 10:00:00.120',
    sized(day(10, 0, 0, ...micro(120_000))),
    '2026-11-21T10:00:00.120',
  ],
  [
    'datetime(6)',
    type(12, { decimals: 6 }),
    '2026-11-21 00:00:00.000001',
    sized(day(0, 0, 0, ...micro(1))),
    '2026-11-21T00:00:00.000001',
  ],
  [
    'datetime(6) at noon',
    type(12, { decimals: 6 }),
    '2026-11-21 12:00:00.000000',
    sized(day(12, 0, 0)),
    '2026-11-21T12:00:00.000000',
  ],
  ['datetime zero', type(12), '0000-00-00 00:00:00', bytes(0), '0000-00-00 00:00:00'],
  [
    'datetime without a day',
    type(12),
    '2026-11-00 00:00:00',
    bytes(4, 0xea, 7, 11, 0),
    '2026-11-00 00:00:00',
  ],
  ['timestamp', type(7), '2026-11-21 10:00:00', sized(day(10, 0, 0)), '2026-11-21T10:00:00'],
  [
    'timestamp(6)',
    type(7, { decimals: 6 }),
    '2026-11-21 10:00:00.123456',
    sized(day(10, 0, 0, ...micro(123_456))),
    '2026-11-21T10:00:00.123456',
  ],
  ['timestamp zero', type(7), '0000-00-00 00:00:00', bytes(0), '0000-00-00 00:00:00'],
  ['time', type(11), '-838:59:59', time(1, 34, 22, 59, 59), '-838:59:59'],
  ['time 0', type(11), '00:00:00', bytes(0), '00:00:00'],
  [
    'time(6)',
    type(11, { decimals: 6 }),
    '-00:00:00.000001',
    bytes(12, 1, 0, 0, 0, 0, 0, 0, 0, ...micro(1)),
    '-00:00:00.000001',
  ],
  ['varchar', type(253, { collation: 255 }), ...same('日本 😀 \\ \0'), '日本 😀 \\ \0'],
  ['varchar, long', type(253, { collation: 255 }), ...same('é'.repeat(40_000)), 'é'.repeat(40_000)],
  ['char, empty', type(254, { collation: 255 }), ...same(''), ''],
  ['enum', type(254, { collation: 255, flags: 0x100 }), ...same('b'), 'b'],
  ['set', type(254, { collation: 255, flags: 0x800 }), ...same('x,y'), 'x,y'],
  ['text', type(252, { collation: 255, flags: 0x10 }), ...same('text'), 'text'],
  ['varbinary', type(253), ...same(Uint8Array.of(0, 255)), Uint8Array.of(0, 255)],
  ['blob', type(252, { flags: 0x90 }), ...same(new Uint8Array(300).fill(7)), new Uint8Array(300).fill(7)],
  ['bit(9)', type(16, { flags: UNSIGNED }), ...same(Uint8Array.of(1, 1)), Uint8Array.of(1, 1)],
  ['geometry', type(255), ...same(Uint8Array.of(0, 0, 0, 0, 1, 1)), Uint8Array.of(0, 0, 0, 0, 1, 1)],
  ['vector', type(242), ...same(float(0.5)), float(0.5)],
  ['json', type(245), ...same('{"a": [1, null, "é"]}'), { a: [1, null, 'é'] }],
  ['json null', type(245), ...same('null'), null],
];

/** Both protocols' answers with one column. */
async function open(cases: readonly Case[], options: ConnectOptions = {}): Promise<Client> {
  const columns = cases.map(([, column], i) => ({ ...column, name: `c${i}` }));
  const bitmap = new Uint8Array((columns.length + 9) >> 3);
  const backend = new Backend(({ code }) => {
    if (code === 3) return table(columns, [cases.map(([, , text]) => text)]);
    if (code === 0x16) return [bytes(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)];
    return [
      bytes(columns.length),
      ...columns.map(definition),
      eof(),
      bytes(0, bitmap, ...cases.map(([, , , binary]) => binary)),
      eof(),
    ];
  });
  return connect(plainUrl, { connector: backend.connector, ...options });
}

describe('values', () => {
  it.each(CASES)('of %s are the same by query() and by execute()', async (...given) => {
    const [, , , , expected] = given;
    const db = await open([given]);
    const text = (await db.query('select', [], { rowMode: 'array' })).rows[0]?.[0];
    const binary = (await db.execute('select', [], { rowMode: 'array' })).rows[0]?.[0];
    expect(text).toStrictEqual(expected);
    expect(binary).toStrictEqual(expected);
    if (expected instanceof Uint8Array) {
      for (const value of [text, binary]) expect(Object.getPrototypeOf(value)).toBe(Uint8Array.prototype);
    }
    await db.close();
  });

  it('stand in one row, and keep their bytes when the next one has come', async () => {
    const db = await open(CASES);
    const all = CASES.map(([, , , , value]) => value);
    const text = (await db.query('select', [], { rowMode: 'array' })).rows;
    const binary = (await db.execute('select', [], { rowMode: 'array' })).rows;
    await db.query('select');
    expect(text).toEqual([all]);
    expect(binary).toEqual([all]);
    await db.close();
  });

  it('of JSON come unparsed if that is asked for', async () => {
    const raw = '{"n": 12345678901234567890.10}';
    const db = await open([['json', type(245), ...same(raw), raw]], { json: 'raw' });
    expect((await db.query('select')).rows).toEqual([{ c0: raw }]);
    expect((await db.execute('select')).rows).toEqual([{ c0: raw }]);
    await db.close();
  });

  it("of TIMESTAMP say no zone where the session's was left alone", async () => {
    const stamp: Case = ['timestamp', type(7), '2026-11-21 10:00:00', sized(day(10, 0, 0)), ''];
    const db = await open([stamp], { timeZone: 'session' });
    expect((await db.query('select')).rows).toEqual([{ c0: '2026-11-21T10:00:00' }]);
    await db.close();
  });

  it("of FLOAT beyond six digits are the server's rounding by query() and whole by execute()", async () => {
    const db = await open([['float', type(4, { decimals: 31 }), '16777200', float(16_777_216), 0]]);
    expect((await db.query('select')).rows).toEqual([{ c0: 16_777_200 }]);
    expect((await db.execute('select')).rows).toEqual([{ c0: 16_777_216 }]);
    await db.close();
  });

  it('are NULL where the server says so, in any column', async () => {
    const columns = Array.from({ length: 17 }, (_, i) => ({ name: `c${i}`, type: 253 }));
    const backend = new Backend(({ code }) => {
      if (code === 0x16) return [bytes(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)];
      const values = columns.map((_, i) => (i % 3 === 0 ? null : 'x'));
      if (code === 3) return table(columns, [values]);
      const bitmap = new Uint8Array(3);
      values.forEach((value, i) => {
        if (value === null) bitmap[(i + 2) >> 3] = (bitmap[(i + 2) >> 3] ?? 0) | (1 << ((i + 2) & 7));
      });
      const present = values.filter((value) => value !== null).map(cell);
      return [bytes(17), ...columns.map(definition), eof(), bytes(0, bitmap, ...present), eof()];
    });
    const db = await connect(plainUrl, { connector: backend.connector });
    const expected = columns.map((_, i) => (i % 3 === 0 ? null : 'x'));
    expect((await db.query('select', [], { rowMode: 'array' })).rows).toEqual([expected]);
    expect((await db.execute('select', [], { rowMode: 'array' })).rows).toEqual([expected]);
    await db.close();
  });

  it('are the same however the bytes are cut', async () => {
    const columns = [
      { name: 'a', type: 8 },
      { name: '__proto__', type: 253 },
    ];
    const reply = packets(
      1,
      ...table(
        columns,
        [
          ['1', 'x'],
          ['2', null],
        ],
        0x0a,
      ),
      ok(),
    );
    for (const { chunks } of allSplits(reply)) {
      const backend = new Backend(async (_, line) => {
        for (const chunk of chunks) {
          await line.write(chunk);
        }
        return undefined;
      });
      const db = await connect(plainUrl, { connector: backend.connector, timeZone: 'session' });
      const { results } = await db.query('select');
      expect(results.map(({ rows }) => rows.map((row) => Object.entries(row)))).toEqual([
        [
          [
            ['a', '1'],
            ['__proto__', 'x'],
          ],
          [
            ['a', '2'],
            ['__proto__', null],
          ],
        ],
        [],
      ]);
      await db.close();
    }
  });
});

describe('signatures', () => {
  it('are those of RFC 8032 where the secret is a seed', async () => {
    // Section 7.1, test 3.
    const seed = Buffer.from('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7', 'hex');
    const expected =
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac' +
      '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a';
    expect(Buffer.from(await signExpanded(seed, bytes(0xaf, 0x82))).toString('hex')).toBe(expected);
  });
});
