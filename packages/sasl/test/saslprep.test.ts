// SASLprep with the examples of RFC 4013 section 3; what it forbids stays as it is.
import { expect, it } from 'vitest';
import { saslPrep } from '../src/mechanisms/saslprep.ts';

it.each([
  ['I\u00adX', 'IX'],
  ['user', 'user'],
  ['USER', 'USER'],
  ['\u00aa', 'a'],
  ['\u2168', 'IX'],
  ['\u0007', '\u0007'],
  ['\u0627\u0031a', '\u0627\u0031a'],
  ['a\u00a0b', 'a b'],
  ['', ''],
])('%j becomes %j', (given, prepared) => {
  expect(saslPrep(given)).toBe(prepared);
});
