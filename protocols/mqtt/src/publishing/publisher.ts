// Published messages and the calls that wait for them: time limits, on one deadline for all, and signals.
import {
  abortedBy,
  atCaller,
  type Deadlines,
  type Deferred,
  deferred,
  limitOf,
  whenAborted,
} from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { asFailure } from '../errors.ts';
import type { OutgoingMessage, Waiter } from '../session/outgoing/in-flight-messages.ts';
import type { Session } from '../session/session.ts';
import type { PublishResult } from '../types/publish.ts';
import type { Publication } from '../wire/packets.ts';
import { withinLimit } from './within-limit.ts';

const NEVER = Number.POSITIVE_INFINITY;
const LATE = 'The acknowledgement took longer than timeoutMs';

/** What publishing needs of its client. */
export interface PublisherOwner {
  readonly session: Session;
  readonly deadlines: Deadlines;
  /** The limit of a call that sets none. */
  readonly timeoutMs: number;
  readonly connection: Connection | undefined;
}

/** The call that waits for a message with QoS 1 or 2, or for one that waits for a connection. */
function pendingPublish(): Deferred<PublishResult> {
  const pending = deferred<PublishResult>();
  pending.reject = rejectAtCaller;
  return pending;
}

/** Rejects with the stack frames of the call that awaits the promise. One function for all, instead of a closure for each. */
function rejectAtCaller(this: Deferred<PublishResult>, reason: unknown): void {
  this.resolve(atCaller(asFailure(reason)));
}

/** Publishes the messages of one client. */
export class Publisher {
  readonly #client: PublisherOwner;
  /** When messages are searched for those whose time is up. */
  #searchesAt = NEVER;

  constructor(client: PublisherOwner) {
    this.#client = client;
  }

  /**
   * Publishes a message.
   * @param at `Date.now()` when the call's time is up, where it has begun already. Default: `timeoutMs` from now on.
   * @throws FairleadError `usage`, `limit`, `aborted`, or as the client has ended; nothing was sent.
   */
  publish(
    publication: Publication,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    at?: number,
  ): Promise<PublishResult> {
    const { session, connection } = this.#client;
    session.assertOpen();
    if (signal?.aborted) throw abortedBy('message', signal, true);
    if (publication.qos === 0 && session.connected && connection !== undefined) {
      return this.#publishQos0(connection, publication, signal, timeoutMs, at);
    }
    const deadline = at ?? Date.now() + (timeoutMs ?? this.#client.timeoutMs);
    const published = this.#follow(publication, signal, deadline);
    session.output.schedule();
    return published;
  }

  /** QoS 0 on an open connection has no state: the message settles with the write that holds it. */
  #publishQos0(
    connection: Connection,
    publication: Publication,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    at: number | undefined,
  ): Promise<PublishResult> {
    this.#client.session.qos0.publish(publication);
    const written = connection.written();
    if (signal === undefined && timeoutMs === undefined) return written;
    const limit = limitOf({ signal, timeoutMs }, this.#client.timeoutMs);
    const own = at === undefined ? limit : { ...limit, at };
    return withinLimit(this.#client.deadlines, 'message', own, written, false);
  }

  /** Follows a message until it is finished, `deadline` has passed or the signal fires. */
  #follow(
    publication: Publication,
    signal: AbortSignal | undefined,
    deadline: number,
  ): Promise<PublishResult> {
    const { sender } = this.#client.session;
    const pending = pendingPublish();
    if (signal === undefined) sender.publish(publication, deadline, pending);
    else {
      const { waiter, begin } = this.#signalled(signal, pending);
      begin(sender.publish(publication, deadline, waiter));
    }
    if (deadline < this.#searchesAt) this.#searchAt(deadline);
    return pending.promise;
  }

  /** @returns A waiter that ends when the signal fires, and `begin`, which is called with the accepted message. */
  #signalled(
    signal: AbortSignal,
    pending: Waiter,
  ): { waiter: Waiter; begin: (message: OutgoingMessage) => void } {
    let stopListening = (): void => {};
    const waiter: Waiter = {
      resolve: (result) => {
        stopListening();
        pending.resolve(result);
      },
      reject: (reason) => {
        stopListening();
        pending.reject(reason);
      },
    };
    const begin = (message: OutgoingMessage): void => {
      stopListening = whenAborted(signal, () => {
        if (message.waiter !== waiter) return;
        waiter.reject(abortedBy('message', signal, this.#client.session.sender.abandon(message)));
      });
    };
    return { waiter, begin };
  }

  /** Searches the messages when the time of the first of them may be up. */
  #searchAt(at: number): void {
    this.#searchesAt = at;
    this.#client.deadlines.addAt(at, () => {
      if (this.#searchesAt !== at) return;
      this.#searchesAt = NEVER;
      const next = this.#rejectLate(Date.now());
      if (next < NEVER) this.#searchAt(next);
    });
  }

  /** Rejects the calls whose time is up. @returns The next deadline. */
  #rejectLate(now: number): number {
    const { sender } = this.#client.session;
    let next = NEVER;
    for (const list of [sender.queue, sender.published, sender.released]) {
      for (const message of list) {
        if (message.deadline > now) next = Math.min(next, message.deadline);
        else {
          const { waiter } = message;
          const safeToRetry = sender.abandon(message);
          waiter?.reject(new FairleadError('timeout', LATE, { safeToRetry }));
        }
      }
    }
    return next;
  }
}
