// A caller's side of a session: calls go to the object that keeps it, and messages come from there in batches.
import { type CallLimit, limitOf, remainingMs, stackAtCaller } from '@fairlead/client';
import { digest, type SessionClient, SessionReader } from '@fairlead/mooring';
import { closedHere } from '../errors.ts';
import { checkPublish, checkSubscribe } from '../options/arguments.ts';
import { ReceivedMessage } from '../session/incoming/received-message.ts';
import { DELIVERED_WITH_QOS_1 } from '../session/states.ts';
import type { ServerInfo, TopicFilters } from '../types/client.ts';
import type { Message } from '../types/messages.ts';
import type { PublishOptions, PublishResult } from '../types/publish.ts';
import type { GrantedFilter, TopicFilter } from '../types/subscribe.ts';
import type { MessageEvent } from './message-intake.ts';
import type { MooredClient, MooredSubscribeOptions, MooredSubscription } from './types.ts';

/** A session, by its object. */
export class SessionMqttClient implements MooredClient {
  readonly server: ServerInfo;
  readonly #session: SessionClient;
  readonly #reader: string;
  readonly #timeoutMs: number;
  readonly #subscriptions = new Set<SessionSubscription>();
  #isClosed = false;

  /** @param server What the broker has stated. @param reader The name of loops that have none of their own. */
  constructor(session: SessionClient, server: ServerInfo, reader: string, timeoutMs: number) {
    this.#session = session;
    this.server = server;
    this.#reader = reader;
    this.#timeoutMs = timeoutMs;
  }

  async publish(
    topic: string,
    payload: string | Uint8Array,
    options: PublishOptions = {},
  ): Promise<PublishResult> {
    try {
      checkPublish(topic, options);
      const { signal: _, timeoutMs: __, ...plain } = options;
      const ask = { op: 'call', name: 'publish', args: [topic, payload, plain] } as const;
      return (await this.#ask(ask, limitOf(options, this.#timeoutMs))) as PublishResult;
    } catch (error) {
      throw stackAtCaller(error);
    }
  }

  async subscribe(filters: TopicFilters, options: MooredSubscribeOptions = {}): Promise<MooredSubscription> {
    try {
      const limit = limitOf(options, this.#timeoutMs);
      const { reader = this.#reader, qos = 0 } = options;
      const wanted = checkSubscribe(filters, options).map((each): TopicFilter => ({ qos, ...each }));
      const tags = wanted.map(({ filter }) => filter).sort();
      const name = { key: await digest(reader, tags), tags };
      const ask = { op: 'call', name: 'subscribe', args: [wanted], reader: name, mayRepeat: true } as const;
      const granted = (await this.#ask(ask, limit)) as readonly GrantedFilter[];
      const subscription = new SessionSubscription(
        granted,
        () => new SessionReader(this.#session, name),
        () => this.#ask({ op: 'leave', reader: name }, limitOf({}, this.#timeoutMs)),
      );
      this.#subscriptions.add(subscription);
      return subscription;
    } catch (error) {
      throw stackAtCaller(error);
    }
  }

  async #ask(ask: Parameters<SessionClient['ask']>[0], limit: CallLimit): Promise<unknown> {
    if (this.#isClosed) throw closedHere();
    return this.#session.ask(ask, { timeoutMs: remainingMs(limit), signal: limit.signal });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#subscriptions].map((each) => each.close()));
    this.#subscriptions.clear();
  }

  async end(): Promise<void> {
    await this.#ask({ op: 'end' }, limitOf({}, this.#timeoutMs));
    await this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** One reader's messages. */
class SessionSubscription implements MooredSubscription {
  readonly granted: readonly GrantedFilter[];
  readonly #newLoop: () => SessionReader;
  readonly #leave: () => Promise<unknown>;
  readonly #loops = new Set<SessionReader>();
  /** What loops have lost that were left. */
  #lost = 0;

  constructor(
    granted: readonly GrantedFilter[],
    newLoop: () => SessionReader,
    leave: () => Promise<unknown>,
  ) {
    this.granted = granted;
    this.#newLoop = newLoop;
    this.#leave = leave;
  }

  get lost(): number {
    return [...this.#loops].reduce((sum, { lost }) => sum + lost, this.#lost);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message, undefined> {
    const loop = this.#newLoop();
    this.#loops.add(loop);
    try {
      for (let next = await loop.next(); next !== undefined; next = await loop.next()) {
        const { event, sequence } = next;
        yield message(event as MessageEvent, () => loop.confirm(sequence));
      }
    } finally {
      this.#loops.delete(loop);
      this.#lost += loop.lost;
      await loop.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#loops].map((loop) => loop.close()));
  }

  async unsubscribe(): Promise<void> {
    await this.close();
    await this.#leave();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** @param confirm What `acknowledge` does, once: the broker was told when the buffer had the message. */
function message(event: MessageEvent, confirm: () => void): Message {
  const { payload, properties } = event;
  const delivery = {
    qos: 1,
    identifier: 0,
    state: DELIVERED_WITH_QOS_1,
    connection: 0,
    left: 1,
    reasonCode: 0,
  } as const;
  return new ReceivedMessage(event, payload, properties, { ...delivery }, confirm);
}
