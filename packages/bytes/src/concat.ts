// Several byte arrays as one.

/**
 * One new array that holds all parts, in order. The parts are copied: none of them is returned itself.
 * @example
 * ```ts
 * import { concat } from '@fairlead/bytes';
 *
 * concat([Uint8Array.of(1), Uint8Array.of(2, 3)]); // Uint8Array [1, 2, 3]
 * ```
 */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
