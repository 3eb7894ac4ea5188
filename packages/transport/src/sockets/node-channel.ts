// A channel over a socket of `node:net` or `node:tls`. It dials nothing and verifies nothing itself.
import type { Socket as NetSocket } from 'node:net';
import type { Channel, ChannelFault } from '../core/channel.ts';

/** Wraps a connected plain socket in TLS. */
export type Secure = (plain: NetSocket) => { socket: NetSocket; ready: Promise<void> };

const noop = (): void => {};

/** Reads are pulled with `socket.read()`; nothing flows without a read. */
export class NodeChannel implements Channel {
  readonly ended: Promise<void>;
  readonly #secure: Secure;
  readonly #halfOpen: boolean;
  #socket: NetSocket;
  #resolveEnded: () => void = noop;
  #eof = false;
  #error: Error | undefined;
  /** Wakes the pending read: something arrived, or the stream has ended. */
  #wake: () => void = noop;

  /** @param halfOpen Whether writing goes on behind the peer's end. */
  constructor(socket: NetSocket, secure: Secure, halfOpen = false) {
    this.#socket = socket;
    this.#secure = secure;
    this.#halfOpen = halfOpen;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#listen(socket);
  }

  #listen(socket: NetSocket): void {
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
      if (chunk !== null) bytes = bytes === undefined ? chunk : Buffer.concat([bytes, chunk]);
      if (bytes !== undefined && bytes.length >= atLeast) return plain(bytes);
      if (chunk !== null) continue;
      if (this.#error !== undefined) throw this.#error;
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
      this.#socket.write(bytes, (error) => (error ? reject(this.#error ?? error) : resolve()));
    });
  }

  async startTls(): Promise<void> {
    this.#socket.removeAllListeners('readable');
    const { socket, ready } = this.#secure(this.#socket);
    this.#socket = socket;
    this.#listen(socket);
    await ready;
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
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO' ? 'tls' : 'lost';
  }

  explain(error: unknown): string {
    return nodeReason(error);
  }
}

/** What Node says of a failure. OpenSSL's own errors keep the readable part in `reason`; their message is a stack dump. */
export function nodeReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}

/** A `Uint8Array` and not a `Buffer`, whose `slice()` would share the memory that another runtime's copies. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
