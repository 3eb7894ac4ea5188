// MD5 for protocols that hash passwords with it: WebCrypto has it in workerd alone. The code is short rather than fast,
// for messages of some hundred bytes. MD5 by itself protects nothing.

import { toHex } from '@fairlead/bytes';

/** How far each step of a round of four rotates (RFC 1321 section 3.4). */
const ROTATIONS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/**
 * The MD5 hash (RFC 1321) of `bytes`, as 32 lower-case hexadecimal digits.
 * @example
 * ```ts
 * import { md5 } from '@fairlead/sasl';
 *
 * md5(new TextEncoder().encode('abc')); // '900150983cd24fb0d6963f7d28e17f72'
 * ```
 */
export function md5(bytes: Uint8Array): string {
  return toHex(md5Bytes(bytes));
}

/** The MD5 hash of `bytes`, as 16 bytes. */
export function md5Bytes(bytes: Uint8Array): Uint8Array {
  const words = padded(bytes);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let at = 0; at < words.length; at += 16) addBlock(state, words.subarray(at, at + 16));
  const hash = new DataView(new ArrayBuffer(16));
  for (let i = 0; i < 4; i++) hash.setInt32(i * 4, state[i] ?? 0, true);
  return new Uint8Array(hash.buffer);
}

/** The message, a bit, zeros, and the message's length in bits, as words (section 3.1). */
function padded(bytes: Uint8Array): Uint32Array {
  const { length } = bytes;
  const view = new DataView(new ArrayBuffer((((length + 8) >>> 6) + 1) * 64));
  new Uint8Array(view.buffer).set(bytes);
  view.setUint8(length, 0x80);
  view.setUint32(view.byteLength - 8, length << 3, true);
  view.setUint32(view.byteLength - 4, length >>> 29, true);
  // Little-endian on every machine.
  return Uint32Array.from({ length: view.byteLength / 4 }, (_none, i) => view.getUint32(i * 4, true));
}

function addBlock(state: Int32Array, words: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    const mixed = [d ^ (b & (c ^ d)), c ^ (d & (b ^ c)), b ^ c ^ d, c ^ (b | ~d)][round] ?? 0;
    const word = words[([i, 5 * i + 1, 3 * i + 5, 7 * i][round] ?? 0) % 16] ?? 0;
    const sine = Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32);
    const sum = (a + mixed + word + sine) | 0;
    const rotation = ROTATIONS[round * 4 + (i % 4)] ?? 0;
    [a, d, c, b] = [d, c, b, (b + ((sum << rotation) | (sum >>> (32 - rotation)))) | 0];
  }
  [a, b, c, d].forEach((word, i) => {
    state[i] = (state[i] ?? 0) + word;
  });
}
