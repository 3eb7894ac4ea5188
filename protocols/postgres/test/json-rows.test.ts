// Rows from DataRow's bytes to JSON: every kind of type, checked against decoding and JSON.stringify; what is refused.
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { type JsonRowOptions, JsonRowWriter } from '../src/json/row-writer.ts';
import { BUILT_IN } from '../src/values/oids.ts';
import { CellSource } from '../src/values/rows/cell-source.ts';
import type { Field } from '../src/wire/messages.ts';
import { bytes, dataRow, int16, int32 } from './support/backend.ts';

type Cell = string | null;
type Columns = readonly (readonly [name: string, oid: number])[];

const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function fieldsOf(columns: Columns): Field[] {
  return columns.map(([name, typeOid]) => ({
    name,
    tableOid: 0,
    columnNumber: 0,
    typeOid,
    typeSize: -1,
    typeModifier: -1,
    format: 0,
  }));
}

/** Feeds bodies of rows, each behind some bytes and before some that are not its own. */
function feed(writer: JsonRowWriter, bodies: readonly Uint8Array[]): void {
  const source = new CellSource();
  for (const body of bodies) {
    const padded = bytes('D1234', body, '"\\}{');
    source.set(padded, 0, padded.length);
    writer.row(source, 5, 5 + body.length);
  }
}

function render(columns: Columns, bodies: readonly Uint8Array[], options?: JsonRowOptions): string {
  const writer = new JsonRowWriter(options);
  writer.begin(fieldsOf(columns));
  feed(writer, bodies);
  expect(writer.taken).toBe(0);
  const taken = writer.take();
  expect(writer.taken).toBe(bodies.length);
  expect(writer.take()).toBeUndefined();
  return text.decode(taken);
}

/** A DataRow's body. */
const row = (...cells: Cell[]): Uint8Array => dataRow(cells).subarray(5);

/** One cell's JSON, of a type by its name. */
function cell(type: string, value: Cell | Uint8Array): string {
  const oid = [...BUILT_IN.values()].find(({ name }) => name === type)?.oid ?? 0;
  const body = value instanceof Uint8Array ? bytes(int16(1), int32(value.length), value) : row(value);
  return render([['x', oid]], [body], { rowMode: 'array' }).slice(1, -2);
}

function failure(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return isFairleadError(error) ? error.code : error;
  }
  return undefined;
}

