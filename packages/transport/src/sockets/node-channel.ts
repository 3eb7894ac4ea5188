// A channel over a socket of `node:net` or `node:tls`, or a stream like it. It dials nothing and verifies nothing itself.
import type { Duplex } from 'node:stream';
import type { Channel, ChannelFault } from '../core/channel.ts';
import type { TlsSession } from '../tls/types.ts';
import { codeOf, nodeReason } from './node-tls/explain.ts';
import type { Securing } from './node-tls/handshake.ts';

const noop = (): void => {};

/** Reads are pulled with `socket.read()`; nothing flows without a read. */
export class NodeChannel implements Channel {
  readonly ended: Promise<void>;
  readonly #securing: Securing | undefined;
  readonly #halfOpen: boolean;
  #socket: Duplex;
  #tls: TlsSession | undefined;
  /** TLS is on, and nothing has come through it: a server of TLS 1.3 refuses a client's certificate only now. */
  #isTlsUnproven = false;
  #resolveEnded: () => void = noop;
  #eof = false;
  #error: Error | undefined;
  /** Wakes the pending read: something arrived, or the stream has ended. */
  #wake: () => void = noop;

  /**
   * @param securing How TLS is turned on; `undefined` where it never is.
   * @param halfOpen Whether writing goes on behind the peer's end.
   */
  constructor(socket: Duplex, securing: Securing | undefined, halfOpen = false) {
    this.#socket = socket;
    this.#securing = securing;
    this.#halfOpen = halfOpen;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#listen(socket);
  }

  #listen(socket: Duplex): void {
    socket.on('readable', () => this.#wake());
    socket.on('end', () => {
      this.#eof = true;
      this.#wake();
    });
    socket.on('error', (error) => {
      this.#error ??= error;
      this.#wake();
    });
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#eof = true;
      this.#wake();
      this.#resolveEnded();
    });
  }

  async read(atLeast: number): Promise<Uint8Array | undefined> {
    let bytes: Uint8Array | undefined;
    for (;;) {
      const chunk: Uint8Array | null = this.#socket.read();
      if (chunk !== null) this.#isTlsUnproven = false;
      if (chunk !== null) bytes = bytes === undefined ? chunk : Buffer.concat([bytes, chunk]);
      if (bytes !== undefined && bytes.length >= atLeast) return plain(bytes);
      if (chunk !== null) continue;
      if (this.#error !== undefined) throw this.#failure(this.#error);
      if (this.#eof) {
        // As on every platform: writing works until the peer's end was read, and then no longer.
        if (bytes === undefined && !this.#halfOpen) this.#socket.end();
        return bytes && plain(bytes);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error ? reject(this.#failure(this.#error ?? error)) : resolve()));
    });
  }

  get tls(): TlsSession | undefined {
    return this.#tls;
  }

  async startTls(): Promise<void> {
    if (this.#securing === undefined) throw new Error('This connection stays plain.');
    this.#socket.removeAllListeners('readable');
    const { socket, ready } = this.#securing.start(this.#socket);
    this.#socket = socket;
    this.#listen(socket);
    try {
      this.#tls = await ready;
    } catch (error) {
      throw this.#securing.explain(error);
    }
    this.#isTlsUnproven = true;
  }

  /** An alert that comes before any bytes belongs to the handshake. */
  #failure(error: Error): Error {
    const isLate = this.#isTlsUnproven && this.classify(error) === 'tls';
    return (isLate && this.#securing?.explain(error, this.#tls?.version)) || error;
  }

  buffered(): number {
    return this.#socket.readableLength;
  }

  finish(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.end(() => resolve());
    });
  }

  async close(): Promise<void> {
    await this.finish();
    this.#socket.destroy();
    await this.ended;
  }

  destroy(reason: Error): void {
    this.#error ??= reason;
    this.#socket.destroy();
    this.#wake();
  }

  classify(error: unknown): ChannelFault {
    const code = codeOf(error);
    return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO' ? 'tls' : 'lost';
  }

  explain(error: unknown): string {
    return nodeReason(error);
  }
}

/** A `Uint8Array` and not a `Buffer`, whose `slice()` would share the memory that another runtime's copies. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
