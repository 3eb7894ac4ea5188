// Messages of a resumed session for which no subscription exists yet. They wait for it.
import type { ReceivedMessage } from '../session/incoming/received-message.ts';
import type { SessionSubscription } from '../session/incoming/router.ts';
import { matchesTopic } from '../wire/topic.ts';
import type { MessageQueue } from './message-queue.ts';

/** Keeps messages until a subscription claims them. */
export class UnclaimedMessages implements SessionSubscription {
  readonly identifier = 0;
  readonly filters: readonly string[] = [];
  readonly queue: MessageQueue;

  constructor(queue: MessageQueue) {
    this.queue = queue;
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
