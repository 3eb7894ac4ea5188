// Small byte helpers of the kit: text to bytes, joining, comparing, dumping. Knows no protocol.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bytes as a test writes them: text stands for its UTF-8 form. */
export type BytesLike = string | Uint8Array;

/**
 * UTF-8 for text, the same array for bytes.
 * @param value Text or bytes.
 */
export function toBytes(value: BytesLike): Uint8Array {
  return typeof value === 'string' ? encoder.encode(value) : value;
}

/** Bytes as text; malformed UTF-8 becomes U+FFFD, as a dump needs it. */
export function toText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/**
 * One new array that holds all parts in order.
 * @param parts Text or bytes.
 */
export function concatBytes(parts: readonly BytesLike[]): Uint8Array {
  const arrays = parts.map(toBytes);
  const joined = new Uint8Array(arrays.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of arrays) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** The first index where the two differ (the shorter one's length if one is a prefix), or -1 if equal. */
export function firstDifference(left: Uint8Array, right: Uint8Array): number {
  const common = Math.min(left.length, right.length);
  for (let i = 0; i < common; i++) {
    if (left[i] !== right[i]) return i;
  }
  return left.length === right.length ? -1 : common;
}

/** Where `needle` first stands in `haystack`, or -1. */
export function indexOfBytes(haystack: Uint8Array, needle: Uint8Array): number {
  outer: for (let start = 0; start + needle.length <= haystack.length; start++) {
    for (let i = 0; i < needle.length; i++) {
      if (haystack[start + i] !== needle[i]) continue outer;
    }
    return start;
  }
  return -1;
}
