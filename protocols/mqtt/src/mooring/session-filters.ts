// The topic filters of one session: stored once the broker has granted them, subscribed to on each connection, and given up
// when no reader wants them.
import { type CallLimit, limitOf } from '@fairlead/client';
import { isFairleadError, usage } from '@fairlead/errors';
import type { Audience, OpenSessionOptions } from '@fairlead/mooring';
import { refused } from '../errors.ts';
import type { Subscriptions, SubscriptionsOwner } from '../subscriptions/subscriptions.ts';
import type { Message, Qos } from '../types/messages.ts';
import type { GrantedFilter, TopicFilter } from '../types/subscribe.ts';
import { matchesTopic } from '../wire/topic.ts';

const KEY = 'mqtt-filters';

/** A filter, as it is stored. */
interface StoredFilter extends TopicFilter {
  /** Its subscription identifier, the same on each connection: messages that wait at the broker have it. */
  readonly identifier: number;
}

/** A filter on this connection. */
interface SessionFilter {
  readonly stored: StoredFilter;
  /** What the broker granted, or will. */
  granted?: Promise<GrantedFilter>;
  /** Whether the broker has granted it once. */
  isGranted: boolean;
  /** Whether the broker sends its messages now. */
  isActive: boolean;
}

/** The client of one connection, as far as filters need it. */
export interface FiltersClient extends Pick<SubscriptionsOwner, 'server' | 'settings'> {
  readonly subscriptions: Subscriptions;
}

/** The filters of one session, on one connection. */
export class SessionFilters {
  readonly #client: FiltersClient;
  readonly #input: OpenSessionOptions;
  readonly #filters = new Map<string, SessionFilter>();

  constructor(client: FiltersClient, input: OpenSessionOptions) {
    this.#client = client;
    this.#input = input;
  }

