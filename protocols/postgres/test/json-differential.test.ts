// Rows at random, rendered from their bytes, against the slow way: values decoded one by one, then JSON.stringify.
import { toBase64 as base64 } from '@fairlead/bytes';
import { jsonText } from '@fairlead/http';
import { expect, it } from 'vitest';
import { JsonRowWriter } from '../src/json/row-writer.ts';
import { BUILT_IN } from '../src/values/oids.ts';
import { TypeRegistry } from '../src/values/registry.ts';
import { CellSource } from '../src/values/rows/cell-source.ts';
import type { Field } from '../src/wire/messages.ts';
import { dataRow } from './support/backend.ts';

let state = 42;

/** A whole number below `below`, the same in each run. */
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

const pick = <T>(from: readonly [T, ...T[]]): T => from[random(from.length)] ?? from[0];
const digits = (count: number): string => Array.from({ length: count }, () => random(10)).join('');
const two = (below: number, from = 0): string => String(from + random(below)).padStart(2, '0');
const sign = (): string => pick(['', '-']);

function text(): string {
  const unit = (): string =>
    pick([
      () => String.fromCharCode(0x20 + random(0x5f)),
      () => pick(['"', '\\', '\n', '\t', '\u0001', '\u007f', '{', '}', ',', 'NULL', ' ']),
      () => String.fromCharCode(0x80 + random(0x700)),
      () => String.fromCodePoint(pick([0x10000, 0xe000, 0x2028, 0xfeff]) + random(256)),
    ])();
  return Array.from({ length: random(random(8) === 0 ? 300 : 12) }, unit).join('');
}

const date = (): string => `${two(20, 10)}${two(100)}-${two(12, 1)}-${two(28, 1)}`;
const clock = (): string =>
  `${two(24)}:${two(60)}:${two(60)}${pick(['', `.${1 + random(9)}`, `.${digits(5)}1`])}`;
const zone = (): string => pick(['+00', `${pick(['+', '-'])}${two(14, 1)}`, '+05:30', '-00:44:30']);
const rareDate = (): string => pick(['infinity', '-infinity', '0044-03-15 BC', `1${date()}`]);
const bytea = (): string => `\\x${Array.from({ length: random(30) }, () => two(70, 10)).join('')}`;
const whole = (): string => pick([digits(0), sign()]) + String(random(2 ** 31));

function quote(element: string | null): string {
  return element === null ? 'NULL' : `"${element.replace(/["\\]/g, '\\$&')}"`;
}

/** An array, of one dimension or two. */
function array(element: () => string): () => string {
  const list = (): string =>
    `{${Array.from({ length: 1 + random(4) }, () => quote(random(5) === 0 ? null : element())).join(',')}}`;
  return () => pick([() => '{}', list, () => `[2:3]={${list()},${list()}}`])();
}

const float = (): string =>
  pick([
    () => String(random(2 ** 31) / (1 + random(1000))),
    () => `${sign()}${1 + random(9)}.${digits(3)}e${pick(['+', '-'])}${two(300, 1)}`,
    () => pick(['NaN', 'Infinity', '-Infinity', '0']),
  ])();

const GENERATORS: Readonly<Record<string, () => string>> = {
  bool: () => pick(['t', 'f']),
  int2: whole,
  int4: whole,
  oid: () => String(random(2 ** 32)),
  int8: () => `${sign()}${1 + random(9)}${digits(18)}`,
  numeric: () => `${sign()}${random(9)}.${digits(30)}`,
  float4: float,
  float8: float,
  text,
  varchar: text,
  bytea,
  json: () => JSON.stringify({ [text()]: [text(), random(100), null] }, null, pick([0, 1])),
  jsonb: () => JSON.stringify([text(), { a: text() }]),
  date: () => pick([date, date, rareDate])(),
  timestamp: () => pick([() => `${date()} ${clock()}`, rareDate])(),
  timestamptz: () => pick([() => `${date()} ${clock()}${zone()}`, rareDate])(),
  time: clock,
  timetz: () => clock() + zone(),
  interval: () =>
    pick([`${1 + random(9)} years ${random(31)} days`, `-${two(99)}:${two(60)}:${two(60)}.5`, '00:00:00']),
  uuid: () => crypto.randomUUID(),
  inet: () => `10.${random(256)}.0.1/8`,
  'int4[]': array(whole),
  'int8[]': array(() => digits(18)),
  'bool[]': array(() => pick(['t', 'f'])),
  'float8[]': array(float),
  'text[]': array(text),
  'bytea[]': array(bytea),
  'timestamptz[]': array(() => `${date()} ${clock()}+00`),
  'interval[]': array(() => '1 day 01:00:00'),
};

const NAMES = Object.keys(GENERATORS) as [string, ...string[]];
const OIDS = new Map([...BUILT_IN.values()].map(({ name, oid }) => [name, oid]));
const registry = new TypeRegistry({ json: 'raw' });

/** A cell's JSON, made of its value. */
function reference(type: string, cell: string | null): unknown {
  if (cell === null) return null;
  if (type.startsWith('json')) return JSON.parse(cell);
  const bytes = new TextEncoder().encode(cell);
  const source = new CellSource();
  source.set(bytes, 0, bytes.length);
  return JSON.parse(jsonText(registry.decoder(OIDS.get(type) ?? 0, 0)(source, 0, bytes.length)));
}

function fields(types: readonly string[]): Field[] {
  return types.map((type, index) => ({
    name: `c${index}`,
    tableOid: 0,
    columnNumber: 0,
    typeOid: OIDS.get(type) ?? 0,
    typeSize: -1,
    typeModifier: -1,
    format: 0,
  }));
}

it.each(['object', 'array'] as const)('rows as %ss', (rowMode) => {
  for (let table = 0; table < 150; table += 1) {
    const types = Array.from({ length: 1 + random(9) }, () => pick(NAMES));
    const writer = new JsonRowWriter({ rowMode });
    const source = new CellSource();
    writer.begin(fields(types));
    const expected: unknown[] = [];
    for (let i = 0; i < 10; i += 1) {
      const cells = types.map((type) => (random(8) === 0 ? null : (GENERATORS[type]?.() ?? null)));
      const row = dataRow(cells);
      source.set(row, 0, row.length);
      writer.row(source, 5, row.length);
      const values = types.map((type, at) => reference(type, cells[at] ?? null));
      expected.push(
        rowMode === 'array' ? values : Object.fromEntries(values.map((value, at) => [`c${at}`, value])),
      );
    }
    const lines = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(writer.take())
      .split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual(expected);
  }
});

it('bytea of every length is what base64 says', () => {
  for (let length = 0; length < 100; length += 1) {
    const value = Uint8Array.from({ length }, () => random(256));
    const hex = Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const writer = new JsonRowWriter({ rowMode: 'array' });
    const row = dataRow([`\\x${hex}`]);
    const source = new CellSource();
    source.set(row, 0, row.length);
    writer.begin(fields(['bytea']));
    writer.row(source, 5, row.length);
    expect(new TextDecoder().decode(writer.take())).toBe(`["${base64(value)}"]\n`);
  }
});
