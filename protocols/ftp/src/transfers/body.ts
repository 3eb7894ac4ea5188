// The bytes of an upload, from each form in which a caller may give them. It reads a stream once, no faster than the server takes
// the bytes, and cancels it when the upload has failed.
import { FairleadError, isFairleadError, usage } from '@fairlead/errors';
import type { Body } from '../types.ts';

/** Chunks to be asked for one by one. */
export type Chunks = AsyncIterator<Uint8Array>;

/** @throws FairleadError `usage` for a value of another type, and for a stream that is locked. */
export function openBody(body: Body): Chunks {
  if (typeof body === 'string') return oneChunk(new TextEncoder().encode(body));
  if (body instanceof Uint8Array) return oneChunk(body);
  if (body instanceof ReadableStream) {
    if (body.locked) throw usage('The stream of the upload is locked: it has a reader already');
    return chunksOf(body.getReader());
  }
  if (typeof body?.[Symbol.asyncIterator] === 'function') return body[Symbol.asyncIterator]();
  throw usage('A body is text, bytes, a ReadableStream of bytes, or an async iterable of bytes');
}

function oneChunk(bytes: Uint8Array): Chunks {
  let left: Uint8Array | undefined = bytes;
  return {
    next() {
      const value = left;
      left = undefined;
      return Promise.resolve(value === undefined ? { done: true, value } : { done: false, value });
    },
  };
}

/** Not every runtime's streams are async iterables. */
function chunksOf(reader: ReadableStreamDefaultReader<Uint8Array>): Chunks {
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value };
    },
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

/**
 * The next chunk, or `undefined` at the end.
 * @throws FairleadError `usage` where the stream fails or gives something other than bytes, and the stream's own code where it
 *   fails with a FairleadError.
 */
export async function nextChunk(chunks: Chunks): Promise<Uint8Array | undefined> {
  let result: IteratorResult<Uint8Array>;
  try {
    result = await chunks.next();
  } catch (cause) {
    const what = 'The stream of the upload failed; the file is not whole';
    if (!isFairleadError(cause)) throw usage(what, { cause });
    throw new FairleadError(cause.code, `${what}: ${cause.message}`, { cause });
  }
  if (result.done) return undefined;
  if (result.value instanceof Uint8Array) return result.value;
  throw usage('The stream of the upload gave something other than bytes; the file is not whole');
}

/**
 * Drops the first `count` bytes.
 * @param inTime Limits the wait for each chunk.
 * @returns What is left of the chunk that they end in.
 * @throws FairleadError `usage` where the body has fewer; and as `inTime`.
 */
export async function skipBytes(
  chunks: Chunks,
  count: number,
  inTime: <T>(chunk: Promise<T>) => Promise<T>,
): Promise<Uint8Array> {
  let left = count;
  while (left > 0) {
    const chunk = await inTime(nextChunk(chunks));
    if (chunk === undefined) {
      throw usage(
        `The server has ${count} bytes already, and the body has only ${count - left}; it is another file`,
      );
    }
    if (chunk.length > left) return chunk.subarray(left);
    left -= chunk.length;
  }
  return new Uint8Array(0);
}

/** Cancels a body that was not read to its end. */
export function cancelBody(chunks: Chunks): void {
  Promise.resolve(chunks.return?.()).catch(() => undefined);
}
