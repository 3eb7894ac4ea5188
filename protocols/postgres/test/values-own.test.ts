// Decoders of the caller's choice: where they apply, and what becomes of their errors.
import { describe, expect, it } from 'vitest';
import { binaryFormat } from '../src/binary/index.ts';
import { asBigInt, asDate, asNumber, asText, Range, type Value } from '../src/values/index.ts';
import { TypeRegistry } from '../src/values/registry.ts';
import { decode, fromHex, utf8 } from './support/cells.ts';

const registry = new TypeRegistry({
  json: 'parsed',
  binary: binaryFormat,
  types: {
    timestamptz: asDate,
    timestamp: asDate,
    date: asDate,
    int8: asBigInt,
    numeric: asNumber,
    json: asText,
    bool: asText,
    bytea: asText,
    '23': { text: (text) => `<${text}>`, binary: (bytes) => bytes.length },
    mood: { text: (text) => text.toUpperCase() },
    'int2[]': asText,
    constructor: asNumber,
  },
});
const read = (oid: number, text: string): Value => decode(registry, oid, 0, utf8(text));
const readHex = (oid: number, hex: string): Value => decode(registry, oid, 1, fromHex(hex));

describe('decoders of the caller', () => {
  it.each([
    [1184, '2024-02-29 12:34:56.789+02', new Date('2024-02-29T10:34:56.789Z')],
    [1114, '2024-02-29 12:34:56', new Date('2024-02-29T12:34:56Z')],
    [1082, '0044-03-15 BC', new Date(Date.UTC(-43, 2, 15))],
    [1082, 'infinity', 'infinity'],
    [1082, '5874897-12-31', '5874897-12-31'],
    [20, '9223372036854775807', 9223372036854775807n],
    [1700, '1.50', 1.5],
    [114, '[1]', '[1]'],
    [16, 't', 't'],
    [23, '7', '<7>'],
    [1007, '{7,NULL}', ['<7>', null]],
    [3904, '[1,7)', new Range('<1>', '<7>')],
    [3926, '[1,)', new Range(1n, null)],
    [4451, '{[1,7)}', [new Range('<1>', '<7>')]],
    [1005, '{1}', '{1}'],
    [3802, '[1]', [1]],
  ])('OID %i: %s', (oid, text, value) => {
    expect(read(oid, text)).toEqual(value);
  });

  it.each([
    [1184, '0000000000000000', new Date('2000-01-01T00:00:00Z')],
    [20, '7fffffffffffffff', 9223372036854775807n],
    [1700, '00010000000000000007', 7],
    [114, '5b315d', '[1]'],
    [16, '01', 't'],
    [17, '01', Uint8Array.of(1)],
    [23, '00000007', 4],
    [1007, '00000001000000000000001700000001000000010000000400000007', [4]],
  ])('OID %i in the binary format: %s', (oid, hex, value) => {
    expect(readHex(oid, hex)).toEqual(value);
  });

  it('apply to types that are known by name only once they were looked up', () => {
    expect(read(20001, 'sad')).toBe('sad');
    const { shapes } = registry;
    registry.add([
      { oid: 20001, name: 'mood', kind: 'enum', element: 0, delimiter: ',' },
      { oid: 20002, name: 'mood[]', kind: 'array', element: 20001, delimiter: ',' },
    ]);
    expect(registry.shapes).not.toBe(shapes);
    expect(read(20001, 'sad')).toBe('SAD');
    expect(read(20002, '{sad}')).toEqual(['SAD']);
    expect(decode(registry, 20001, 1, utf8('sad'))).toBe('SAD');
  });

  it('win in the binary format where that was not brought along', () => {
    const plain = new TypeRegistry({
      json: 'raw',
      types: {
        int4: { text: Number, binary: (bytes) => bytes[3] ?? 0 },
        text: { text: (text) => `${text}!` },
      },
    });
    expect(decode(plain, 23, 1, fromHex('00000007'))).toBe(7);
    expect(decode(plain, 25, 1, utf8('a'))).toBe('a!');
  });

  it('may throw, and are named then', () => {
    expect(() => read(20, '1.5')).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: expect.stringContaining('int8'),
        cause: expect.any(SyntaxError),
      }),
    );
  });
});
