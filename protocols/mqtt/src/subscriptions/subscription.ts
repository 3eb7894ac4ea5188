// Who gets messages: a subscription with its loop, and what keeps them until there is one. They send nothing.
import { abortedBy } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { refused } from '../errors.ts';
import type { ReceivedMessage } from '../session/incoming/received-message.ts';
import type { SessionSubscription } from '../session/incoming/router.ts';
import type {
  GrantedFilter,
  Message,
  Qos,
  SubscribeOptions,
  Subscription,
  TopicFilter,
} from '../types/messages.ts';
import type { FilterRequest } from '../wire/encode/control.ts';
import type { Properties } from '../wire/packets.ts';
import { matchesTopic } from '../wire/topic.ts';
import type { Inbox } from './inbox.ts';

/** Keeps messages until somebody subscribes to them. */
export class UnclaimedMessages implements SessionSubscription {
  readonly identifier = 0;
  readonly filters: readonly string[] = [];
  readonly inbox: Inbox;

  constructor(inbox: Inbox) {
    this.inbox = inbox;
  }

  deliver(message: ReceivedMessage): void {
    this.inbox.push(message);
  }

  claim(listener: ClientSubscription): void {
    const others: ReceivedMessage[] = [];
    for (let message = this.inbox.take(); message !== undefined; message = this.inbox.take()) {
      const { topic } = message;
      if (listener.filters.some((filter) => matchesTopic(filter, topic))) listener.deliver(message);
      else others.push(message);
    }
    for (const message of others) this.inbox.push(message);
  }
}

/** One subscription, as its user and as the session see it. */
export class ClientSubscription implements Subscription, SessionSubscription {
  granted: readonly GrantedFilter[] = [];
  readonly identifier: number;
  readonly filters: readonly string[];
  readonly packet: FilterRequest;
  readonly #isAutomatic: boolean;
  readonly #inbox: Inbox;
  readonly #leave: (listener: ClientSubscription) => Promise<void>;
  #leaving: Promise<void> | undefined;
  #latest: Message | undefined;
  #unwatch = (): void => {};

  constructor(
    identifier: number,
    wanted: readonly TopicFilter[],
    options: SubscribeOptions,
    inbox: Inbox,
    leave: (listener: ClientSubscription) => Promise<void>,
  ) {
    this.identifier = identifier;
    this.filters = wanted.map(({ filter }) => filter);
    this.#isAutomatic = options.acknowledge !== 'manual';
    this.#inbox = inbox;
    if (this.#isAutomatic) inbox.onNext = this.#keep;
    this.#leave = leave;
    this.packet = {
      isSubscribe: true,
      filters: wanted.map((each) => ({ ...each, qos: each.qos ?? options.qos })),
      properties: {
        subscriptionIdentifier: identifier > 0 ? [identifier] : undefined,
        userProperties: options.userProperties,
      },
    };
  }

  /** Takes what SUBACK says. @returns An error where one filter is refused. */
  grant(codes: readonly number[], { reasonString }: Properties): FairleadError | undefined {
    const at = codes.findIndex((code) => code >= 0x80);
    if (at >= 0) {
      // The others were granted, and messages may have come.
      const options = { safeToRetry: codes.every((code) => code >= 0x80) };
      return refused(`refused ${this.filters[at]}`, codes[at] ?? 0, reasonString, 'server', options);
    }
    this.granted = this.filters.map((filter, index) => ({ filter, qos: (codes[index] ?? 0) as Qos }));
    return undefined;
  }

  /** Ends the subscription when the signal fires. */
  watch(signal: AbortSignal | undefined, stop: (error: Error) => void): void {
    if (signal === undefined) return;
    const onAbort = (): void => stop(abortedBy('subscription', signal));
    signal.addEventListener('abort', onAbort);
    this.#unwatch = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  }

  deliver(message: ReceivedMessage): void {
    this.#inbox.push(message);
  }

  end(reason?: Error): void {
    this.#unwatch();
    this.#inbox.end(reason);
  }

  unsubscribe(): Promise<void> {
    this.#leaving ??= this.#leave(this);
    return this.#leaving;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unsubscribe();
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return {
      next: () => {
        // Asking for the next one says that the one before is done.
        if (this.#isAutomatic) this.#latest?.acknowledge();
        this.#latest = undefined;
        return this.#inbox.next();
      },
      return: async () => {
        await this.unsubscribe();
        this.#inbox.clear();
        return { done: true, value: undefined };
      },
    };
  }

  readonly #keep = (message: Message): void => {
    // The next one was asked for before this one came.
    this.#latest?.acknowledge();
    this.#latest = message;
  };
}
