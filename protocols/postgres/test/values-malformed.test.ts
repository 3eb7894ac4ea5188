// What no server should send: it is refused in one way only, and read no further than it goes.
import { describe, expect, it } from 'vitest';
import { binaryFormat } from '../src/binary/index.ts';
import type { Value } from '../src/values/index.ts';
import { BUILT_IN } from '../src/values/oids.ts';
import { TypeRegistry } from '../src/values/registry.ts';
import { WIRE_VALUES } from './fixtures/wire-values.ts';
import { decode, fromHex, utf8 } from './support/cells.ts';

const registry = new TypeRegistry({ json: 'parsed', binary: binaryFormat });
const read = (oid: number, text: string): Value => decode(registry, oid, 0, utf8(text));
const refused = (code: string): unknown => expect.objectContaining({ name: 'FairleadError', code });

describe('malformed values', () => {
  it.each([
    [16, 'x'],
    [16, ''],
    [21, ''],
    [23, '-'],
    [23, '1x'],
    [700, 'nan'],
    [17, '\\x0'],
    [17, '\\x0g'],
    [17, '\\'],
    [17, '\\40'],
    [17, '\\400'],
    [17, '\\089'],
    [114, '{'],
    [1007, '{1,x}'],
    [3904, '[1,2'],
    [3904, '[1]'],
    [3904, '[1,2)x'],
    [3904, ''],
    [4451, '{[1,2)'],
    [4451, '{empty}'],
    ...['', '1,2', '{1,2', '{1,2}}', '{1,,2}', '{"a}', '{{{{{{{1}}}}}}}', '{"a"b}', '[0:1]', '{a,}'].map(
      (text): [number, string] => [1009, text],
    ),
  ])('refuses OID %i: %s', (oid, text) => {
    expect(() => read(oid, text)).toThrow(refused('protocol'));
  });

  it('refuses text that is not UTF-8, and shows nothing of a value', () => {
    expect(() => decode(registry, 25, 0, Uint8Array.of(0xff))).toThrow(refused('protocol'));
    expect(() => read(114, '{"secret')).toThrow(expect.not.stringContaining('secret') as never);
  });

  it.each([
    ['bool of two bytes', 16, '0101'],
    ['int4 of three bytes', 23, '000000'],
    ['numeric cut', 1700, '0001'],
    ['numeric with a digit over 9999', 1700, '00010000000000002710'],
    ['numeric with another sign', 1700, '00010000123400000001'],
    ['array of seven dimensions', 1007, '000000070000000000000017'],
    ['array of more elements than bytes', 1007, '0000000100000000000000177fffffff00000001'],
    [
      'array with an empty dimension',
      1007,
      '000000020000000000000017000000010000000100000000000000010000000000000000',
    ],
    ['element longer than the array', 1007, '000000010000000000000017000000010000000100000005000000'],
    ['element of length -2', 1007, '00000001000000000000001700000001000000 01fffffffe'.replace(' ', '')],
    ['range cut', 3904, '02'],
    ['multirange of a billion', 4451, '3b9aca00'],
    ['record of a billion', 2249, '3b9aca00'],
    ['jsonb of version 2', 3802, '027b7d'],
    ['inet of 5 bytes', 869, '02200005'],
    ['inet of a length that is none', 869, '022000030a0000'],
    ['uuid of 15 bytes', 2950, '00'.repeat(15)],
    ['time over a day', 1083, '7fffffffffffffff'],
  ])('refuses binary %s', (_what, oid, hex) => {
    expect(() => decode(registry, oid, 1, fromHex(hex))).toThrow(refused('protocol'));
  });
});

/** The same numbers in every run: mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Whether a decoder gives a value or refuses in the one way it may. */
function survives(oid: number, format: 0 | 1, cell: Uint8Array): void {
  try {
    decode(registry, oid, format, cell);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'protocol') {
      throw new Error(`OID ${oid}, format ${format}: ${[...cell]}`, { cause: error });
    }
  }
}

describe('whatever comes, only FairleadError `protocol` leaves a decoder', () => {
  it('random bytes for every type', () => {
    const next = random(7);
    for (const oid of [...BUILT_IN.keys(), 99999]) {
      for (let i = 0; i < 100; i += 1) {
        // Small bytes make plausible lengths and counts.
        const most = i % 2 === 0 ? 256 : 4;
        const cell = Uint8Array.from({ length: Math.floor(next() * 40) }, () => Math.floor(next() * most));
        survives(oid, 0, cell);
        survives(oid, 1, cell);
      }
    }
  });

  it('values with a byte changed, cut off or added', () => {
    const next = random(8);
    for (const [, oid, text, hex] of WIRE_VALUES) {
      for (const [format, cell] of [
        [0, utf8(text)],
        [1, fromHex(hex)],
      ] as const) {
        for (let i = 0; i < 20; i += 1) {
          const changed = cell.slice();
          if (changed.length > 0) changed[Math.floor(next() * changed.length)] = Math.floor(next() * 256);
          survives(oid, format, changed);
          survives(oid, format, cell.slice(0, Math.floor(next() * cell.length)));
          survives(oid, format, Uint8Array.of(...cell, Math.floor(next() * 256)));
        }
      }
    }
  });
});
