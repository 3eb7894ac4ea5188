// The bytes of a message or a file, from each form in which a caller may give them: whole, or as a stream. It reads a
// stream once, no faster than the server takes the bytes, and cancels it when the message has failed.
import { FairleadError, isFairleadError, usage } from '@fairlead/errors';
import type { Body } from './types.ts';

/** Bytes in memory, or chunks to be asked for one by one. */
export type OpenBody = Uint8Array | AsyncIterator<Uint8Array>;

/** @throws FairleadError `usage` for a value of another type, and for a stream that is locked. */
export function openBody(body: Body): OpenBody {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ReadableStream) {
    if (body.locked) throw usage('The stream of the message is locked: it has a reader already');
    return chunksOf(body.getReader());
  }
  if (typeof body?.[Symbol.asyncIterator] === 'function') return body[Symbol.asyncIterator]();
  throw usage('A body is text, bytes, a ReadableStream of bytes, or an async iterable of bytes');
}

/** Not every runtime's streams are async iterables. */
function chunksOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncIterator<Uint8Array> {
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
 * @throws FairleadError `usage` where the stream fails or gives something other than bytes, and the stream's own code
 *   where it fails with a FairleadError. The server has not got the message's end, so it cannot have accepted it.
 */
export async function nextChunk(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  let result: IteratorResult<Uint8Array>;
  try {
    result = await chunks.next();
  } catch (cause) {
    const what = 'The stream of the message failed; its end was not sent, so the server has not accepted it';
    if (!isFairleadError(cause)) throw usage(what, { cause });
    const message = `${what}: ${cause.message}`;
    throw new FairleadError(cause.code, message, { cause, safeToRetry: true });
  }
  if (result.done) return undefined;
  if (result.value instanceof Uint8Array) return result.value;
  throw usage('The stream of the message gave something other than bytes; its end was not sent');
}

/** Cancels a stream that was not read to its end. */
export function cancelBody(body: OpenBody): void {
  if (body instanceof Uint8Array) return;
  Promise.resolve(body.return?.()).catch(() => undefined);
}
