// A message's bytes from whatever the caller gave: whole, or piece by piece. It reads a stream once, no faster than it
// is asked, and lets go of it when the message has failed.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { usage } from '../errors.ts';
import type { Body } from '../types.ts';

/** A message that is there as a whole, or comes in pieces. */
export type Source = Uint8Array | AsyncIterator<Uint8Array>;

/** @throws FairleadError `usage` for what is no body. */
export function openSource(body: Body): Source {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ReadableStream) return pieces(body.getReader());
  if (typeof body?.[Symbol.asyncIterator] === 'function') return body[Symbol.asyncIterator]();
  throw usage('A body is text, bytes, a ReadableStream of bytes, or an async iterable of bytes');
}

/** Not every runtime's streams are async iterables. */
function pieces(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncIterator<Uint8Array> {
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
 * The next piece, or `undefined` at the end.
 * @throws FairleadError `usage` where the stream fails or gives something else than bytes: the server has not got the
 *   message's end then, and so cannot have accepted it.
 */
export async function nextPiece(source: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  let result: IteratorResult<Uint8Array>;
  try {
    result = await source.next();
  } catch (cause) {
    const what = 'The stream of the message failed; its end was not sent, so the server has not accepted it';
    if (!isFairleadError(cause)) throw usage(what, cause);
    const message = `${what}: ${cause.message}`;
    throw new FairleadError(cause.code, message, { cause, safeToRetry: true });
  }
  if (result.done) return undefined;
  if (result.value instanceof Uint8Array) return result.value;
  throw usage('The stream of the message gave something else than bytes; its end was not sent');
}

/** Lets go of a stream that is not read to its end. */
export function dropSource(source: Source): void {
  if (source instanceof Uint8Array) return;
  Promise.resolve(source.return?.()).catch(() => undefined);
}
