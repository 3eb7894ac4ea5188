// The Duplex over a transport. It reads only what its consumer asks for, and leaves no rejection unhandled.
import { Buffer } from 'node:buffer';
import { Duplex } from 'node:stream';
import { READ_BUFFER_BYTES, type Transport } from '@fairlead/transport';
import { asError, endedError } from './errors.ts';

/** Options of `toNodeStream`. */
export interface NodeStreamOptions {
  /**
   * While this answers true, no read is begun; it is asked whenever a read is due, and again after each write.
   * For drivers whose protocol upgrades to TLS in the middle of a conversation: `transport.startTls()` needs a
   * moment without a pending read. Default: never held.
   */
  readonly hold?: (() => boolean) | undefined;
}

/** A Duplex with those members of `net.Socket` that drivers call. */
export interface TransportStream extends Duplex {
  /** Always false: the transport is connected already. */
  readonly connecting: false;
  /** `'open'` until either side ended it, then `'closed'`. */
  readonly readyState: 'open' | 'closed';
  /** Bytes handed out so far. */
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
    // end() closes both directions, so nothing is left to wait for once what was written has left.
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
    // A read that our own end() interrupted is no failure.
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
    // Writes of one tick leave in one segment, so only the last one is worth waiting for.
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
 * Dresses a connected transport as what Node drivers expect of a socket. Reads are pulled while the stream flows,
 * 64 KiB at a time, one copy each; `pause()` and a full buffer stop them. `write()` answers false, and `drain`
 * follows, as long as the platform has not accepted 64 KiB. `end()` sends what was written, then closes both
 * directions; `destroy()` ends both at once. The stream owns the transport from here on.
 *
 * `error` carries the transport's FairleadError, or the reason given to `destroy`.
 */
export function toNodeStream(transport: Transport, options: NodeStreamOptions = {}): TransportStream {
  return new Stream(transport, options.hold ?? (() => false));
}
