// A transport as the Duplex that `node:tls` runs over. Unlike @fairlead/node-stream's it ends one direction at a time.
import { Duplex } from 'node:stream';
import { READ_BUFFER_BYTES } from '../../core/paced-reads.ts';
import type { Transport } from '../../types.ts';

/** It reads ahead, as a socket does; from then on it owns the transport. */
export class TransportStream extends Duplex {
  readonly #transport: Transport;
  #hasEnded = false;

  /** @param transport Plain, and dialled with `allowHalfOpen`. */
  constructor(transport: Transport) {
    super({
      allowHalfOpen: true,
      readableHighWaterMark: READ_BUFFER_BYTES,
      writableHighWaterMark: READ_BUFFER_BYTES,
    });
    this.#transport = transport;
  }

  override _read(): void {
    this.#transport.read().then(
      // The one copy: the transport reuses its buffer.
      (bytes) => void this.push(bytes === undefined ? null : Buffer.from(bytes)),
      (error: unknown) => void this.destroy(asError(error)),
    );
  }

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#transport.write(bytes).then(
      () => done(),
      (error: unknown) => done(asError(error)),
    );
  }

  override _final(done: (error?: Error) => void): void {
    this.#hasEnded = true;
    // A WebSocket ends both directions together: then its end waits for that of the stream.
    this.#transport.closeWrite().then(
      () => done(),
      () => done(),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (error === null && this.#hasEnded) void this.#transport.close();
    else this.#transport.destroy(error ?? new Error('The stream was destroyed.'));
    done(error);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