describe('kinds of types', () => {
  it.each([
    ['bool', 't', 'true'],
    ['bool', 'f', 'false'],
    ['int2', '-32768', '-32768'],
    ['int4', '0', '0'],
    ['int4', '2147483647', '2147483647'],
    ['oid', '4294967295', '4294967295'],
    ['float8', '1e+20', '1e+20'],
    ['float8', '-1.7976931348623157e+308', '-1.7976931348623157e+308'],
    ['float8', '5e-324', '5e-324'],
    ['float8', '-0', '-0'],
    ['float4', '0.1', '0.1'],
    ['float4', 'NaN', '"NaN"'],
    ['float8', 'Infinity', '"Infinity"'],
    ['float8', '-Infinity', '"-Infinity"'],
    ['int8', '9223372036854775807', '"9223372036854775807"'],
    ['numeric', '12345678901234567890.000000000000000001', '"12345678901234567890.000000000000000001"'],
    ['numeric', 'NaN', '"NaN"'],
    ['money', '$1,000.00', '"$1,000.00"'],
    ['json', '{"n":\n 12345678901234567890}', '{"n":  12345678901234567890}'],
    ['json', '[1,\r\n\t2]', '[1,  \t2]'],
    ['jsonb', '{"a": "\\n\\u0000 \u2028é😀"}', '{"a": "\\n\\u0000 \u2028é😀"}'],
    ['bytea', '\\x', '""'],
    ['bytea', '\\x00', '"AA=="'],
    ['bytea', '\\x0001', '"AAE="'],
    ['bytea', '\\x0001ff', '"AAH/"'],
    ['bytea', '\\x0001fFAb', '"AAH/qw=="'],
    ['bytea', 'a\\\\b\\000\\377', '"YVxiAP8="'],
    ['bytea', '', '""'],
    ['date', '2024-02-29', '"2024-02-29"'],
    ['date', '0044-03-15 BC', '"0044-03-15 BC"'],
    ['date', '10000-01-01', '"10000-01-01"'],
    ['date', 'infinity', '"infinity"'],
    ['date', '-infinity', '"-infinity"'],
    ['date', '29.02.2024', '"29.02.2024"'],
    ['timestamp', '2024-02-29 12:34:56', '"2024-02-29T12:34:56"'],
    ['timestamp', '2024-02-29 12:34:56.123456', '"2024-02-29T12:34:56.123456"'],
    ['timestamp', '0001-01-01 00:00:00 BC', '"0001-01-01T00:00:00 BC"'],
    ['timestamp', '294276-12-31 23:59:59.999999', '"294276-12-31T23:59:59.999999"'],
    ['timestamptz', '2024-02-29 12:34:56+00', '"2024-02-29T12:34:56Z"'],
    ['timestamptz', '2024-02-29 12:34:56.1+00', '"2024-02-29T12:34:56.1Z"'],
    ['timestamptz', '2024-02-29 12:34:56.12-08', '"2024-02-29T12:34:56.12-08:00"'],
    ['timestamptz', '2024-02-29 12:34:56+05:30', '"2024-02-29T12:34:56+05:30"'],
    ['timestamptz', '1890-01-01 00:00:00+00:19:32', '"1890-01-01T00:00:00+00:19:32"'],
    ['timestamptz', '4714-11-24 00:00:00+00 BC', '"4714-11-24T00:00:00Z BC"'],
    ['timestamptz', 'Thu Feb 29 12:34:56 2024 UTC', '"Thu Feb 29 12:34:56 2024 UTC"'],
    ['time', '24:00:00', '"24:00:00"'],
    ['timetz', '12:34:56.5+02', '"12:34:56.5+02:00"'],
    ['interval', '1 year 2 mons 3 days 04:05:06.789', '"P1Y2M3DT4H5M6.789S"'],
    ['interval', '00:00:00', '"PT0S"'],
    ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"'],
    ['int4range', '[1,5)', '"[1,5)"'],
    ['tstzrange', '["2024-01-01 00:00:00+00",)', '"[\\"2024-01-01 00:00:00+00\\",)"'],
    ['record', '(1,"a ""b""")', '"(1,\\"a \\"\\"b\\"\\"\\")"'],
    ['void', '', '""'],
    ['text', null, 'null'],
  ])('%s %s', (type, value, expected) => {
    expect(cell(type, value)).toBe(expected);
    expect(() => JSON.parse(expected)).not.toThrow();
  });

  it.each([
    ['int4[]', '{}', '[]'],
    ['int4[]', '{1,NULL,-3}', '[1,null,-3]'],
    ['int4[]', '{{1,2},{3,4}}', '[[1,2],[3,4]]'],
    ['int4[]', '[0:1][-1:0]={{1,2},{3,4}}', '[[1,2],[3,4]]'],
    ['int4[]', '{{{{{{1}}}}}}', '[[[[[[1]]]]]]'],
    ['int8[]', '{1}', '["1"]'],
    ['bool[]', '{t,f}', '[true,false]'],
    ['float8[]', '{NaN,1e-07}', '["NaN",1e-07]'],
    ['text[]', '{a,"b c","\\"\\\\","NULL",NULL,"","{}",é}', '["a","b c","\\"\\\\","NULL",null,"","{}","é"]'],
    ['bytea[]', '{"\\\\x01",NULL}', '["AQ==",null]'],
    ['json[]', '{"{\\"a\\": [1,\\"x\\"]}",2}', '[{"a": [1,"x"]},2]'],
    ['timestamptz[]', '{"2024-02-29 12:34:56+00",infinity}', '["2024-02-29T12:34:56Z","infinity"]'],
    ['interval[]', '{"1 day",00:00:01}', '["P1D","PT1S"]'],
    ['box[]', '{(1,1),(0,0);(2,2),(1,1)}', '["(1,1),(0,0)","(2,2),(1,1)"]'],
    ['int4range[]', '{"[1,5)",empty}', '["[1,5)","empty"]'],
  ])('%s %s', (type, value, expected) => {
    expect(cell(type, value)).toBe(expected);
    expect(() => JSON.parse(expected)).not.toThrow();
  });

  it('a type that a database defines is a string', () => {
    expect(render([['mood', 16_385]], [row('{"a"}')])).toBe('{"mood":"{\\"a\\"}"}\n');
  });
});

