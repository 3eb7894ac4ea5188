// A Node Duplex over a transport. It reads only when its consumer asks for bytes.
import { Buffer } from 'node:buffer';
import { Duplex } from 'node:stream';
import { READ_BUFFER_BYTES, type Transport } from '@fairlead/transport';
import { asError, endedError } from './errors.ts';

/** Options of `toNodeStream`. */
export interface NodeStreamOptions {
  /**
   * While it returns true, no read is begun. It is called whenever a read is due, and again after each write. For drivers
   * whose protocol upgrades to TLS in the middle of a connection: `transport.startTls()` needs a moment without a pending
   * read. Default: always false.
   */
  readonly hold?: (() => boolean) | undefined;
}

/** A Duplex with the members of `net.Socket` that drivers call. */
export interface TransportStream extends Duplex {
  /** Always false: the transport is connected already. */
  readonly connecting: false;
  /** `'open'` until either side ended it, then `'closed'`. */
  readonly readyState: 'open' | 'closed';
  /** Bytes that the consumer got so far. */
  readonly bytesRead: number;
  /** Does nothing: no runtime here lets one choose. */
  setNoDelay(on?: boolean): this;
  /** Does nothing: no runtime here lets one choose. */
  setKeepAlive(on?: boolean, delayMs?: number): this;
  /** Does nothing: deadlines belong to the client that drives the driver. */
  setTimeout(timeoutMs: number, onTimeout?: () => void): this;
  /** Does nothing. */
  ref(): this;
  /** Does nothing. */
  unref(): this;
}

class Stream extends Duplex implements TransportStream {
  readonly connecting = false as const;
  bytesRead = 0;
  readonly #transport: Transport;
  readonly #hold: () => boolean;
  #reading = false;
  #wanted = false;
  #ended = false;

  constructor(transport: Transport, hold: () => boolean) {
    super({
      allowHalfOpen: false,
      readableHighWaterMark: READ_BUFFER_BYTES,
      writableHighWaterMark: READ_BUFFER_BYTES,
    });
    this.#transport = transport;
    this.#hold = hold;
    // end() closes both directions, so the stream is done once all written bytes were sent.
    this.once('finish', () => this.destroy());
  }

  get readyState(): 'open' | 'closed' {
    return this.destroyed || this.#ended || this.writableEnded ? 'closed' : 'open';
  }

  override _read(): void {
    this.#wanted = true;
    this.#readOn();
  }

  #readOn(): void {
    if (!this.#wanted || this.#reading || this.destroyed || this.#hold()) return;
    this.#wanted = false;
    this.#reading = true;
    this.#transport.read().then(this.#onRead, this.#onReadError);
  }

  readonly #onRead = (chunk: Uint8Array | undefined): void => {
    this.#reading = false;
    if (this.destroyed) return;
    if (chunk === undefined) {
      this.#ended = true;
      this.push(null);
      return;
    }
    this.bytesRead += chunk.length;
    // The one copy: drivers keep slices of a chunk past the next read, which reuses the transport's buffer.
    this.push(Buffer.from(chunk));
  };

  readonly #onReadError = (error: unknown): void => {
    this.#reading = false;
    // end() interrupts a pending read, which is not a failure.
    if (!this.writableEnded) this.destroy(asError(error));
  };

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#transport.write(chunk).then(
      () => done(),
      (error: unknown) => done(asError(error)),
    );
    this.#readOn();
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error) => void): void {
    // Writes of one tick leave together.
    Promise.all(chunks.map(({ chunk }) => this.#transport.write(chunk))).then(
      () => done(),
      (error: unknown) => done(asError(error)),
    );
    this.#readOn();
  }

  override _final(done: (error?: Error) => void): void {
    this.#transport.close().then(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#transport.destroy(error ?? endedError());
    done(error);
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/**
 * Makes a Duplex from a connected transport, for Node drivers that take a socket. Reads happen while the stream flows, 64
 * KiB at a time, each copied once; `pause()` and a full buffer stop them. `write()` returns false, and `drain` follows, while
 * the platform has not accepted 64 KiB. `end()` sends all written bytes, then closes both directions; `destroy()` ends both
 * at once. From then on the stream owns the transport.
 *
 * `error` carries the transport's FairleadError, or the reason given to `destroy`.
 * @example
 * ```ts
 * import { toNodeStream } from '@fairlead/node-stream';
 * import { connect } from '@fairlead/transport';
 *
 * const stream = toNodeStream(await connect({ hostname: 'db.example.com', port: 5432 }));
 * stream.on('data', (chunk: Uint8Array) => console.log(chunk.length));
 * stream.end('hello');
 * ```
 */
export function toNodeStream(transport: Transport, options: NodeStreamOptions = {}): TransportStream {
  return new Stream(transport, options.hold ?? (() => false));
}
