// The connection of one request: what was written once is answered until the end. Every wait for bytes has its end.
import { Deadlines } from '@fairlead/client';
import { FairleadError, type Peer } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';

/** A transport whose silence is limited. */
export class Wire {
  readonly #transport: Transport;
  readonly #timeoutMs: number;
  readonly #deadlines = new Deadlines();

  constructor(transport: Transport, timeoutMs: number) {
    this.#transport = transport;
    this.#timeoutMs = timeoutMs;
  }

  get peer(): Peer {
    return this.#transport.peer;
  }

  /** Settles when the connection has ended, whichever way. */
  get closed(): Promise<void> {
    return this.#transport.closed;
  }

  /** Not waited for: the read that follows in the same turn carries it out, and fails if it fails. */
  write(bytes: Uint8Array): void {
    this.#transport.write(bytes);
  }

  /**
   * The next bytes, valid until the next call; undefined at the end.
   * @throws FairleadError `timeout`, or what the transport throws.
   */
  async read(): Promise<Uint8Array | undefined> {
    const deadline = Number.isFinite(this.#timeoutMs)
      ? this.#deadlines.add(this.#timeoutMs, this.#onSilence)
      : undefined;
    try {
      return await this.#transport.read();
    } finally {
      if (deadline) this.#deadlines.remove(deadline);
    }
  }

  /** Nothing more is wanted. */
  close(): void {
    this.#deadlines.stop();
    // Nothing is owed to the server: it needs no farewell.
    void this.#transport.close();
  }

  destroy(reason: unknown): void {
    this.#deadlines.stop();
    this.#transport.destroy(reason instanceof Error ? reason : new Error(String(reason)));
  }

  readonly #onSilence = (): void => {
    const message = `The Gopher server sent nothing for ${this.#timeoutMs} ms`;
    this.#transport.destroy(new FairleadError('timeout', message, { peer: this.peer }));
  };
}
