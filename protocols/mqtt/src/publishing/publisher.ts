// How long callers wait for their published messages: time limits, on one timer for all, and signals.
import { abortedBy, type Deadlines } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { OutgoingMessage, Waiter } from '../session/outgoing/in-flight-messages.ts';
import type { Sender } from '../session/outgoing/sender.ts';
import type { PublishResult } from '../types/messages.ts';
import type { Publication } from '../wire/packets.ts';
import { Deferred } from './pending-publish.ts';

const NEVER = Number.POSITIVE_INFINITY;
const LATE = 'The acknowledgement took longer than timeoutMs';

/** Of one client. */
export class Publisher {
  readonly #deadlines: Deadlines;
  readonly #sender: Sender;
  /** When messages are looked through for those that are late. */
  #wakesAt = NEVER;

  constructor(deadlines: Deadlines, outgoing: Sender) {
    this.#deadlines = deadlines;
    this.#sender = outgoing;
  }

  /**
   * Publishes a message that is waited for until `at`, or until its signal fires.
   * @throws FairleadError as `Sender.publish`.
   */
  publish(publication: Publication, signal: AbortSignal | undefined, at: number): Promise<PublishResult> {
    const pending = new Deferred();
    if (signal === undefined) this.#sender.publish(publication, at, pending);
    else {
      const { waiter, begin } = this.#signalled(signal, pending);
      begin(this.#sender.publish(publication, at, waiter));
    }
    if (at < this.#wakesAt) this.#watch(at);
    return pending.promise;
  }

  /**
   * Who waits for a message until its signal fires.
   * @returns The waiter, and `begin`, which is called with the message once it is taken.
   */
  #signalled(
    signal: AbortSignal,
    pending: Deferred,
  ): { waiter: Waiter; begin: (flight: OutgoingMessage) => void } {
    let off = (): void => {};
    const waiter: Waiter = {
      resolve: (result) => {
        off();
        pending.resolve(result);
      },
      reject: (reason) => {
        off();
        pending.reject(reason);
      },
    };
    const begin = (flight: OutgoingMessage): void => {
      const onAbort = (): void => {
        const isWaiting = flight.waiter === waiter;
        if (isWaiting) waiter.reject(abortedBy('message', signal, this.#sender.abandon(flight)));
      };
      signal.addEventListener('abort', onAbort);
      off = () => signal.removeEventListener('abort', onAbort);
    };
    return { waiter, begin };
  }

  /** Looks for late messages when the first of them may be. */
  #watch(at: number): void {
    this.#wakesAt = at;
    this.#deadlines.addAt(at, () => {
      if (this.#wakesAt !== at) return;
      this.#wakesAt = NEVER;
      const outgoing = this.#sender;
      const now = Date.now();
      let next = NEVER;
      for (const list of [outgoing.queue, outgoing.published, outgoing.released]) {
        for (const flight of list) {
          if (flight.deadline > now) next = Math.min(next, flight.deadline);
          else {
            const { waiter } = flight;
            const safeToRetry = outgoing.abandon(flight);
            waiter?.reject(new FairleadError('timeout', LATE, { safeToRetry }));
          }
        }
      }
      if (next < NEVER) this.#watch(next);
    });
  }
}
