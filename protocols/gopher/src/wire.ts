// The connection of one request: what was written once is answered until the end. Every wait for bytes has its end.
import { FairleadError, type Peer } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';

/** A transport whose silence is limited, by one timer for all its reads. */
export class Wire {
  readonly transport: Transport;
  readonly #timeoutMs: number;
  /** `Date.now()` when the read began that is waiting; 0 while none is. */
  #waitsSince = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(transport: Transport, timeoutMs: number) {
    this.transport = transport;
    this.#timeoutMs = timeoutMs;
  }

  get peer(): Peer {
    return this.transport.peer;
  }

  /**
   * The next bytes, valid until the next call; undefined at the end.
   * @throws FairleadError `timeout`, or what the transport throws.
   */
  async read(): Promise<Uint8Array | undefined> {
    this.#waitsSince = Date.now();
    if (this.#timer === undefined) this.#arm(this.#timeoutMs);
    try {
      return await this.transport.read();
    } finally {
      this.#waitsSince = 0;
    }
  }

  /** Ends the connection: nothing more is wanted, or for a reason that whatever waits fails with. */
  end(reason?: unknown): void {
    clearTimeout(this.#timer);
    if (reason instanceof Error) this.transport.destroy(reason);
    else void this.transport.close();
  }

  #arm(delayMs: number): void {
    if (!Number.isFinite(delayMs)) return;
    this.#timer = setTimeout(this.#onTimer, delayMs);
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    // The next read arms it again.
    if (this.#waitsSince === 0) return;
    const leftMs = this.#waitsSince + this.#timeoutMs - Date.now();
    if (leftMs > 0) {
      this.#arm(leftMs);
      return;
    }
    const message = `The Gopher server sent nothing for ${this.#timeoutMs} ms`;
    this.transport.destroy(new FairleadError('timeout', message, { peer: this.peer }));
  };
}
