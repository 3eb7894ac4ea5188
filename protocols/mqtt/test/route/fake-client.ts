// A client without a broker: it remembers what it was asked for, and its tests say what comes and what is refused.
import { FairleadError } from '@fairlead/errors';
import type {
  Client,
  ConnectOptions,
  Message,
  PublishOptions,
  PublishResult,
  Qos,
  ServerInfo,
  SubscribeOptions,
  TopicFilter,
} from '../../src/types/client.ts';

/** What a message of a test says; the rest has defaults. */
export interface Sent {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos?: Qos;
  readonly duplicate?: boolean;
  readonly properties?: Message['properties'];
}

/** What a test decides. */
export interface Behaviour {
  readonly connect?: (target: string, options: ConnectOptions) => void;
  readonly publish?: (topic: string, options: PublishOptions) => PublishResult | Promise<PublishResult>;
  readonly subscribe?: () => void;
  /** Delivered behind the subscription; then the subscription waits for more. */
  readonly messages?: readonly Sent[];
  /** What ends the subscription behind them. */
  readonly failure?: FairleadError;
  readonly sessionPresent?: boolean;
}

/** A broker of one test. */
export class FakeBroker {
  readonly log: string[] = [];
  readonly connections: { readonly target: string; readonly options: ConnectOptions }[] = [];
  readonly published: { topic: string; payload: string | Uint8Array; options: PublishOptions }[] = [];
  readonly subscribed: { filters: readonly TopicFilter[]; options: SubscribeOptions }[] = [];
  readonly #behaviour: Behaviour;
  readonly #queue: Message[] = [];
  #wake: (() => void) | undefined;

  constructor(behaviour: Behaviour = {}) {
    this.#behaviour = behaviour;
  }

  /** Delivers another message. */
  send(sent: Sent): void {
    this.#queue.push(this.#message(sent));
    this.#wake?.();
  }

  readonly connect = async (target: string, options: ConnectOptions): Promise<Client> => {
    this.connections.push({ target, options });
    this.#behaviour.connect?.(target, options);
    this.log.push('connect');
    for (const sent of this.#behaviour.messages ?? []) this.#queue.push(this.#message(sent));
    return this.#client(options);
  };

  #client(options: ConnectOptions): Client {
    const close = async (): Promise<void> => {
      if (this.log.at(-1) !== 'close') this.log.push('close');
      this.#wake?.();
    };
    return {
      server: {
        protocolVersion: options.protocolVersion ?? 5,
        sessionPresent: this.#behaviour.sessionPresent ?? false,
      } as ServerInfo,
      closed: Promise.resolve(undefined),
      close,
      [Symbol.asyncDispose]: close,
      request: () => Promise.reject(new Error('not used')),
      publish: async (topic, payload, publishOptions = {}) => {
        this.published.push({ topic, payload, options: publishOptions });
        return (await this.#behaviour.publish?.(topic, publishOptions)) ?? { reasonCode: 0 };
      },
      subscribe: async (filters, subscribeOptions = {}) => {
        this.#behaviour.subscribe?.();
        const list = filters as readonly TopicFilter[];
        this.subscribed.push({ filters: list, options: subscribeOptions });
        const unsubscribe = async (): Promise<void> => void this.log.push('unsubscribe');
        return {
          granted: list.map(({ filter }) => ({ filter, qos: subscribeOptions.qos ?? 0 })),
          unsubscribe,
          consumer: () => {
            throw new Error('not used');
          },
          [Symbol.asyncDispose]: unsubscribe,
          [Symbol.asyncIterator]: () => ({
            next: () => this.#next(options.signal),
            return: async () => {
              await unsubscribe();
              return { done: true as const, value: undefined };
            },
          }),
        };
      },
    };
  }

  async #next(signal: AbortSignal | undefined): Promise<IteratorResult<Message, undefined>> {
    for (;;) {
      const value = this.#queue.shift();
      if (value !== undefined) return { done: false, value };
      if (this.#behaviour.failure !== undefined) throw this.#behaviour.failure;
      if (signal?.aborted) throw new FairleadError('aborted', 'stopped');
      if (this.log.at(-1) === 'close') return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal?.addEventListener('abort', () => resolve());
      });
    }
  }

  #message({ topic, payload, qos = 1, duplicate = false, properties = {} }: Sent): Message {
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
    return {
      topic,
      payload: bytes,
      qos,
      retain: false,
      duplicate,
      properties,
      subscriptionIdentifiers: [],
      text: () => new TextDecoder().decode(bytes),
      json: () => JSON.parse(new TextDecoder().decode(bytes)),
      acknowledge: () => void this.log.push(`ack ${new TextDecoder().decode(bytes)}`),
    };
  }
}
