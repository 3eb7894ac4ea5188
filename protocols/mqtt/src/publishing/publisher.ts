// Published messages and the calls that wait for them: time limits, on one deadline for all, and signals.
import { abortedBy, atCaller, type Deadlines, limitOf, whenAborted } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import type { Settings } from '../options/options.ts';
import type { OutgoingMessage, Waiter } from '../session/outgoing/in-flight-messages.ts';
import type { Session } from '../session/session.ts';
import type { PublishResult } from '../types/publish.ts';
import type { Publication } from '../wire/packets.ts';
import { awaitShared } from './await-shared.ts';

const NEVER = Number.POSITIVE_INFINITY;
const LATE = 'The acknowledgement took longer than timeoutMs';

/** What publishing needs of its client. */
export interface PublisherOwner {
  readonly session: Session;
  readonly deadlines: Deadlines;
  readonly settings: Settings;
  readonly connection: Connection | undefined;
}

type Resolve = (result: PublishResult | Promise<never>) => void;

let resolveLast: Resolve;

// One executor for all promises, read before anything else runs. It leaves out `reject`, which V8 then does not create: each
// message needs a promise.
function capture(resolve: Resolve): void {
  resolveLast = resolve;
}

/** The call that waits for a message with QoS 1 or 2, or for one that waits for a connection. */
class PendingPublish implements Waiter {
  readonly promise: Promise<PublishResult>;
  resolve: Resolve;

  constructor() {
    this.promise = new Promise(capture);
    this.resolve = resolveLast;
  }

  /** Rejects with the stack frames of the call that awaits the promise. */
  reject(reason: Error): void {
    this.resolve(atCaller(reason));
  }
}

/** Publishes the messages of one client. */
export class Publisher {
  readonly #client: PublisherOwner;
  /** When messages are next searched for expired ones. */
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
    const deadline = at ?? Date.now() + (timeoutMs ?? this.#client.settings.timeoutMs);
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
    const limit = limitOf({ signal, timeoutMs }, this.#client.settings.timeoutMs);
    const own = at === undefined ? limit : { ...limit, at };
    return awaitShared(this.#client.deadlines, 'message', own, written, false);
  }

  /** Follows a message until it is finished, `deadline` has passed or the signal fires. */
  #follow(
    publication: Publication,
    signal: AbortSignal | undefined,
    deadline: number,
  ): Promise<PublishResult> {
    const { sender } = this.#client.session;
    const pending = new PendingPublish();
    const message = sender.publish(publication, deadline, pending);
    if (signal !== undefined) this.#listen(signal, message, pending);
    if (deadline < this.#searchesAt) this.#searchAt(deadline);
    return pending.promise;
  }

  /** Rejects when the signal fires. A method of its own: a closure in `#follow` would cost each message without a signal. */
  #listen(signal: AbortSignal, message: OutgoingMessage, pending: PendingPublish): void {
    const { resolve } = pending;
    const stopListening = whenAborted(signal, () => {
      if (message.waiter !== pending) return;
      pending.reject(abortedBy('message', signal, this.#client.session.sender.abandon(message)));
    });
    pending.resolve = (result) => {
      stopListening();
      resolve(result);
    };
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
