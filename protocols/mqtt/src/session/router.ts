// Which subscriptions a message belongs to, and their packets on a new connection. It holds no messages.
import { matchesTopic } from '../topic.ts';
import type { ReceivedMessage } from './message.ts';

/** A subscription as the session sees it. */
export interface Receiver {
  /** Its subscription identifier, where the broker knows such; 0 if not. */
  readonly identifier: number;
  readonly filters: readonly string[];
  deliver(message: ReceivedMessage): void;
}

const NOBODY: readonly Receiver[] = Object.freeze([]);

/** All subscriptions of a session. */
export class Router {
  readonly receivers = new Set<Receiver>();
  /** Gets what belongs to nobody. */
  fallback: Receiver | undefined;
  /** The latest topic and whose filters match it: mostly the next message has the same. */
  #topic = '';
  #matching: readonly Receiver[] = NOBODY;

  add(receiver: Receiver): void {
    this.receivers.add(receiver);
    this.#topic = '';
  }

  remove(receiver: Receiver): void {
    this.receivers.delete(receiver);
    this.#topic = '';
  }

  /** Whether a filter is subscribed to. */
  has(filter: string): boolean {
    for (const { filters } of this.receivers) if (filters.includes(filter)) return true;
    return false;
  }

  /**
   * Who gets a message. Of several that match, the broker's identifiers say which; identifiers that are not known
   * are those of an earlier client of the same session.
   */
  route(topic: string, identifiers: readonly number[]): readonly Receiver[] {
    if (topic !== this.#topic) {
      this.#topic = topic;
      this.#matching = [...this.receivers].filter(({ filters }) =>
        filters.some((filter) => matchesTopic(filter, topic)),
      );
    }
    const matching = this.#matching;
    if (matching.length === 0) return this.fallback === undefined ? NOBODY : [this.fallback];
    if (matching.length === 1 || identifiers.length === 0) return matching;
    const meant = matching.filter(({ identifier }) => identifiers.includes(identifier));
    return meant.length > 0 ? meant : matching;
  }
}
