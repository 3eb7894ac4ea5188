// MD5 for protocols that still hash passwords with it; in few bytes, for the sake of clients that must be small. It
// protects nothing by itself, and is not made for much data.

/** How far each step of a round of four rotates (RFC 1321 section 3.4). */
const ROTATIONS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** The MD5 hash (RFC 1321) of `bytes`, as 32 lower-case hexadecimal digits. */
export function md5(bytes: Uint8Array): string {
  const words = padded(bytes);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let at = 0; at < words.length; at += 16) addBlock(state, words.subarray(at, at + 16));
  const hash = new DataView(new ArrayBuffer(16));
  let text = '';
  for (let i = 0; i < 4; i++) hash.setInt32(i * 4, state[i] ?? 0, true);
  for (let i = 0; i < 16; i++) text += hash.getUint8(i).toString(16).padStart(2, '0');
  return text;
}

/** The words of the message with a bit, zeros, and its length in bits behind it (section 3.1). */
function padded(bytes: Uint8Array): Uint32Array {
  const { length } = bytes;
  const view = new DataView(new ArrayBuffer((((length + 8) >>> 6) + 1) * 64));
  new Uint8Array(view.buffer).set(bytes);
  view.setUint8(length, 0x80);
  view.setUint32(view.byteLength - 8, length << 3, true);
  view.setUint32(view.byteLength - 4, length >>> 29, true);
  // Little-endian whatever the machine is.
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
