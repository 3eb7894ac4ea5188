// All subscriptions of a client: SUBSCRIBE and UNSUBSCRIBE, the loops over messages, and how much of them may wait.
import { abortedBy, type CallLimit, type Deadlines, limitOf, watchCall } from '@fairlead/client';
import { type FairleadError, isFairleadError } from '@fairlead/errors';
import { flagged, limit as limitError, sameFailure, usage } from '../errors.ts';
import type { Request, Session } from '../session/session.ts';
import type { ServerInfo, SubscribeOptions, Subscription, TopicFilter } from '../types/messages.ts';
import { assertFilter, hasWildcard, isShared } from '../wire/topic.ts';
import { Inbox, type Load } from './inbox.ts';
import { ClientSubscription, UnclaimedMessages } from './subscription.ts';

const DEFAULT_BUFFERED_BYTES = 1_048_576;
/** While the broker owes an acknowledgement, messages in front of it are taken in beyond the caps: up to so many times. */
const OVERFULL = 8;
/** The largest subscription identifier (section 3.8.2.1.2). */
const MAX_IDENTIFIER = 268_435_455;

/** What subscriptions need of their client. */
export interface SubscriptionsOwner {
  readonly session: Session;
  readonly deadlines: Deadlines;
  readonly server: ServerInfo;
  readonly timeoutMs: number;
  /** Why nothing works any more. */
  readonly refusal: FairleadError | undefined;
  /** Something is to be sent, or may be read again. */
  schedule(): void;
  /** The client cannot go on. */
  abort(reason: FairleadError): void;
}

/** What the client knows of its subscriptions. */
export class Subscriptions implements Load {
  readonly #client: SubscriptionsOwner;
  readonly #established = new Set<ClientSubscription>();
  readonly #full = new Set<Inbox>();
  /** Messages of a resumed session that come before anybody has subscribed. */
  #unclaimed: UnclaimedMessages | undefined;
  #latestIdentifier = 0;

  constructor(client: SubscriptionsOwner) {
    this.#client = client;
  }

  /** Whether messages may be taken in. */
  get mayRead(): boolean {
    if (this.#full.size === 0) return true;
    if (!this.#client.session.owed) return false;
    for (const { bytes, maxBytes } of this.#full) if (bytes > maxBytes * OVERFULL) return false;
    return true;
  }

  /** Whether messages may come. */
  get mayPush(): boolean {
    return this.#client.session.router.receivers.size > 0 || this.#unclaimed !== undefined;
  }

  changed(inbox: Inbox): void {
    if (inbox.bytes > inbox.maxBytes) {
      this.#full.add(inbox);
      if (inbox === this.#unclaimed?.inbox && inbox.bytes > inbox.maxBytes * OVERFULL) {
        const reason =
          'The resumed session holds messages that nothing subscribes to: subscribe, or begin with clean';
        this.#client.abort(limitError(reason));
      }
    } else if (this.#full.size > 0 && this.#full.delete(inbox)) this.#client.schedule();
  }

  /** The broker has kept the session: its messages wait for their subscription. */
  expectUnclaimed(): void {
    this.#unclaimed = new UnclaimedMessages(new Inbox(DEFAULT_BUFFERED_BYTES, this));
    this.#client.session.router.fallback = this.#unclaimed;
  }

  /** The broker has lost the session: what was subscribed to is so again. */
  renew(): void {
    for (const listener of this.#established) {
      const request = this.#request(listener, (error) => {
        if (error !== undefined) this.#drop(listener, error);
      });
      this.#client.session.request(request);
    }
  }

  /** @param limit Of this call; the options' signal ends the subscription later on. */
  async subscribe(
    wanted: readonly TopicFilter[],
    options: SubscribeOptions,
    limit: CallLimit,
  ): Promise<Subscription> {
    this.#check(wanted, options);
    const { server, session } = this.#client;
    const identifier = server.subscriptionIdentifiersAvailable ? this.#nextIdentifier() : 0;
    const inbox = new Inbox(options.maxBufferedBytes ?? DEFAULT_BUFFERED_BYTES, this);
    const listener = new ClientSubscription(identifier, wanted, options, inbox, (each) => this.#leave(each));
    session.router.add(listener);
    this.#unclaimed?.claim(listener);
    try {
      await this.#call('subscription', limit, (done) => this.#request(listener, done));
    } catch (error) {
      inbox.clear();
      // Of a SUBSCRIBE that never left the broker knows nothing.
      if (isFairleadError(error) && error.safeToRetry && error.server === undefined) this.#forget(listener);
      else void this.#leave(listener);
      throw error;
    }
    this.#established.add(listener);
    listener.watch(options.signal, (error) => {
      inbox.clear();
      this.#drop(listener, error);
    });
    return listener;
  }

  /** Ends all loops. */
  end(reason: FairleadError | undefined): void {
    for (const receiver of this.#client.session.router.receivers) {
      if (receiver instanceof ClientSubscription) {
        receiver.end(reason === undefined ? undefined : sameFailure(reason, reason.code, false));
      }
    }
  }

  #drop(listener: ClientSubscription, error: Error): void {
    listener.end(error);
    void this.#leave(listener);
  }

  #forget(listener: ClientSubscription): void {
    listener.end();
    this.#established.delete(listener);
    this.#client.session.router.remove(listener);
  }

  async #leave(listener: ClientSubscription): Promise<void> {
    listener.end();
    this.#established.delete(listener);
    const { timeoutMs } = this.#client;
    // What the broker says to it changes nothing, and what still comes is nobody's.
    await this.#call('unsubscription', limitOf({}, timeoutMs), (done) => ({
      ...listener.packet,
      isSubscribe: false,
      properties: {},
      resolve: () => done(),
      reject: done,
    })).catch(() => {});
    this.#forget(listener);
  }

  #nextIdentifier(): number {
    this.#latestIdentifier = (this.#latestIdentifier % MAX_IDENTIFIER) + 1;
    return this.#latestIdentifier;
  }

  /** Sends a request and waits for its answer, as long as the caller wants. */
  #call(noun: string, limit: CallLimit, build: (done: (error?: Error) => void) => Request): Promise<void> {
    const { session, deadlines, refusal } = this.#client;
    return new Promise((resolve, reject) => {
      if (refusal !== undefined) throw sameFailure(refusal, refusal.code, true);
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
        reject(flagged(reason, session.forget(identifier)));
      });
      this.#client.schedule();
    });
  }

  #request(listener: ClientSubscription, done: (error?: Error) => void): Request {
    return {
      ...listener.packet,
      resolve: (codes, properties) => {
        const refusal = listener.grant(codes, properties);
        done(refusal);
      },
      reject: done,
    };
  }

  #check(wanted: readonly TopicFilter[], options: SubscribeOptions): void {
    const { server, session } = this.#client;
    if (wanted.length === 0) throw usage('A subscription needs at least one topic filter');
    const seen = new Set<string>();
    for (const { filter, noLocal, retainAsPublished, retainHandling } of wanted) {
      assertFilter(filter);
      if (seen.has(filter) || session.router.has(filter)) {
        throw usage(`This client subscribes to ${filter} already: the broker would end that subscription`);
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
