// Bytes as hexadecimal digits. `Uint8Array.prototype.toHex` is too young for Node 20.

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => (byte + 256).toString(16).slice(1));

/** Two lower-case digits a byte. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => PAIRS[byte]).join('');
}
