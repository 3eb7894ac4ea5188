// Base64 with the standard alphabet and padding (RFC 4648 section 4). It knows no line lengths and no other alphabet.

/** Bytes that become text in one call: a multiple of 3, so that only the last piece has padding. */
const PIECE_BYTES = 0x6000;
const SHAPE = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The bytes as base64.
 * @example
 * ```ts
 * import { toBase64 } from '@fairlead/bytes';
 *
 * toBase64(Uint8Array.of(1, 2)); // 'AQI='
 * ```
 */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES)));
  }
  return text;
}

/**
 * The bytes that `text` stands for, or `undefined` where it is not base64: another alphabet, white space, missing or
 * superfluous padding.
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  // `atob` skips white space and forgives missing padding.
  if (text.length % 4 !== 0 || !SHAPE.test(text)) return undefined;
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    return undefined;
  }
}
