// Which subscriptions a message belongs to. It holds no messages.
import { matchesTopic } from '../../wire/topic.ts';
import type { ReceivedMessage } from './received-message.ts';

/** A subscription, as the session sees it. */
export interface SessionSubscription {
  /** Its subscription identifier (section 3.8.2.1.2); 0 where the broker has none. */
  readonly identifier: number;
  readonly filters: readonly string[];
  deliver(message: ReceivedMessage): void;
}

const NONE: readonly SessionSubscription[] = Object.freeze([]);

/** All subscriptions of a session. */
export class Router {
  readonly subscriptions = new Set<SessionSubscription>();
  /** How many subscriptions have a filter: at most one, and two while one of them is being unsubscribed. */
  readonly #filters = new Map<string, number>();
  /** Gets messages that match no subscription. */
  fallback: SessionSubscription | undefined;
  /** The latest topic and the subscriptions that match it: mostly the next message has the same topic. */
  #topic = '';
  #matching: readonly SessionSubscription[] = NONE;

  add(subscription: SessionSubscription): void {
    this.subscriptions.add(subscription);
    for (const filter of subscription.filters)
      this.#filters.set(filter, (this.#filters.get(filter) ?? 0) + 1);
    this.#topic = '';
  }

  remove(subscription: SessionSubscription): void {
    if (!this.subscriptions.delete(subscription)) return;
    for (const filter of subscription.filters) {
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
   * The subscriptions that get a message. Of several that match, the broker's subscription identifiers name the right ones;
   * unknown identifiers are those of an earlier client of the same session.
   */
  route(topic: string, identifiers: readonly number[]): readonly SessionSubscription[] {
    if (topic !== this.#topic) {
      this.#topic = topic;
      this.#matching = [...this.subscriptions].filter(({ filters }) =>
        filters.some((filter) => matchesTopic(filter, topic)),
      );
    }
    const matching = this.#matching;
    if (matching.length === 0) return this.fallback === undefined ? NONE : [this.fallback];
    if (matching.length === 1 || identifiers.length === 0) return matching;
    const meant = meantBy(identifiers, matching);
    return meant.length > 0 ? meant : matching;
  }
}

/** A packet may name thousands of identifiers, and as many subscriptions may match: hence by a map. */
function meantBy(
  identifiers: readonly number[],
  matching: readonly SessionSubscription[],
): SessionSubscription[] {
  const left = new Map(matching.map((subscription) => [subscription.identifier, subscription]));
  const meant: SessionSubscription[] = [];
  for (const identifier of identifiers) {
    const subscription = left.get(identifier);
    if (subscription === undefined) continue;
    meant.push(subscription);
    left.delete(identifier);
  }
  return meant;
}
