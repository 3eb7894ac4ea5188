// All subscriptions of a client: SUBSCRIBE and UNSUBSCRIBE, and the back pressure of messages that wait.
import { abortedBy, type CallLimit, type Deadlines, limitOf, watchCall } from '@fairlead/client';
import { type FairleadError, isFairleadError, usage } from '@fairlead/errors';
import { limit as limitError, sameFailure, withSafeToRetry } from '../errors.ts';
import type { Settings } from '../options/options.ts';
import type { Request, Session } from '../session/session.ts';
import type { ServerInfo } from '../types/client.ts';
import type { SubscribeOptions, Subscription, TopicFilter } from '../types/subscribe.ts';
import type { FilterRequest } from '../wire/encode/control.ts';
import { assertFilter, hasWildcard, isShared } from '../wire/topic.ts';
import type { SubscriptionConsumer } from './consumer.ts';
import { ClientSubscription, type SubscriptionOwner } from './subscription.ts';
import { UnclaimedMessages } from './unclaimed-messages.ts';

/**
 * While the broker owes an acknowledgement, the messages in front of it are read even if a queue is full: up to so many
 * times its limit.
 */
const MAX_OVERFILL = 8;
/** The largest subscription identifier (section 3.8.2.1.2). */
const MAX_IDENTIFIER = 268_435_455;

/** The client, as its subscriptions see it. */
export interface SubscriptionsOwner {
  readonly session: Session;
  readonly deadlines: Deadlines;
  readonly server: ServerInfo;
  readonly settings: Settings;
  /** Ends the client. */
  abort(reason: FairleadError): void;
}

/** The subscriptions of one client. */
export class Subscriptions implements SubscriptionOwner {
  readonly #client: SubscriptionsOwner;
  readonly #established = new Set<ClientSubscription>();
  readonly #full = new Set<SubscriptionConsumer>();
  /** Messages of a resumed session that come before their subscription. */
  #unclaimed: UnclaimedMessages | undefined;
  /** All messages, where `takeAll` was called. */
  #all: UnclaimedMessages | undefined;
  #latestIdentifier = 0;

  constructor(client: SubscriptionsOwner) {
    this.#client = client;
  }

  /** Whether messages may be read from the broker. */
  get mayRead(): boolean {
    if (this.#full.size === 0) return true;
    if (!this.#client.session.owed) return false;
    for (const { bytes, maxBytes } of this.#full) if (bytes > maxBytes * MAX_OVERFILL) return false;
    return true;
  }

  /** Whether the broker may send messages. */
  get mayPush(): boolean {
    if (this.#all !== undefined || this.#unclaimed !== undefined) return true;
    return this.#client.session.router.subscriptions.size > 0;
  }

  changed(consumer: SubscriptionConsumer): void {
    const { bytes, maxBytes } = consumer;
    if (bytes > maxBytes) {
      this.#full.add(consumer);
      if (consumer === this.#unclaimed?.queue && bytes > maxBytes * MAX_OVERFILL) {
        const reason =
          'The resumed session holds messages that nothing subscribes to: subscribe, or begin with clean';
        this.#client.abort(limitError(reason));
      }
    } else if (this.#full.size > 0 && this.#full.delete(consumer)) this.#client.session.output.schedule();
  }

  /** The broker has kept the session: its messages wait for their subscription. */
  expectUnclaimed(): void {
    if (this.#all !== undefined) return;
    this.#unclaimed = new UnclaimedMessages(this);
    this.#client.session.router.fallback = this.#unclaimed;
  }

  /**
   * One queue for all messages, whichever filter they match, acknowledged by hand. It has them from the first one on where it
   * is taken before the client connects. Its filters are subscribed to by `exchange`.
   */
  takeAll(): SubscriptionConsumer {
    this.#all = new UnclaimedMessages(this);
    this.#all.queue.configure({ acknowledge: 'manual' });
    this.#client.session.router.fallback = this.#all;
    return this.#all.queue;
  }

  /**
   * Sends SUBSCRIBE or UNSUBSCRIBE for messages that go to `takeAll`.
   * @returns The broker's reason codes, one for each filter. MQTT 3.1.1 has none for UNSUBSCRIBE.
   */
  async exchange(packet: FilterRequest, limit: CallLimit): Promise<readonly number[]> {
    const { isSubscribe, filters } = packet;
    if (isSubscribe) this.#check(filters, {});
    let codes: readonly number[] = [];
    await this.#call(isSubscribe ? 'subscription' : 'unsubscription', limit, (done) => ({
      ...packet,
      resolve: (answered) => {
        codes = [...answered];
        done();
      },
      reject: done,
    }));
    return codes;
  }

  /** The broker has lost the session: subscribes again to each filter. */
  renew(): void {
    for (const subscription of this.#established) {
      const request = this.#request(subscription, (error) => {
        if (error !== undefined) this.#drop(subscription, error);
      });
      this.#client.session.request(request);
    }
  }

  /**
   * Subscribes.
   * @param limit Of this call; the signal of `options` ends the subscription later on.
   */
  async subscribe(
    filters: readonly TopicFilter[],
    options: SubscribeOptions,
    limit: CallLimit,
  ): Promise<Subscription> {
    this.#check(filters, options);
    const { server, session } = this.#client;
    const identifier = server.subscriptionIdentifiersAvailable ? this.#nextIdentifier() : 0;
    const subscription = new ClientSubscription(identifier, filters, options, this);
    session.router.add(subscription);
    this.#unclaimed?.claim(subscription);
    try {
      await this.#call('subscription', limit, (done) => this.#request(subscription, done));
    } catch (error) {
      subscription.clear();
      // The broker knows nothing of a SUBSCRIBE that was never sent.
      const isUnsent = isFairleadError(error) && error.safeToRetry && error.server === undefined;
      if (isUnsent) this.#forget(subscription);
      else void this.leave(subscription);
      throw error;
    }
    this.#established.add(subscription);
    subscription.watch(options.signal, (error) => {
      subscription.clear();
      this.#drop(subscription, error);
    });
    return subscription;
  }

  /** Ends all loops. */
  end(reason: FairleadError | undefined): void {
    this.#all?.queue.end();
    for (const subscription of this.#client.session.router.subscriptions) {
      if (subscription instanceof ClientSubscription) {
        subscription.end(reason === undefined ? undefined : sameFailure(reason, reason.code, false));
      }
    }
  }

  #drop(subscription: ClientSubscription, error: Error): void {
    subscription.end(error);
    void this.leave(subscription);
  }

