// One encoding of each ECDSA signature is taken, and all others are refused.
import { concat, fromHex } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import { ecdsaFromDer, ecdsaToDer } from '../../src/crypto/signatures/ecdsa-der.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', '')) ?? new Uint8Array(0);

describe('ECDSA in DER', () => {
  it.each([32, 48, 66])('comes back as it was with numbers of %i bytes', (fieldBytes) => {
    for (const [first, second] of [
      [1, 0xff],
      [0x80, 0x7f],
      [0xff, 0],
    ] as const) {
      const raw = new Uint8Array(2 * fieldBytes).fill(first, 0, fieldBytes).fill(second, fieldBytes);
      const der = ecdsaToDer(raw.with(2 * fieldBytes - 1, 1));
      expect(ecdsaFromDer(der, fieldBytes)).toEqual(raw.with(2 * fieldBytes - 1, 1));
    }
  });

  it.each([
    ['nothing', ''],
    ['no sequence', '31 06 02 01 01 02 01 01'],
    ['a length too long', '30 07 02 01 01 02 01 01'],
    ['a length too short', '30 05 02 01 01 02 01 01'],
    ['a long form of a short length', '30 81 06 02 01 01 02 01 01'],
    ['an indefinite length', '30 80 02 01 01 02 01 01 00 00'],
    ['bytes behind it', '30 06 02 01 01 02 01 01 00'],
    ['a third number', '30 09 02 01 01 02 01 01 02 01 01'],
    ['one number', '30 03 02 01 01'],
    ['an empty number', '30 05 02 00 02 01 01'],
    ['a zero', '30 06 02 01 00 02 01 01'],
    ['a negative number', '30 06 02 01 80 02 01 01'],
    ['a superfluous zero', '30 07 02 02 00 01 02 01 01'],
    ['a number that ends behind the signature', '30 06 02 01 01 02 02 01'],
    ['a long form of a number’s length', '30 07 02 81 01 01 02 01 01'],
    ['another tag', '30 06 02 01 01 03 01 01'],
  ])('refuses %s', (_what, der) => {
    expect(ecdsaFromDer(hex(der), 32)).toBeUndefined();
  });

  it('refuses numbers that are longer than the field', () => {
    const number = concat([Uint8Array.of(2, 33), new Uint8Array(33).fill(1)]);
    const der = concat([Uint8Array.of(0x30, 38), number, Uint8Array.of(2, 1, 1)]);
    expect(ecdsaFromDer(der, 32)).toBeUndefined();
    expect(ecdsaFromDer(der, 48)).toHaveLength(96);
  });
});
