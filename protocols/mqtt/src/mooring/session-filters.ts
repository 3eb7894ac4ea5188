// The topic filters of one session: stored, subscribed to on each connection, and given up when no reader wants them.
import { usage } from '@fairlead/errors';
import type { SessionStorage } from '@fairlead/mooring';
import type { Client } from '../types/client.ts';
import type { GrantedFilter, Subscription, TopicFilter } from '../types/subscribe.ts';
import type { MessageIntake } from './message-intake.ts';

const KEY = 'mqtt-filters';

/** The filters of one session, on one connection. */
export class SessionFilters {
  readonly #client: Client;
  readonly #intake: MessageIntake;
  readonly #storage: SessionStorage;
  readonly #filters = new Map<string, TopicFilter>();
  readonly #subscriptions = new Map<string, Promise<Subscription>>();

  constructor(client: Client, intake: MessageIntake, storage: SessionStorage) {
    this.#client = client;
    this.#intake = intake;
    this.#storage = storage;
  }

  /** Subscribes to what the session is subscribed to. */
  async renew(): Promise<void> {
    const stored = (await this.#storage.get<readonly TopicFilter[]>(KEY)) ?? [];
    for (const each of stored) this.#filters.set(each.filter, each);
    const { protocolVersion, sessionPresent } = this.#client.server;
    // Retained messages have come already.
    const isKnown = protocolVersion === 5 && sessionPresent;
    await Promise.all(
      stored.map((each) => {
        const { retainHandling = 'send-if-new' } = each;
        return this.#subscribe(isKnown ? { ...each, retainHandling } : each);
      }),
    );
  }

  /**
   * Subscribes to filters that the session has not got yet.
   * @throws FairleadError `usage` where it has one with a lower QoS; as the client's `subscribe`.
   */
  async add(filters: readonly TopicFilter[], timeoutMs: number): Promise<readonly GrantedFilter[]> {
    const subscriptions = filters.map((each) => {
      const { filter, qos = 0 } = each;
      const known = this.#subscriptions.get(filter);
      if (known === undefined) {
        this.#filters.set(filter, each);
        return this.#subscribe(each, timeoutMs);
      }
      if ((this.#filters.get(filter)?.qos ?? 0) >= qos) return known;
      throw usage(
        `The session subscribes to ${filter} with a lower QoS: unsubscribe all of its readers first`,
      );
    });
    await Promise.all([this.#save(), ...subscriptions]);
    const granted = await Promise.all(subscriptions);
    return granted.flatMap((subscription) => subscription.granted);
  }

  /** Unsubscribes from filters. */
  async remove(filters: readonly string[]): Promise<void> {
    const ended = filters.map((filter) => {
      const subscription = this.#subscriptions.get(filter);
      this.#forget(filter);
      return subscription?.then((each) => each.unsubscribe(), noop);
    });
    await Promise.all([this.#save(), ...ended]);
  }

  async #subscribe(filter: TopicFilter, timeoutMs?: number): Promise<Subscription> {
    const subscribing = this.#client.subscribe([filter], { timeoutMs, acknowledge: 'manual' });
    this.#subscriptions.set(filter.filter, subscribing);
    try {
      const subscription = await subscribing;
      void this.#intake.takeAll(filter.filter, subscription.consumer());
      return subscription;
    } catch (error) {
      if (this.#subscriptions.get(filter.filter) === subscribing) this.#subscriptions.delete(filter.filter);
      throw error;
    }
  }

  #forget(filter: string): void {
    this.#filters.delete(filter);
    this.#subscriptions.delete(filter);
  }

  #save(): Promise<void> {
    return this.#storage.put({ [KEY]: [...this.#filters.values()] });
  }
}

const noop = (): void => undefined;
