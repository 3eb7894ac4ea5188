// `Range: bytes=...` (RFC 9110 section 14.1.2) for a file of a known size. One range; several are answered with the whole file, as
// section 14.2 allows.

/** A part of a file: from `start` on, up to `end`, which is behind its last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const RANGE = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i;

/**
 * The part that the header `Range` asks for.
 * @returns `undefined` for the whole file, `'unsatisfiable'` for a range without any byte of the file.
 */
export function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [whole, first = '', last = ''] = RANGE.exec(header ?? '') ?? [];
  if (whole === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const start = Math.max(0, size - Number(last));
    return start < size ? { start, end: size } : 'unsatisfiable';
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
