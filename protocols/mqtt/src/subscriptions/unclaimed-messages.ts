// Messages of a resumed session for which no subscription exists yet. They wait for it.
import type { ReceivedMessage } from '../session/incoming/received-message.ts';
import type { SessionSubscription } from '../session/incoming/router.ts';
import { matchesTopic } from '../wire/topic.ts';
import { type ConsumerOwner, SubscriptionConsumer } from './consumer.ts';

/** Keeps messages until a subscription claims them. */
export class UnclaimedMessages implements SessionSubscription {
  readonly identifier = 0;
  readonly filters: readonly string[] = [];
  /** A consumer without a loop. */
  readonly queue: SubscriptionConsumer;

  constructor(owner: ConsumerOwner) {
    this.queue = new SubscriptionConsumer(owner, () => Promise.resolve());
  }

  deliver(message: ReceivedMessage): void {
    this.queue.push(message);
  }

  /** Hands a new subscription the messages that match its filters. */
  claim(subscription: SessionSubscription): void {
    const others: ReceivedMessage[] = [];
    for (let message = this.queue.take(); message !== undefined; message = this.queue.take()) {
      const { topic } = message;
      if (subscription.filters.some((filter) => matchesTopic(filter, topic))) subscription.deliver(message);
      else others.push(message);
    }
    for (const message of others) this.queue.push(message);
  }
}