  /** Takes what is stored. */
  async load(): Promise<void> {
    const stored = (await this.#input.storage.get<readonly StoredFilter[]>(KEY)) ?? [];
    for (const each of stored)
      this.#filters.set(each.filter, { stored: each, isGranted: true, isActive: false });
  }

  /**
   * The readers of a message, by their filters. Of several that match its topic, subscription identifiers name the right
   * ones: a broker may send a copy for each, and a reader of several filters gets the copy of the first one.
   */
  audienceOf({ topic, subscriptionIdentifiers, retain }: Message): Audience {
    const named = new Set(subscriptionIdentifiers);
    const matching = [...this.#filters.values()]
      .filter(({ stored }) => matchesTopic(stored.filter, topic))
      .sort(({ stored: a }, { stored: b }) => (b.qos ?? 0) - (a.qos ?? 0) || a.identifier - b.identifier);
    const first = matching.findIndex(({ stored }) => named.has(stored.identifier));
    if (first < 0) return { tags: matching.map(nameOf) };
    const tags = matching.filter(({ stored }) => named.has(stored.identifier)).map(nameOf);
    // A retained message comes for a new filter alone.
    if (retain) return { tags };
    const before = matching.slice(0, first).filter(({ isActive }) => isActive);
    return { tags, exceptTags: before.map(nameOf) };
  }

  /** Subscribes to what readers want, and drops what the broker refuses now. */
  async renew(): Promise<void> {
    const limit = limitOf({}, this.#client.settings.timeoutMs);
    const { protocolVersion, sessionPresent } = this.#client.server;
    // Retained messages have come already.
    const isKnown = protocolVersion === 5 && sessionPresent;
    const renewing = [...this.#filters.values()].map(async (each) => {
      each.isActive = sessionPresent;
      const { filter, retainHandling = 'send-if-new' } = each.stored;
      if (!this.#input.wants(filter)) return this.#giveUp(filter, sessionPresent ? limit : undefined);
      await this.#subscribe(each, limit, isKnown ? { retainHandling } : {}).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
      });
    });
    await Promise.all(renewing);
    if (renewing.length > 0) await this.#save();
  }

  /**
   * Subscribes to filters that the session has not got yet.
   * @throws FairleadError `usage` where it has one with a lower QoS; what the broker refuses.
   */
  async add(filters: readonly TopicFilter[], timeoutMs: number): Promise<readonly GrantedFilter[]> {
    for (const { filter, qos = 0 } of filters) {
      if ((this.#filters.get(filter)?.stored.qos ?? qos) >= qos) continue;
      throw usage(
        `The session subscribes to ${filter} with a lower QoS: unsubscribe all of its readers first`,
      );
    }
    const limit = limitOf({}, timeoutMs);
    const outcomes = await Promise.allSettled(filters.map((each) => this.#grantedTo(each, limit)));
    await this.#save();
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  /** Unsubscribes from filters. */
  async remove(filters: readonly string[]): Promise<void> {
    const limit = limitOf({}, this.#client.settings.timeoutMs);
    const given = filters.filter((filter) => this.#filters.has(filter));
    const leaving = given.map((filter) => this.#giveUp(filter, limit));
    await Promise.all([this.#save(), ...leaving]);
  }

  #grantedTo(wanted: TopicFilter, limit: CallLimit): Promise<GrantedFilter> {
    const known = this.#filters.get(wanted.filter);
    if (known !== undefined) return known.granted ?? this.#subscribe(known, limit);
    const identifiers = [...this.#filters.values()].map(({ stored }) => stored.identifier);
    const stored = { ...wanted, identifier: Math.max(0, ...identifiers) + 1 };
    const filter: SessionFilter = { stored, isGranted: false, isActive: false };
    this.#filters.set(wanted.filter, filter);
    return this.#subscribe(filter, limit);
  }

  #subscribe(filter: SessionFilter, limit: CallLimit, options: Partial<TopicFilter> = {}) {
    filter.granted = this.#send(filter, limit, options);
    return filter.granted;
  }

  /** @throws FairleadError The filter is not the session's then, unless the connection ended. */
  async #send(entry: SessionFilter, limit: CallLimit, options: Partial<TopicFilter>): Promise<GrantedFilter> {
    const { identifier, ...filter } = entry.stored;
    const { subscriptions, server } = this.#client;
    const subscriptionIdentifier = server.subscriptionIdentifiersAvailable ? [identifier] : undefined;
    const filters = [{ ...filter, ...options }];
    try {
      const properties = { subscriptionIdentifier };
      const [code = 0] = await subscriptions.exchange({ isSubscribe: true, filters, properties }, limit);
      if (code >= 0x80)
        throw refused(`refused ${filter.filter}`, code, undefined, 'server', { safeToRetry: true });
      entry.isGranted = true;
      entry.isActive = true;
      return { filter: filter.filter, qos: code as Qos };
    } catch (error) {
      const isLost = entry.isGranted && !isRefusal(error);
      if (!isLost && this.#filters.get(filter.filter) === entry) this.#filters.delete(filter.filter);
      throw error;
    }
  }

  /** @param limit Of UNSUBSCRIBE, where the broker has the filter. Messages that still come are wanted by no reader. */
  async #giveUp(filter: string, limit: CallLimit | undefined): Promise<void> {
    this.#filters.delete(filter);
    if (limit === undefined) return;
    const packet = { isSubscribe: false, filters: [{ filter }], properties: {} };
    await this.#client.subscriptions.exchange(packet, limit).catch(noop);
  }

  #save(): Promise<void> {
    const granted = [...this.#filters.values()].filter(({ isGranted }) => isGranted);
    return this.#input.storage.put({ [KEY]: granted.map(({ stored }) => stored) });
  }
}

/** Whether the broker takes no such filter, as opposed to a connection that ended. */
function isRefusal(error: unknown): boolean {
  return isFairleadError(error) && (error.code === 'server' || error.code === 'usage');
}

function nameOf({ stored }: SessionFilter): string {
  return stored.filter;
}

const noop = (): void => undefined;
