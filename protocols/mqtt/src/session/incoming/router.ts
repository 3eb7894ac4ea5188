// Which subscriptions a message belongs to, and their packets on a new connection. It holds no messages.
import { matchesTopic } from '../../wire/topic.ts';
import type { ReceivedMessage } from './received-message.ts';

/** A subscription as the session sees it. */
export interface SessionSubscription {
  /** Its subscription identifier, where the broker knows such; 0 if not. */
  readonly identifier: number;
  readonly filters: readonly string[];
  deliver(message: ReceivedMessage): void;
}

const NOBODY: readonly SessionSubscription[] = Object.freeze([]);

/** All subscriptions of a session. */
export class Router {
  readonly receivers = new Set<SessionSubscription>();
  /** How many of them have it, by filter: one at most, but for the time in which one leaves. */
  readonly #filters = new Map<string, number>();
  /** Gets what belongs to nobody. */
  fallback: SessionSubscription | undefined;
  /** The latest topic and whose filters match it: mostly the next message has the same. */
  #topic = '';
  #matching: readonly SessionSubscription[] = NOBODY;

  add(receiver: SessionSubscription): void {
    this.receivers.add(receiver);
    for (const filter of receiver.filters) this.#filters.set(filter, (this.#filters.get(filter) ?? 0) + 1);
    this.#topic = '';
  }

  remove(receiver: SessionSubscription): void {
    if (!this.receivers.delete(receiver)) return;
    for (const filter of receiver.filters) {
      const left = (this.#filters.get(filter) ?? 0) - 1;
      if (left > 0) this.#filters.set(filter, left);
      else this.#filters.delete(filter);
    }
    this.#topic = '';
  }

  /** Whether a filter is subscribed to. */
  has(filter: string): boolean {
    return this.#filters.has(filter);
  }

  /**
   * Who gets a message. Of several that match, the broker's identifiers say which; identifiers that are not known
   * are those of an earlier client of the same session.
   */
  route(topic: string, identifiers: readonly number[]): readonly SessionSubscription[] {
    if (topic !== this.#topic) {
      this.#topic = topic;
      this.#matching = [...this.receivers].filter(({ filters }) =>
        filters.some((filter) => matchesTopic(filter, topic)),
      );
    }
    const matching = this.#matching;
    if (matching.length === 0) return this.fallback === undefined ? NOBODY : [this.fallback];
    if (matching.length === 1 || identifiers.length === 0) return matching;
    const meant = meantBy(identifiers, matching);
    return meant.length > 0 ? meant : matching;
  }
}

/** A broker may name as many as fit into a packet, and as many subscriptions may match. */
function meantBy(
  identifiers: readonly number[],
  matching: readonly SessionSubscription[],
): SessionSubscription[] {
  const left = new Map(matching.map((receiver) => [receiver.identifier, receiver]));
  const meant: SessionSubscription[] = [];
  for (const identifier of identifiers) {
    const receiver = left.get(identifier);
    if (receiver === undefined) continue;
    meant.push(receiver);
    left.delete(identifier);
  }
  return meant;
}
