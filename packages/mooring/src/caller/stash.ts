// Bytes for the server that wait to be sent, with what the front has said of them.
import { concat } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { keepsConnection, worseTrace } from '../trace.ts';
import type { Flight, Trace } from '../types.ts';

/** How much may wait before a writer waits too. */
export const MAX_STASH_BYTES = 1_048_576;
/** What one call may carry: RPC takes no more than 32 MiB. */
export const MAX_FLIGHT_BYTES = 33_000_000;

/** What is sent at once. */
export type Sending = Pick<Flight, 'bytes' | 'trace' | 'owed'>;

/** One flight in the making. */
export class Stash {
  readonly #parts: Uint8Array[] = [];
  #trace: Trace = 'clean';
  bytes = 0;
  /** How many answers the parts will have. */
  owed = 0;

  add({ bytes, trace, owed }: Sending): void {
    this.#parts.push(bytes);
    this.bytes += bytes.length;
    this.owed += owed;
    this.#trace = worseTrace(this.#trace, trace);
  }

  /** Whether it can be sent by a borrower that has nothing yet: it has an answer, or begins a session. What has none waits. */
  get isDue(): boolean {
    return this.owed > 0 || keepsConnection(this.#trace);
  }

  /** All of it, in one piece. */
  get sending(): Sending {
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first !== undefined ? first : concat(this.#parts);
    return { bytes, trace: this.#trace, owed: this.owed };
  }
}

/** The error of a flight that no call can carry: nothing of it was sent. */
export function tooLarge(): FairleadError {
  const message = `A call to a mooring takes at most ${MAX_FLIGHT_BYTES} bytes at once.`;
  return new FairleadError('limit', message, { safeToRetry: true });
}
