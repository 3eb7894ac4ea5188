// What users import: `connect`, and the client's calls. It checks arguments and hands them on.
import { limitOf, stackAtCaller } from '@fairlead/client';
import { Lifecycle } from './connection/lifecycle.ts';
import { asFailure } from './errors.ts';
import { jsonPayload, jsonPublishOptions, jsonReader } from './json/json-messages.ts';
import { checkClose, checkPublish, checkSubscribe } from './options/arguments.ts';
import { resolveOptions, type Settings } from './options/options.ts';
import { Publisher } from './publishing/publisher.ts';
import { Requests } from './requests/request-response.ts';
import type { MessageReader } from './subscriptions/consumer.ts';
import type { Client, CloseOptions, ServerInfo, TopicFilters } from './types/client.ts';
import type { ConnectOptions } from './types/connect-options.ts';
import type { Message } from './types/messages.ts';
import type { PublishOptions, PublishResult, RequestOptions } from './types/publish.ts';
import type { JsonMessage, JsonSubscribeOptions, SubscribeOptions, Subscription } from './types/subscribe.ts';
import type { Publication } from './wire/packets.ts';

/**
 * Connects, and resolves when the broker has accepted the connection.
 * @param target `mqtt[s]://user:password@host:port`, `ws[s]://user:password@host:port/path`, or options.
 * @param options Their members win over the URL's.
 * @throws FairleadError `usage` for a malformed target or option; `auth` or `server` where the broker refuses; `protocol`;
 *   of the connector: `connect_failed`, `connect_timeout`, `tls_failed`, `aborted`, `policy`.
 * @example
 * ```ts
 * import { connect, memoryStore } from '@fairlead/mqtt';
 *
 * await using client = await connect('mqtts://app@broker.example.com', {
 *   password: async () => 'a token',
 *   clientId: 'sensor-7',
 *   clean: false,
 *   store: memoryStore(),
 *   reconnect: true,
 * });
 * await client.publish('plant/7/temperature', '21.5', { qos: 2 });
 * ```
 */
export async function connect(
  target: string | URL | ConnectOptions,
  options?: ConnectOptions,
): Promise<Client> {
  try {
    const lifecycle = new Lifecycle(resolveOptions(target, options));
    const client = new MqttClient(lifecycle);
    await lifecycle.open();
    return client;
  } catch (error) {
    throw stackAtCaller(error);
  }
}

class MqttClient implements Client {
  readonly #lifecycle: Lifecycle;
  readonly #settings: Settings;
  readonly #publisher: Publisher;
  readonly #requests: Requests;

  constructor(lifecycle: Lifecycle) {
    this.#lifecycle = lifecycle;
    this.#settings = lifecycle.settings;
    this.#publisher = new Publisher(lifecycle);
    this.#requests = new Requests(lifecycle, this.#publisher);
  }

  get server(): ServerInfo {
    return this.#lifecycle.server;
  }

  get closed(): Promise<Error | undefined> {
    return this.#lifecycle.closed;
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<PublishResult> {
    try {
      checkPublish(topic, options);
      const { qos = 0, retain = false, properties, signal, timeoutMs } = options;
      const publication: Publication = { topic, payload, qos, retain, properties };
      return this.#publisher.publish(publication, signal, timeoutMs);
    } catch (error) {
      return Promise.reject(asFailure(error));
    }
  }

  publishJson(topic: string, value: unknown, options: PublishOptions = {}): Promise<PublishResult> {
    try {
      checkPublish(topic, options);
      const payload = jsonPayload(value);
      return this.publish(topic, payload, jsonPublishOptions(options, this.#settings.protocolVersion));
    } catch (error) {
      return Promise.reject(asFailure(error));
    }
  }

  subscribe(filters: TopicFilters, options: SubscribeOptions = {}): Promise<Subscription> {
    return this.#subscribe(filters, options, undefined);
  }

  subscribeJson<T = unknown>(
    filters: TopicFilters,
    options: JsonSubscribeOptions<T> = {},
  ): Promise<Subscription<JsonMessage<T>>> {
    return this.#subscribe(filters, options, jsonReader);
  }

  request(topic: string, payload: string | Uint8Array, options: RequestOptions = {}): Promise<Message> {
    return this.#requests.request(topic, payload, options);
  }

  close(options: CloseOptions = {}): Promise<void> {
    try {
      checkClose(options);
    } catch (error) {
      return Promise.reject(error);
    }
    // A session that was to end with its connection cannot be kept after all (section 3.14.2.2.2).
    const expiry = this.#settings.sessionExpirySeconds > 0 ? options.sessionExpirySeconds : undefined;
    return this.#lifecycle.close(options.withWill ? 4 : 0, expiry);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #subscribe<M extends Message, O extends SubscribeOptions>(
    filters: TopicFilters,
    options: O,
    readerOf: ((options: O) => MessageReader<M>) | undefined,
  ): Promise<Subscription<M>> {
    try {
      const checked = checkSubscribe(filters, options);
      const limit = limitOf(options, this.#settings.timeoutMs);
      return await this.#lifecycle.subscriptions.subscribe(checked, options, limit, readerOf?.(options));
    } catch (error) {
      throw stackAtCaller(error);
    }
  }
}