describe('strings', () => {
  it('are what JSON.stringify makes of them', () => {
    const every = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code)).slice(1);
    for (const one of [...every, '\u{10ffff}', '\u{10000}', '\ud7ff\ue000\ufffd\ufeff', '\u2028\u2029']) {
      expect(cell('text', one)).toBe(JSON.stringify(one));
    }
    const long = every.join('').repeat(3);
    expect(cell('text', long)).toBe(JSON.stringify(long));
    expect(cell('text', 'x'.repeat(100_000))).toBe(JSON.stringify('x'.repeat(100_000)));
    const wide = `${'x'.repeat(4095)}😀${'\n'.repeat(9000)}é`;
    expect(cell('text', wide)).toBe(JSON.stringify(wide));
  });

  it.each([
    ['a continuation alone', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong of three', [0xe0, 0x9f, 0xbf]],
    ['an overlong of four', [0xf0, 0x8f, 0xbf, 0xbf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a lead that is none', [0xf5, 0x80, 0x80, 0x80]],
    ['a sequence cut short', [0xe2, 0x82]],
    ['a sequence broken off', [0xf0, 0x9f, 0x98, 0x41]],
    ['latin-1', [0x63, 0x61, 0x66, 0xe9]],
  ])('are refused for %s', (_what, codes) => {
    const value = Uint8Array.from(codes);
    for (const type of ['text', 'json', 'timetz', 'int4', 'date']) {
      expect([type, failure(() => cell(type, value))]).toEqual([type, 'protocol']);
    }
  });

  it('are checked as the engine checks them', () => {
    const random = generator(7);
    for (let i = 0; i < 20_000; i += 1) {
      const value = Uint8Array.from({ length: 1 + random(6) }, () => 0x7e + random(0x82));
      let expected: string | undefined;
      try {
        expected = JSON.stringify(text.decode(value));
      } catch {
        expected = undefined;
      }
      if (expected === undefined) expect(failure(() => cell('text', value))).toBe('protocol');
      else expect(cell('text', value)).toBe(expected);
    }
  });
});

describe('rows', () => {
  const columns: Columns = [
    ['id', 20],
    ['__proto__', 23],
    ['id', 25],
    ['say "é"\n', 16],
  ];

  it('are objects, the last of two columns of one name', () => {
    const rendered = render(columns, [row('1', '2', 'x', 't'), row('1', null, null, null)]);
    expect(rendered).toBe(
      '{"__proto__":2,"id":"x","say \\"é\\"\\n":true}\n{"__proto__":null,"id":null,"say \\"é\\"\\n":null}\n',
    );
  });

  it('are arrays, with commas where they are asked for', () => {
    const options = { rowMode: 'array', separator: ',' } as const;
    expect(render(columns, [row('1', '2', 'x', 'f'), row(null, null, null, null)], options)).toBe(
      '["1",2,"x",false],[null,null,null,null],',
    );
    expect(render([], [row(), row()], { rowMode: 'array' })).toBe('[]\n[]\n');
    expect(render([], [row()])).toBe('{}\n');
  });

  it('that were taken stay as they are', () => {
    const writer = new JsonRowWriter();
    writer.begin(fieldsOf([['t', 25]]));
    const taken: Uint8Array[] = [];
    for (let i = 0; i < 300; i += 1) {
      feed(writer, [row(`${i} ${'x'.repeat(2000)}`)]);
      taken.push(writer.take() ?? new Uint8Array());
    }
    expect(taken.map((each) => Number.parseInt(JSON.parse(text.decode(each)).t, 10))).toEqual(
      Array.from({ length: 300 }, (_, i) => i),
    );
  });

  it.each([
    ['too few columns', row('1')],
    ['too many columns', row('1', '2', '3')],
    ['no count', new Uint8Array(1)],
    ['an end in a length', bytes(int16(2), int32(1), 'a', 0, 0)],
    ['an end in a value', bytes(int16(2), int32(1), 'a', int32(3), 'b')],
    ['a length below -1', bytes(int16(2), int32(-2), int32(-1))],
    ['the largest length', bytes(int16(2), int32(0x7fffffff), int32(-1))],
    ['more behind the last value', bytes(int16(2), int32(-1), int32(-1), 'x')],
    ['a value that is refused', row('ok', '{1')],
  ])('with %s are refused, and those before them stay whole', (_what, body) => {
    const writer = new JsonRowWriter();
    writer.begin(
      fieldsOf([
        ['a', 25],
        ['b', 1007],
      ]),
    );
    feed(writer, [row('x', '{1}')]);
    expect(failure(() => feed(writer, [body]))).toBe('protocol');
    expect(text.decode(writer.take())).toBe('{"a":"x","b":[1]}\n');
    expect(writer.taken).toBe(1);
  });

  it('are refused in binary form, and beyond the cap', () => {
    const field = fieldsOf([['t', 25]]).map((each) => ({ ...each, format: 1 as const }));
    expect(failure(() => new JsonRowWriter().begin(field))).toBe('protocol');
    const cell = 'x'.repeat(600);
    expect(failure(() => render([['t', 25]], [row(cell), row(cell)], { maxBytes: 1000 }))).toBe('limit');
  });
});

describe('malformed values', () => {
  it.each([
    ['int4[]', ''],
    ['int4[]', '1'],
    ['int4[]', '{'],
    ['int4[]', '{1'],
    ['int4[]', '{1,'],
    ['int4[]', '{1,}'],
    ['int4[]', '{,1}'],
    ['int4[]', '{1}}'],
    ['int4[]', '{1}2'],
    ['int4[]', '{{1}2}'],
    ['int4[]', '{"1'],
    ['int4[]', '{"1\\'],
    ['int4[]', '{"1"2}'],
    ['int4[]', '[0:1]'],
    ['int4[]', '{{{{{{{1}}}}}}}'],
    ['bytea', '\\x0'],
    ['bytea', '\\x0g'],
    ['bytea', '\\xg00000'],
    ['bytea', '\\x00000G'],
    ['bytea', '\\x00g0'],
    ['bytea', '\\8'],
    ['bytea', '\\400'],
    ['bytea', '\\01'],
    ['bytea', '\\'],
    ['json', ''],
  ])('%s %s', (type, value) => {
    expect(failure(() => cell(type, value))).toBe('protocol');
  });

  it('numbers that are none become strings, never broken JSON', () => {
    for (const value of ['', '-', '1.', '.5', '1e', '1e+', '01', '-01', '+1', '1,"x":2', '0x10', '1 ']) {
      expect(cell('float8', value)).toBe(JSON.stringify(value));
    }
  });

  it('bytes at random: valid JSON or `protocol`, for every type but json', () => {
    const random = generator(11);
    const alphabet = utf8.encode('{}[]",\\x0123456789abNUL -+:.;=tf\nT');
    for (const { name } of BUILT_IN.values()) {
      if (name.startsWith('json')) continue;
      for (let i = 0; i < 60; i += 1) {
        const value = Uint8Array.from({ length: random(24) }, (_, at) =>
          at === 0 && name.endsWith('[]')
            ? 0x7b
            : random(9) === 0
              ? random(256)
              : (alphabet[random(alphabet.length)] ?? 0),
        );
        const failed = failure(() => JSON.parse(cell(name, value)));
        if (failed !== undefined) expect([name, failed]).toEqual([name, 'protocol']);
      }
    }
  });
});

/** Whole numbers below a bound, the same in each run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
