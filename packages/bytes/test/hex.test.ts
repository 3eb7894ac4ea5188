// Hexadecimal digits in both directions.
import { expect, it } from 'vitest';
import { fromHex, toHex } from '../src/index.ts';

it('writes two lower-case digits a byte, and reads them in either case', () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  expect(toHex(Uint8Array.of(0, 10, 255))).toBe('000aff');
  expect(fromHex(toHex(all))).toEqual(all);
  expect(fromHex('0Aff')).toEqual(Uint8Array.of(10, 255));
  expect(fromHex('')).toEqual(new Uint8Array());
});

it.each(['0', '0g', ' 00', '0x00', '00 00', '00\n'])('refuses %j', (text) => {
  expect(fromHex(text)).toBeUndefined();
});
