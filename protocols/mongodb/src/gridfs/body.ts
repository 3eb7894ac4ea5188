// The bytes of an upload in pieces of one size, from each form in which a caller may give them. Nothing is read ahead.
import { abortedBy, type CallLimit, remainingMs, timeUp } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import type { UploadBody } from './types.ts';

/** @throws FairleadError `usage` for a value of another type, and for a stream that is locked. */
export function openBody(body: UploadBody): AsyncIterator<Uint8Array> {
  if (typeof body === 'string') return oneOf(new TextEncoder().encode(body));
  if (body instanceof Uint8Array) return oneOf(body);
  if (body instanceof ReadableStream) {
    if (body.locked) throw usage('The stream of the upload is locked: it has a reader already.');
    return iteratorOf(body.getReader());
  }
  if (typeof body?.[Symbol.asyncIterator] === 'function') return body[Symbol.asyncIterator]();
  throw usage('A body is text, bytes, a ReadableStream of bytes, or an async iterable of bytes.');
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  yield bytes;
  return undefined;
}

/** Not every runtime's streams are async iterables. */
function iteratorOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncIterator<Uint8Array> {
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
 * Pieces of exactly `size` bytes, but for the last, which has at least one.
 * @throws FairleadError `usage`: the source gives something other than bytes. `aborted`, `timeout`; and what the source throws.
 */
export async function* piecesOf(
  source: AsyncIterator<Uint8Array>,
  size: number,
  limit: CallLimit,
): AsyncGenerator<Uint8Array, void> {
  let piece: Uint8Array | undefined;
  let filled = 0;
  for (let bytes = await next(source, limit); bytes !== undefined; bytes = await next(source, limit)) {
    let at = 0;
    while (at < bytes.length) {
      if (piece === undefined && bytes.length - at >= size) {
        // No copy: what a stream gives belongs to its reader.
        yield bytes.subarray(at, at + size);
        at += size;
        continue;
      }
      piece ??= new Uint8Array(size);
      const part = bytes.subarray(at, at + size - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < size) continue;
      yield piece;
      piece = undefined;
      filled = 0;
    }
  }
  if (piece !== undefined) yield piece.subarray(0, filled);
}

async function next(source: AsyncIterator<Uint8Array>, limit: CallLimit): Promise<Uint8Array | undefined> {
  const outcome = await bounded(source.next(), remainingMs(limit), limit.signal);
  if (outcome.kind === 'failed') throw outcome.error;
  if (outcome.kind === 'timeout') throw timeUp('upload', limit.timeoutMs);
  if (outcome.kind === 'aborted') throw abortedBy('upload', limit.signal ?? AbortSignal.abort());
  const { done, value } = outcome.value;
  if (done) return undefined;
  if (value instanceof Uint8Array) return value;
  throw usage('The stream of the upload gave something other than bytes.');
}
