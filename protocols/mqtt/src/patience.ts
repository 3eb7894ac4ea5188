// How long callers wait for their published messages: time limits, on one timer for all, and signals.
import type { Deadlines } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { abortedBy } from './errors.ts';
import type { PublishResult } from './messages.ts';
import type { Flight } from './session/flight.ts';
import type { Outgoing } from './session/outgoing.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Of one client. */
export class Patience {
  readonly #deadlines: Deadlines;
  readonly #outgoing: Outgoing;
  /** When messages are looked through for those that are late. */
  #wakesAt = NEVER;

  constructor(deadlines: Deadlines, outgoing: Outgoing) {
    this.#deadlines = deadlines;
    this.#outgoing = outgoing;
  }

  /** A message is waited for until `deadline`, in `timeoutMs`. */
  until(deadline: number, timeoutMs: number): void {
    if (deadline < this.#wakesAt) this.#watch(deadline, timeoutMs);
  }

  /** Gives a message up when the signal fires. */
  signal(signal: AbortSignal, flight: Flight, promise: Promise<PublishResult>): void {
    const onAbort = (): void => {
      const { reject } = flight;
      reject?.(abortedBy(signal, this.#outgoing.abandon(flight)));
    };
    const off = (): void => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort);
    promise.then(off, off);
  }

  /** Looks for late messages when the first of them may be. */
  #watch(at: number, timeoutMs: number): void {
    this.#wakesAt = at;
    this.#deadlines.add(timeoutMs, () => {
      if (this.#wakesAt !== at) return;
      this.#wakesAt = NEVER;
      const outgoing = this.#outgoing;
      const now = Date.now();
      let next = NEVER;
      for (const list of [outgoing.queue, outgoing.published, outgoing.released]) {
        for (const flight of list) {
          if (flight.deadline > now) next = Math.min(next, flight.deadline);
          else {
            const { reject } = flight;
            const safeToRetry = outgoing.abandon(flight);
            reject?.(
              new FairleadError('timeout', 'The acknowledgement took longer than timeoutMs', { safeToRetry }),
            );
          }
        }
      }
      if (next < NEVER) this.#watch(next, next - now);
    });
  }
}
