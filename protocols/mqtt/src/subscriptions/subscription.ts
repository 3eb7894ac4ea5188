// A subscription with its consumers: which packet it sends, what the broker granted, and which consumers get its messages.
import { abortedBy, whenAborted } from '@fairlead/client';
import { type FairleadError, isFairleadError } from '@fairlead/errors';
import { refused, sameFailure } from '../errors.ts';
import { checkConsumer } from '../options/arguments.ts';
import type { ReceivedMessage } from '../session/incoming/received-message.ts';
import type { SessionSubscription } from '../session/incoming/router.ts';
import type { Message, Qos } from '../types/messages.ts';
import type {
  ConsumerOptions,
  GrantedFilter,
  SubscribeOptions,
  Subscription,
  TopicFilter,
} from '../types/subscribe.ts';
import type { FilterRequest } from '../wire/encode/control.ts';
import type { Properties } from '../wire/packets.ts';
import { type ConsumerOwner, SubscriptionConsumer } from './consumer.ts';

/** What a subscription needs of the client's subscriptions. */
export interface SubscriptionOwner extends ConsumerOwner {
  /** Sends UNSUBSCRIBE, and settles when the broker has answered. */
  leave(subscription: ClientSubscription): Promise<void>;
}

/** One subscription, as its user and as the session see it. */
export class ClientSubscription implements Subscription, SessionSubscription {
  granted: readonly GrantedFilter[] = [];
  readonly identifier: number;
  readonly filters: readonly string[];
  readonly packet: FilterRequest;
  readonly #options: SubscribeOptions;
  readonly #owner: SubscriptionOwner;
  readonly #consumers = new Set<SubscriptionConsumer>();
  /** Has the messages since SUBSCRIBE, until the first loop or consumer takes it over. */
  #unclaimed: SubscriptionConsumer | undefined;
  /** The consumer of loops over the subscription itself. */
  #own: SubscriptionConsumer | undefined;
  #hasEnded = false;
  #leaving: Promise<void> | undefined;
  #stopListening = (): void => {};

  constructor(
    identifier: number,
    filters: readonly TopicFilter[],
    options: SubscribeOptions,
    owner: SubscriptionOwner,
  ) {
    this.identifier = identifier;
    this.filters = filters.map(({ filter }) => filter);
    this.#options = options;
    this.#owner = owner;
    this.#unclaimed = this.#addConsumer();
    this.packet = {
      isSubscribe: true,
      filters: filters.map((each) => ({ ...each, qos: each.qos ?? options.qos })),
      properties: {
        subscriptionIdentifier: identifier > 0 ? [identifier] : undefined,
        userProperties: options.userProperties,
      },
    };
  }

  /** Takes SUBACK. @returns An error where the broker refuses one of the filters. */
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
    this.#stopListening = whenAborted(signal, (fired) => stop(abortedBy('subscription', fired)));
  }

  deliver(message: ReceivedMessage): void {
    let own: ReceivedMessage | undefined = message;
    for (const consumer of this.#consumers) {
      consumer.push(own ?? message.forAnotherConsumer());
      own = undefined;
    }
  }

  /** Ends the loops behind the messages that wait: with `reason`, or without an error. */
  end(reason?: Error): void {
    this.#hasEnded = true;
    this.#stopListening();
    let error = reason;
    for (const consumer of this.#consumers) {
      consumer.end(error);
      if (isFairleadError(reason)) error = sameFailure(reason, reason.code, reason.safeToRetry);
    }
  }

  /** Drops the messages that wait. */
  clear(): void {
    for (const consumer of this.#consumers) consumer.clear();
  }

  consumer(options: ConsumerOptions = {}): SubscriptionConsumer {
    checkConsumer(options, 'What consumer() is given');
    const consumer = this.#unclaimed ?? this.#addConsumer();
    this.#unclaimed = undefined;
    consumer.configure(options);
    return consumer;
  }

  unsubscribe(): Promise<void> {
    this.#leaving ??= this.#owner.leave(this);
    return this.#leaving;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unsubscribe();
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    this.#own ??= this.consumer();
    return this.#own[Symbol.asyncIterator]() as AsyncIterator<Message, undefined>;
  }

  #addConsumer(): SubscriptionConsumer {
    const consumer = new SubscriptionConsumer(this.#owner, (each) => this.#leave(each));
    consumer.configure(this.#options);
    if (this.#hasEnded) consumer.end();
    else this.#consumers.add(consumer);
    return consumer;
  }

  async #leave(consumer: SubscriptionConsumer): Promise<void> {
    const consumers = this.#consumers;
    if (this.#hasEnded || (consumers.size === 1 && consumers.has(consumer))) return this.unsubscribe();
    if (this.#own === consumer) this.#own = undefined;
    if (consumers.delete(consumer)) consumer.release();
  }
}
