// A socket over a transport with events, writes and reads, and without the queues of a Duplex. It does not buffer, and
// cannot be piped.
import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
import { IdleTimer } from '@fairlead/client';
import { READ_BUFFER_BYTES, type Transport } from '@fairlead/transport';
import { asError, endedError } from './errors.ts';

const TICK = Promise.resolve();

/** Options of `toNodeSocket`. */
export interface NodeSocketOptions {
  /**
   * Whether the peer owes bytes. While it does not, the next read begins with the next write, or when the connection has
   * been idle for 100 ms: a write ahead of the read costs a third less per round trip than one behind it. Default: always
   * true.
   */
  readonly owed?: (() => boolean) | undefined;
}

/** The members of `net.Socket` that drivers call which do not need a Duplex. */
export interface TransportSocket extends EventEmitter {
  /** `'open'` until either side ended it, then `'closed'`. */
  readonly readyState: 'open' | 'closed';
  /** Sends bytes. False: 64 KiB or more wait for the platform to accept them, and `drain` will follow. */
  write(bytes: Uint8Array, done?: (error?: Error) => void): boolean;
  /** Sends all written bytes and `bytes`, then closes both directions. */
  end(bytes?: Uint8Array): this;
  /** Ends both directions at once; with a reason, it is emitted as `error`. */
  destroy(reason?: Error): this;
  /** Stops reading until `resume()`. */
  pause(): this;
  resume(): this;
}

class Socket extends EventEmitter implements TransportSocket {
  readonly #transport: Transport;
  readonly #owed: () => boolean;
  /** Bytes that the platform has not accepted yet. */
  #unaccepted = 0;
  #needsDrain = false;
  #reading = false;
  #paused = false;
  #ended = false;
  #closed = false;
  /** Whether the transport has ended, for whatever reason: a read then settles at once. */
  #isOver = false;
  readonly #idleTimer = new IdleTimer(() => this.#read());

  constructor(transport: Transport, owed: () => boolean) {
    super();
    this.#transport = transport;
    this.#owed = owed;
    transport.closed.then(() => {
      this.#isOver = true;
      this.#idleTimer.stop();
      this.#read();
    });
  }

  get readyState(): 'open' | 'closed' {
    return this.#ended ? 'closed' : 'open';
  }

  override on(event: string | symbol, listener: (...args: never[]) => void): this {
    super.on(event, listener as (...args: unknown[]) => void);
    if (event === 'data') this.#read();
    return this;
  }

  write(bytes: Uint8Array, done?: (error?: Error) => void): boolean {
    const { length } = bytes;
    this.#unaccepted += length;
    const onAccepted = (): void => {
      this.#unaccepted -= length;
      done?.();
      if (this.#needsDrain && this.#unaccepted === 0) {
        this.#needsDrain = false;
        this.emit('drain');
      }
    };
    this.#transport.write(bytes).then(onAccepted, (error: unknown) => {
      done?.(asError(error));
      this.#fail(error);
    });
    // In the same tick, in which the transport sends before it reads.
    this.#read();
    if (this.#unaccepted < READ_BUFFER_BYTES) return true;
    this.#needsDrain = true;
    return false;
  }

  end(bytes?: Uint8Array): this {
    if (this.#ended) return this;
    this.#ended = true;
    if (bytes !== undefined) this.#transport.write(bytes);
    this.#transport.close().then(() => this.#close());
    return this;
  }

  destroy(reason?: Error): this {
    if (this.#closed) return this;
    this.#ended = true;
    this.#transport.destroy(reason ?? endedError());
    void TICK.then(() => this.#close(reason));
    return this;
  }

  pause(): this {
    this.#paused = true;
    return this;
  }

  resume(): this {
    this.#paused = false;
    this.#readIfOwed();
    return this;
  }

  /** Called one tick after bytes came, when it is known whether more are owed or the next request was written. */
  readonly #readIfOwed = (): void => {
    if (this.#isOver || this.#owed()) this.#read();
    else this.#idleTimer.noteIdle();
  };

  #read(): void {
    if (this.#reading || this.#paused || this.#ended || this.listenerCount('data') === 0) return;
    this.#reading = true;
    this.#transport.read().then(this.#onRead, this.#onReadError);
  }

  readonly #onRead = (chunk: Uint8Array | undefined): void => {
    this.#reading = false;
    if (this.#ended) return;
    if (chunk === undefined) {
      this.end();
      return;
    }
    // The one copy: drivers keep slices of a chunk past the next read, which reuses the transport's buffer.
    this.emit('data', Buffer.from(chunk));
    void TICK.then(this.#readIfOwed);
  };

  readonly #onReadError = (error: unknown): void => {
    this.#reading = false;
    this.#fail(error);
  };

  /** A failure after `end()` is not reported: `end()` interrupts reads and writes itself. */
  #fail(error: unknown): void {
    if (!this.#ended) this.destroy(asError(error));
  }

  #close(reason?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#idleTimer.stop();
    // An emitter throws an `error` without a listener; `close` is emitted in any case.
    if (reason !== undefined && this.listenerCount('error') > 0) this.emit('error', reason);
    this.emit('close');
  }
}

/**
 * Makes a socket with the events `data`, `drain`, `error` and `close` from a connected transport, for Node drivers that need
 * no stream. Reading begins with the first listener for `data`: 64 KiB at a time, each copied once. It saves the cost of a
 * Duplex per write and chunk; drivers that need a stream take `toNodeStream`.
 *
 * `error` carries the transport's FairleadError, or the reason given to `destroy`.
 * @example
 * ```ts
 * import { toNodeSocket } from '@fairlead/node-stream';
 * import { connect } from '@fairlead/transport';
 *
 * const socket = toNodeSocket(await connect({ hostname: 'db.example.com', port: 5432 }));
 * socket.on('data', (chunk: Uint8Array) => console.log(chunk.length));
 * socket.write(new TextEncoder().encode('hello'));
 * ```
 */
export function toNodeSocket(transport: Transport, options: NodeSocketOptions = {}): TransportSocket {
  return new Socket(transport, options.owed ?? (() => true));
}
