// What users import: `connect`, and the client's calls. It checks arguments and hands them on.
import { limitOf, stackAtCaller } from '@fairlead/client';
import { Lifecycle } from './connection/lifecycle.ts';
import { asFailure } from './errors.ts';
import { checkClose, checkPublish, checkSubscribe } from './options/arguments.ts';
import { resolveOptions } from './options/options.ts';
import { Publisher } from './publishing/publisher.ts';
import { RequestResponse } from './requests/request-response.ts';
import type { Client, CloseOptions, ServerInfo, TopicFilters } from './types/client.ts';
import type { ConnectOptions } from './types/connect-options.ts';
import type { Message } from './types/messages.ts';
import type { PublishOptions, PublishResult, RequestOptions } from './types/publish.ts';
import type { SubscribeOptions, Subscription } from './types/subscribe.ts';
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
  readonly #publisher: Publisher;
  readonly #requests: RequestResponse;

  constructor(lifecycle: Lifecycle) {
    this.#lifecycle = lifecycle;
    this.#publisher = new Publisher(lifecycle);
    this.#requests = new RequestResponse(lifecycle, this.#publisher);
  }

  get server(): ServerInfo {
    return this.#lifecycle.server;
  }

  get closed(): Promise<Error | undefined> {
    return this.#lifecycle.closed.promise;
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

  async subscribe(filters: TopicFilters, options: SubscribeOptions = {}): Promise<Subscription> {
    try {
      const checked = checkSubscribe(filters, options);
      const limit = limitOf(options, this.#lifecycle.settings.timeoutMs);
      return await this.#lifecycle.subscriptions.subscribe(checked, options, limit);
    } catch (error) {
      throw stackAtCaller(error);
    }
  }

  request(topic: string, payload: string | Uint8Array, options: RequestOptions = {}): Promise<Message> {
    return this.#requests.request(topic, payload, options);
  }

  async close(options: CloseOptions = {}): Promise<void> {
    checkClose(options);
    // A session that was to end with its connection cannot be kept after all (section 3.14.2.2.2).
    const expiry =
      this.#lifecycle.settings.sessionExpirySeconds > 0 ? options.sessionExpirySeconds : undefined;
    await this.#lifecycle.close(options.withWill ? 4 : 0, expiry);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
