// Hexadecimal digits (RFC 4648 section 8), two a byte. `Uint8Array.prototype.toHex` is too young for Node 20.

/** The two digits of each byte. */
const PAIRS: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  (byte + 256).toString(16).slice(1),
);
const SHAPE = /^(?:[0-9a-fA-F]{2})*$/;

/**
 * The bytes in lower-case digits.
 * @example
 * ```ts
 * import { toHex } from '@fairlead/bytes';
 *
 * toHex(Uint8Array.of(10, 255)); // '0aff'
 * ```
 */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += PAIRS[byte];
  return text;
}

/** The bytes that `text` stands for, in digits of either case; `undefined` where it is not pairs of them. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!SHAPE.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}
