// Rows out of DataRow bodies, and bodies that are none.
import { describe, expect, it } from 'vitest';
import { TypeRegistry } from '../src/values/registry.ts';
import { CellSource } from '../src/values/rows/cell-source.ts';
import { rowReader } from '../src/values/rows/row-reader.ts';
import { dataRow, field, readRow, utf8 } from './support/cells.ts';

const registry = new TypeRegistry({ json: 'parsed' });
const fields = [field('id', 23), field('name', 25), field('at', 1184), field('ok', 16)];
const protocol = expect.objectContaining({ name: 'FairleadError', code: 'protocol' });

describe('rows', () => {
  it('come as objects and as arrays', () => {
    const body = dataRow('7', 'Zürich', '2024-02-29 12:34:56.123456+00', null);
    const [id, name, at, ok] = [7, 'Zürich', '2024-02-29T12:34:56.123456Z', null];
    expect(readRow(fields, registry, 'object', body)).toEqual({ id, name, at, ok });
    expect(readRow(fields, registry, 'array', body)).toEqual([id, name, at, ok]);
  });

  it('may have no columns at all', () => {
    expect(readRow([], registry, 'object', dataRow())).toEqual({});
    expect(readRow([], registry, 'array', dataRow())).toEqual([]);
  });

  it('keep the last of two columns of one name, and take any name', () => {
    const names = ['a', 'a', '__proto__', 'constructor', '', '0'].map((name) => field(name, 25));
    const row = readRow(names, registry, 'object', dataRow('1', '2', '3', '4', '5', '6'));
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(new Map(Object.entries(row))).toEqual(
      new Map([
        ['0', '6'],
        ['a', '2'],
        ['__proto__', '3'],
        ['constructor', '4'],
        ['', '5'],
      ]),
    );
  });

  it('do not share what they hold', () => {
    const read = rowReader([field('a', 25)], registry, 'object');
    const body = dataRow('x');
    const source = new CellSource();
    source.set(body, 0, body.length);
    const first = read(source, 0, body.length);
    expect(read(source, 0, body.length)).not.toBe(first);
  });

  it('are cut from any place in a read, and survive the next', () => {
    const source = new CellSource();
    const read = rowReader(fields.slice(0, 2), registry, 'array');
    const rows: unknown[] = [];
    const bytes = new Uint8Array(200_000);
    for (let round = 0; round < 3; round += 1) {
      let at = 100;
      const bodies = Array.from({ length: 3000 }, (_, i) =>
        dataRow(String(i), `${round} ${i % 7 === 0 ? 'ü' : 'u'} ${'x'.repeat(i % 40)}`),
      );
      const starts = bodies.map((body) => {
        bytes.set(body, at);
        at += body.length;
        return at - body.length;
      });
      source.set(bytes, 100, at);
      for (const [i, start] of starts.entries()) {
        rows.push(read(source, start, start + (bodies[i]?.length ?? 0)));
      }
    }
    expect(rows).toHaveLength(9000);
    expect(rows[2999]).toEqual([2999, `0 u ${'x'.repeat(2999 % 40)}`]);
    expect(rows[3000]).toEqual([0, '1 ü ']);
    expect(rows[8999]).toEqual([2999, `2 u ${'x'.repeat(2999 % 40)}`]);
  });
});

describe('bodies that are no rows', () => {
  const good = dataRow('7', 'abc', '2024-02-29 12:34:56.123456+00', 't');
  const changed = (at: number, ...values: readonly number[]): Uint8Array => {
    const bytes = good.slice();
    bytes.set(values, at);
    return bytes;
  };

  it.each([
    ['nothing', new Uint8Array()],
    ['one byte', new Uint8Array(1)],
    ['fewer columns', dataRow('7', 'abc', null)],
    ['more columns', dataRow('7', 'abc', null, null, null)],
    ['a negative count', changed(0, 0xff, 0xff)],
    ['a length below -1', changed(2, 0xff, 0xff, 0xff, 0xfe)],
    ['a length beyond the row', changed(2, 0x7f, 0xff, 0xff, 0xff)],
    ['a length that eats the next', changed(5, 5)],
    ['bytes behind the last cell', Uint8Array.of(...good, 0)],
    ['a cut last cell', good.slice(0, -1)],
    ['a cut length', good.slice(0, -4)],
  ])('refuses %s', (_what, body) => {
    expect(() => readRow(fields, registry, 'object', body)).toThrow(protocol);
    expect(() => readRow(fields, registry, 'array', body)).toThrow(protocol);
  });

  it('never read beyond their end, also where bytes follow', () => {
    const body = dataRow('7', 'abc', null, 't');
    const bytes = Uint8Array.of(...body, ...body);
    const source = new CellSource();
    source.set(bytes, 0, bytes.length);
    for (let end = 0; end < body.length; end += 1) {
      expect(() => rowReader(fields, registry, 'array')(source, 0, end)).toThrow(protocol);
    }
  });
});

describe('text', () => {
  it.each([
    '',
    'a',
    'ä',
    '€',
    '\u{1f389}',
    '\0',
    '\u{feff}x',
    'x'.repeat(5000),
    'ü'.repeat(5000),
    'é'.repeat(20) + 'a'.repeat(40),
  ])('of many lengths and alphabets', (text) => {
    const bytes = utf8(`<${text}>`);
    const source = new CellSource();
    source.set(bytes, 0, bytes.length);
    expect(source.text(1, bytes.length - 1)).toBe(text);
  });

  it.each([
    [0x80],
    [0xc3],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
    [0xe2, 0x82],
    [0xc3, 0x41],
    [0xf0, 0x80, 0x80, 0x80],
    [0xe0, 0x80, 0x80],
  ])('is not %i', (...codes) => {
    const bytes = Uint8Array.of(0x41, ...codes, 0x80, 0x80);
    const source = new CellSource();
    source.set(bytes, 0, bytes.length);
    expect(() => source.text(0, 1 + codes.length)).toThrow(protocol);
  });
});
