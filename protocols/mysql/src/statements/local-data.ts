// The content for LOAD DATA LOCAL, from a caller's stream to the server, with backpressure. It opens no file.
import { Buffer } from 'node:buffer';
import { FairleadError, type Peer } from '@fairlead/errors';
import type { Driver } from '../connection/mysql2/driver.ts';
import { HEADER_BYTES } from '../wire/encode.ts';

/** As much goes into one packet. */
const CHUNK_BYTES = 0x1_0000;

/** The connection's failure where a load does not come to its end. */
export function halfLoaded(peer: Peer, cause?: unknown): FairleadError {
  const message =
    'The data for LOAD DATA LOCAL did not come to their end; the connection was ended, so that half of them does not stay.';
  return new FairleadError('connection_lost', message, { blame: 'local', cause, peer });
}

/** One load: it ends with an empty packet, or with the connection, so that half of it does not stay. */
export class LocalData {
  readonly #driver: Driver;
  readonly #source: AsyncIterator<Uint8Array>;
  #over = false;
  /** Whether the server has all of it. */
  complete = false;
  /** What the source threw, if it did. */
  failure: { readonly error: unknown } | undefined;

  constructor(driver: Driver, data: AsyncIterable<Uint8Array>) {
    this.#driver = driver;
    this.#source = data[Symbol.asyncIterator]();
  }

  /** Sends it all. Never rejects. */
  async send(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#source.next();
        if (this.#over) return;
        if (done) break;
        await this.#write(value);
        if (this.#over) return;
      }
      this.complete = true;
      this.#driver.write(Buffer.alloc(HEADER_BYTES));
    } catch (error) {
      if (this.#over) return;
      this.#over = true;
      this.failure = { error };
      this.#driver.fail(halfLoaded(this.#driver.peer, error));
    }
  }

  async #write(chunk: unknown): Promise<void> {
    if (!(chunk instanceof Uint8Array)) {
      throw new FairleadError('usage', 'MySQL: localData gives something else than a Uint8Array.');
    }
    for (let at = 0; at < chunk.length && !this.#over; at += CHUNK_BYTES) {
      const part = chunk.subarray(at, at + CHUNK_BYTES);
      const packet = Buffer.allocUnsafe(HEADER_BYTES + part.length);
      packet.set(part, HEADER_BYTES);
      if (!this.#driver.write(packet)) await this.#driver.drained();
    }
  }

  /** The statement has ended, whichever way: the source is let go, and nobody waits for it. */
  leave(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.complete) return;
    Promise.resolve(this.#source.return?.()).catch(() => undefined);
  }
}
