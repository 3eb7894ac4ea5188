// Cuts byte strings into chunks, so that decoders meet every boundary. Deterministic: random splits take a seed.
import { type BytesLike, toBytes } from './bytes.ts';

/** One way to cut a byte string. */
export interface Split {
  /** Names the split in a test's failure, e.g. `cut at 7`. */
  readonly name: string;
  /** The pieces in order; never empty ones. Views of the input. */
  readonly chunks: readonly Uint8Array[];
}

/** How `splitBytes` cuts. */
export type SplitMode =
  | { readonly mode: 'whole' }
  | { readonly mode: 'bytes' }
  | { readonly mode: 'every'; readonly size: number }
  | { readonly mode: 'at'; readonly offset: number }
  | { readonly mode: 'random'; readonly seed: number; readonly maxChunkBytes?: number };

/**
 * Cuts `bytes` one way. Empty input gives no chunks.
 * @param mode `whole`; `bytes` (one by one); `every` n bytes; `at` one offset; `random` by seed, pieces of
 *   1 to `maxChunkBytes` (default 16).
 * @throws RangeError if a size is below 1 or an offset lies outside the input.
 */
export function splitBytes(input: BytesLike, mode: SplitMode): Uint8Array[] {
  const bytes = toBytes(input);
  switch (mode.mode) {
    case 'whole':
      return bytes.length === 0 ? [] : [bytes];
    case 'bytes':
      return everyBytes(bytes, 1);
    case 'every':
      return everyBytes(bytes, mode.size);
    case 'at':
      return cutAt(bytes, mode.offset);
    case 'random':
      return randomCuts(bytes, mode.seed, mode.maxChunkBytes ?? 16);
  }
}

/** Limits of `allSplits`. */
export interface AllSplitsOptions {
  /** Inputs up to this length are cut at every boundary, longer ones at the first and last half of it. Default 512. */
  readonly maxBoundaries?: number;
  /** Random splits made. Default 8. */
  readonly randomSplits?: number;
  /** First seed of the random splits. Default 1. */
  readonly seed?: number;
}

/**
 * Every way worth trying: whole, byte by byte, by 2, 3, 5, 7, 64 bytes, cut in two at every boundary, random.
 * @param input Text or bytes.
 */
export function* allSplits(input: BytesLike, options: AllSplitsOptions = {}): Generator<Split> {
  const bytes = toBytes(input);
  yield { name: 'whole', chunks: splitBytes(bytes, { mode: 'whole' }) };
  yield { name: 'byte by byte', chunks: splitBytes(bytes, { mode: 'bytes' }) };
  for (const size of [2, 3, 5, 7, 64]) {
    if (size < bytes.length) yield { name: `every ${size} bytes`, chunks: everyBytes(bytes, size) };
  }
  for (const offset of boundaries(bytes.length, options.maxBoundaries ?? 512)) {
    yield { name: `cut at ${offset}`, chunks: cutAt(bytes, offset) };
  }
  const seed = options.seed ?? 1;
  for (let i = 0; i < (options.randomSplits ?? 8); i++) {
    yield { name: `random, seed ${seed + i}`, chunks: randomCuts(bytes, seed + i, 16) };
  }
}

/**
 * Feeds `input` cut every way, for a decoder's test. Each way must start from a fresh decoder, so `feed` makes one.
 * Every chunk is a copy that is overwritten after `feed` returned: a decoder that keeps a view is found out.
 * @param feed Gets the chunks, returns what was decoded; called once per way.
 * @param check Gets each way's result; throws if it is wrong. The way's name is put before its message.
 */
export function feedAllWays<T>(
  input: BytesLike,
  feed: (chunks: Iterable<Uint8Array>) => T,
  check: (result: T, split: Split) => void,
  options: AllSplitsOptions = {},
): void {
  for (const split of allSplits(input, options)) {
    try {
      check(feed(scribbled(split.chunks)), split);
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`split "${split.name}": ${text}`, { cause });
    }
  }
}

/** Hands out copies, and overwrites each copy once the next chunk is asked for, as a reused read buffer would. */
function* scribbled(chunks: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const chunk of chunks) {
    const copy = chunk.slice();
    yield copy;
    copy.fill(0xdb);
  }
}

function everyBytes(bytes: Uint8Array, size: number): Uint8Array[] {
  if (!(size >= 1)) throw new RangeError(`a chunk has at least 1 byte, not ${size}`);
  const chunks: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; offset += size)
    chunks.push(bytes.subarray(offset, offset + size));
  return chunks;
}

function cutAt(bytes: Uint8Array, offset: number): Uint8Array[] {
  if (!(offset >= 0 && offset <= bytes.length)) {
    throw new RangeError(`offset ${offset} lies outside of ${bytes.length} bytes`);
  }
  return [bytes.subarray(0, offset), bytes.subarray(offset)].filter((chunk) => chunk.length > 0);
}

function* boundaries(length: number, max: number): Generator<number> {
  const half = length - 1 <= max ? length : max / 2;
  for (let offset = 1; offset < length; offset++) {
    if (offset <= half || offset >= length - half) yield offset;
  }
}

function randomCuts(bytes: Uint8Array, seed: number, maxChunkBytes: number): Uint8Array[] {
  const next = seededRandom(seed);
  const chunks: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const size = 1 + Math.floor(next() * maxChunkBytes);
    chunks.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return chunks;
}

/**
 * A small repeatable generator (mulberry32): numbers in [0, 1). For tests, never for secrets.
 * @param seed Any integer; the same seed gives the same numbers.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
