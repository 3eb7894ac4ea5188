// ECDSA signatures between the DER form of TLS and X.509 (RFC 5480 appendix A: ECDSA-Sig-Value) and WebCrypto's r || s. Strict: one
// encoding of each pair of numbers is accepted.
import { concat } from '@fairlead/bytes';

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * @param fieldBytes Length of r and of s in the result.
 * @returns r || s; `undefined` for anything that is not DER, for numbers that are negative or too long, and for what follows them.
 */
export function ecdsaFromDer(der: Uint8Array, fieldBytes: number): Uint8Array | undefined {
  // Two integers of P-521 take up to 136 bytes, and then the length has a byte of its own.
  const long = der[1] === 0x81;
  const length = long ? der[2] : der[1];
  const start = long ? 3 : 2;
  if (der[0] !== SEQUENCE || length === undefined || length !== der.length - start) return undefined;
  if (long !== length > 0x7f) return undefined;
  const raw = new Uint8Array(2 * fieldBytes);
  const next = copyInteger(der, start, raw.subarray(0, fieldBytes));
  if (next === undefined) return undefined;
  return copyInteger(der, next, raw.subarray(fieldBytes)) === der.length ? raw : undefined;
}

/** @returns Where the integer ends; `undefined` where it is none, or does not fit. */
function copyInteger(der: Uint8Array, at: number, target: Uint8Array): number | undefined {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  if (der[at] !== INTEGER || length === 0 || length > 0x7f || end > der.length) return undefined;
  const [first = 0, second = 0x80] = der.subarray(at + 2, end);
  // Negative, or with a zero in front that no sign bit asks for. A lone zero is no number of a signature either.
  if (first > 0x7f || (first === 0 && (length === 1 || second < 0x80))) return undefined;
  const magnitude = der.subarray(at + (first === 0 ? 3 : 2), end);
  if (magnitude.length > target.length) return undefined;
  target.set(magnitude, target.length - magnitude.length);
  return end;
}

/** @param raw r || s, of equal length. */
export function ecdsaToDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const numbers = concat([integer(raw.subarray(0, half)), integer(raw.subarray(half))]);
  const head = numbers.length > 0x7f ? [SEQUENCE, 0x81, numbers.length] : [SEQUENCE, numbers.length];
  return concat([Uint8Array.from(head), numbers]);
}

function integer(number: Uint8Array): Uint8Array {
  let start = 0;
  while (start < number.length - 1 && number[start] === 0) start++;
  const magnitude = number.subarray(start);
  const sign = (magnitude[0] ?? 0) > 0x7f ? [0] : [];
  return concat([Uint8Array.of(INTEGER, sign.length + magnitude.length, ...sign), magnitude]);
}
