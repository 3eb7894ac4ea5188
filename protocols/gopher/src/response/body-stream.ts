// The data of an answer as a byte stream, pulled from the connection only as fast as it is read. It closes the connection
// when it ends, fails or is cancelled.

import type { LimitedTransport } from '../connection/limited-transport.ts';
import { failure } from '../errors.ts';
import { type BodyDecoder, truncated } from '../wire/decode-body.ts';

/**
 * The stream. It reads from the connection only when it is read, and keeps at most one chunk.
 * @param first What was read already.
 */
export function bodyStream(
  connection: LimitedTransport,
  decoder: BodyDecoder,
  first: Uint8Array,
): ReadableStream<Uint8Array> {
  let unread: Uint8Array | undefined = first;
  /** Data, at least a byte; undefined behind the last. */
  const next = async (): Promise<Uint8Array | undefined> => {
    while (!decoder.isDone()) {
      const chunk = unread ?? (await connection.read());
      unread = undefined;
      if (chunk === undefined) {
        if (!decoder.mayEnd()) throw truncated();
        return undefined;
      }
      const data = decoder.push(chunk);
      if (data.length > 0) return data;
    }
    return undefined;
  };
  /** Data that did not fit into the reader's buffer. The transport is not read meanwhile. */
  let rest: Uint8Array | undefined;
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      try {
        rest ??= await next();
        if (rest !== undefined) {
          const { byobRequest } = controller;
          const view = byobRequest?.view;
          const size = Math.min(rest.length, view?.byteLength ?? rest.length);
          const left = size < rest.length ? rest.subarray(size) : undefined;
          if (view) {
            new Uint8Array(view.buffer, view.byteOffset).set(rest.subarray(0, size));
            byobRequest.respond(size);
          } else {
            // A copy: enqueueing detaches the storage, and the transport reuses its buffer.
            controller.enqueue(rest.slice());
          }
          rest = left;
          if (rest !== undefined || !decoder.isDone()) return;
        }
        connection.end();
        controller.close();
        // Gives a reader's buffer back to it.
        controller.byobRequest?.respond(0);
      } catch (error) {
        connection.end(error);
        controller.error(error);
      }
    },
    cancel() {
      connection.end(failure('closed', 'The body was cancelled'));
    },
  });
}
