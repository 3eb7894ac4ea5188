// How a file goes up in parts: how large the next one is, and what the file is called until it is whole.

const LEAST_BYTES = 262_144;
const MOST_BYTES = 16_777_216;
const FIRST_BYTES = 1_048_576;
/** A part that took less is followed by a larger one. */
const FAST_MS = 1_500;
/** A part that took more, by a smaller one. */
const SLOW_MS = 6_000;

/** Files up to this size go up in one piece. */
export const WHOLE_BYTES: number = FIRST_BYTES;

/**
 * The size of the next part, so that progress is seen and little is sent twice.
 * @param last Of the part before, and how long it took; undefined for the first one.
 * @param mostBytes What the gateway takes at once.
 */
export function nextPartBytes(
  last: { readonly bytes: number; readonly ms: number } | undefined,
  mostBytes: number = MOST_BYTES,
): number {
  const most = Math.min(MOST_BYTES, mostBytes);
  if (last === undefined) return Math.min(most, FIRST_BYTES);
  const factor = last.ms < FAST_MS ? 2 : last.ms > SLOW_MS ? 0.5 : 1;
  return Math.round(Math.min(most, Math.max(LEAST_BYTES, last.bytes * factor)));
}

/** What a file is told by: the same one is taken up again after a reload. */
export interface FileMark {
  readonly name: string;
  readonly size: number;
  /** In milliseconds since the epoch. */
  readonly lastModified: number;
}

/** The name until the file is whole: the same for the same file, and hidden on Unix. */
export function partName({ name, size, lastModified }: FileMark): string {
  return `.${name}.${size.toString(36)}-${lastModified.toString(36)}.part`;
}

/** Whether a name is one of a file that is not whole. */
export function isPartName(name: string): boolean {
  return /^\..+\.[0-9a-z]+-[0-9a-z]+\.part$/s.test(name);
}
