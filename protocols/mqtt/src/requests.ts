// Requests and their answers over topics (section 4.10): one subscription for all answers, matched by correlation data.
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { type Deadlines, watchCall } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { abortedBy, usage } from './errors.ts';
import type {
  Message,
  PublishOptions,
  PublishResult,
  RequestOptions,
  ServerInfo,
  SubscribeOptions,
  Subscription,
} from './messages.ts';

/** What it needs of its client. */
interface Requester {
  readonly server: ServerInfo;
  readonly timeoutMs: number;
  readonly deadlines: Deadlines;
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions): Promise<PublishResult>;
  subscribe(filter: string, options: SubscribeOptions): Promise<Subscription>;
}

interface Waiter {
  readonly resolve: (answer: Message) => void;
  readonly reject: (reason: unknown) => void;
}

/** The requests of one client. */
export class Requests {
  readonly #client: Requester;
  /** By response topic: settles when it is subscribed to. */
  readonly #topics = new Map<string, Promise<Subscription>>();
  /** By correlation data. */
  readonly #waiting = new Map<number, Waiter>();
  #latest = 0;

  constructor(client: Requester) {
    this.#client = client;
  }

  async request(topic: string, payload: string | Uint8Array, options: RequestOptions): Promise<Message> {
    const { server, timeoutMs: defaultMs, deadlines } = this.#client;
    if (server.protocolVersion === 4) throw usage('MQTT 3.1.1 has no requests');
    if (options.properties?.correlationData) throw usage('correlationData of a request is set by the client');
    const { signal, timeoutMs = defaultMs } = options;
    const responseTopic =
      options.responseTopic ?? `${server.responseInformation ?? 'fairlead/responses'}/${server.clientId}`;
    await this.#listen(responseTopic, options);
    const id = ++this.#latest;
    const correlationData = new TextEncoder().encode(`${id}`);
    let unwatch = (): void => {};
    const answer = new Promise<Message>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      unwatch = watchCall(deadlines, 'request', { signal, timeoutMs }, reject);
    });
    const properties = { ...options.properties, responseTopic, correlationData };
    try {
      this.#client.publish(topic, payload, { ...options, properties }).catch(this.#waiting.get(id)?.reject);
      return await answer;
    } finally {
      unwatch();
      this.#waiting.delete(id);
    }
  }

  async #listen(topic: string, { signal, timeoutMs }: RequestOptions): Promise<void> {
    let subscribed = this.#topics.get(topic);
    if (subscribed === undefined) {
      subscribed = this.#client.subscribe(topic, { qos: 1, timeoutMs });
      this.#topics.set(topic, subscribed);
      subscribed.then(
        (subscription) => this.#take(topic, subscription),
        () => this.#topics.delete(topic),
      );
    }
    await subscribed;
    if (signal?.aborted) throw abortedBy(signal);
  }

  async #take(topic: string, subscription: Subscription): Promise<void> {
    let reason: unknown;
    try {
      for await (const message of subscription) {
        const { correlationData } = message.properties;
        if (correlationData === undefined) continue;
        this.#waiting.get(Number(decodeUtf8Lossy(correlationData)))?.resolve(message);
      }
    } catch (error) {
      reason = error as FairleadError;
    }
    this.#topics.delete(topic);
    if (reason !== undefined) for (const { reject } of this.#waiting.values()) reject(reason);
  }
}