  #forget(subscription: ClientSubscription): void {
    subscription.end();
    this.#established.delete(subscription);
    this.#client.session.router.remove(subscription);
  }

  /** Ends a subscription here, and then at the broker. */
  async leave(subscription: ClientSubscription): Promise<void> {
    subscription.end();
    this.#established.delete(subscription);
    const { timeoutMs } = this.#client.settings;
    // Whatever the broker answers, the subscription has ended, and messages that still come are not wanted.
    await this.#call('unsubscription', limitOf({}, timeoutMs), (done) => ({
      ...subscription.packet,
      isSubscribe: false,
      properties: {},
      resolve: () => done(),
      reject: done,
    })).catch(() => {});
    this.#forget(subscription);
  }

  #nextIdentifier(): number {
    this.#latestIdentifier = (this.#latestIdentifier % MAX_IDENTIFIER) + 1;
    return this.#latestIdentifier;
  }

  /** Sends SUBSCRIBE or UNSUBSCRIBE and waits for its answer, within the call's limit. */
  #call(noun: string, limit: CallLimit, build: (done: (error?: Error) => void) => Request): Promise<void> {
    const { session, deadlines } = this.#client;
    return new Promise((resolve, reject) => {
      session.assertOpen();
      if (limit.signal?.aborted) throw abortedBy(noun, limit.signal, true);
      let unwatch = (): void => {};
      const identifier = session.request(
        build((error) => {
          unwatch();
          if (error === undefined) resolve();
          else reject(error);
        }),
      );
      unwatch = watchCall(deadlines, noun, limit, (reason) => {
        unwatch();
        reject(withSafeToRetry(reason, session.forget(identifier)));
      });
      session.output.schedule();
    });
  }

  #request(subscription: ClientSubscription, done: (error?: Error) => void): Request {
    return {
      ...subscription.packet,
      resolve: (codes, properties) => done(subscription.grant(codes, properties)),
      reject: done,
    };
  }

  #check(filters: readonly TopicFilter[], options: SubscribeOptions): void {
    const { server, session } = this.#client;
    if (filters.length === 0) throw usage('subscribe() needs at least one topic filter');
    const seen = new Set<string>();
    for (const { filter, noLocal, retainAsPublished, retainHandling } of filters) {
      assertFilter(filter);
      if (seen.has(filter) || session.router.has(filter)) {
        throw usage(`This client subscribes to ${filter} already: add a consumer() to that subscription`);
      }
      seen.add(filter);
      const isNew = noLocal || retainAsPublished || retainHandling !== undefined || options.userProperties;
      if (server.protocolVersion === 4 && isNew) throw usage('MQTT 3.1.1 has no such subscription options');
      if (isShared(filter)) {
        if (noLocal) throw usage('A shared subscription cannot have noLocal');
        if (!server.sharedSubscriptionAvailable) throw usage('The broker has no shared subscriptions');
      }
      if (hasWildcard(filter) && !server.wildcardSubscriptionAvailable) {
        throw usage('The broker takes no wildcards');
      }
    }
  }
}
