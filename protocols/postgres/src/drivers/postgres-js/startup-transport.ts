// A transport for drivers that start the session themselves: it answers their first packet, and passes every other byte
// through.
import { deferred } from '@fairlead/client';
import type { Peer, Transport } from '@fairlead/transport';

/**
 * Answers a driver's first packet.
 * @param packet What the driver wrote first.
 * @returns The bytes that the driver reads first; `undefined` when the packet ends the conversation.
 */
export type FirstPacketHandler = (packet: Uint8Array) => Promise<Uint8Array | undefined>;

/** Another transport, whose first packet is answered by a handler. */
export class StartupTransport implements Transport {
  readonly #inner: Transport;
  readonly #handle: FirstPacketHandler;
  readonly #written = deferred<void>();
  #answer: Promise<Uint8Array | undefined> | undefined;
  #answered = false;

  constructor(inner: Transport, handle: FirstPacketHandler) {
    this.#inner = inner;
    this.#handle = handle;
    // Ends the read of a driver that closes before it has written anything.
    inner.closed.then(() => this.#written.resolve());
  }

  get peer(): Peer {
    return this.#inner.peer;
  }

  get closed(): Promise<void> {
    return this.#inner.closed;
  }

  read(atLeast?: number): Promise<Uint8Array | undefined> {
    if (this.#answered) return this.#inner.read(atLeast);
    const first = this.#firstRead();
    first.catch(() => undefined);
    return first;
  }

  async #firstRead(): Promise<Uint8Array | undefined> {
    await this.#written.promise;
    const answer = await this.#answer;
    this.#answered = true;
    return answer;
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#answer !== undefined) return this.#inner.write(bytes);
    this.#answer = this.#handle(bytes);
    this.#answer.catch(() => undefined);
    this.#written.resolve();
    return Promise.resolve();
  }

  startTls(): Promise<void> {
    return this.#inner.startTls();
  }

  closeWrite(): Promise<void> {
    return this.#inner.closeWrite();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  destroy(reason: Error): void {
    this.#inner.destroy(reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#inner.close();
  }
}
