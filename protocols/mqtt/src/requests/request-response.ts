// Requests and their answers over topics (section 4.10): one subscription for all answers, matched by correlation data.
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { atCaller, type CallLimit, deferred, limitOf, stackAtCaller, watchCall } from '@fairlead/client';
import { type FairleadError, usage } from '@fairlead/errors';
import type { Lifecycle } from '../connection/lifecycle.ts';
import { asFailure, sameFailure, withSafeToRetry } from '../errors.ts';
import { checkRequest } from '../options/arguments.ts';
import { awaitShared } from '../publishing/await-shared.ts';
import type { Publisher } from '../publishing/publisher.ts';
import type { Message } from '../types/messages.ts';
import type { PublishResult, RequestOptions } from '../types/publish.ts';
import type { Subscription } from '../types/subscribe.ts';
import type { Publication } from '../wire/packets.ts';

/** Settles one request. */
interface Waiter {
  resolve(answer: Message): void;
  reject(reason: FairleadError): void;
}

/** The requests of one client. */
export class RequestResponse {
  readonly #client: Lifecycle;
  readonly #publisher: Publisher;
  /** By response topic: settles when it is subscribed to. */
  readonly #topics = new Map<string, Promise<Subscription>>();
  /** By correlation data. */
  readonly #waiting = new Map<number, Waiter>();
  #latest = 0;

  constructor(client: Lifecycle, publisher: Publisher) {
    this.#client = client;
    this.#publisher = publisher;
    client.onEnding = (reason) => this.#end(reason);
  }

  async request(topic: string, payload: string | Uint8Array, options: RequestOptions): Promise<Message> {
    try {
      checkRequest(topic, payload, options);
      const { server, settings } = this.#client;
      if (server.protocolVersion === 4) throw usage('MQTT 3.1.1 has no requests');
      if (options.properties?.correlationData) {
        throw usage('correlationData of a request is set by the client');
      }
      const limit = limitOf(options, settings.timeoutMs);
      const responseTopic =
        options.responseTopic ?? `${server.responseInformation ?? 'fairlead/responses'}/${server.clientId}`;
      const isFirst = await this.#listen(responseTopic, limit);
      const { qos = 0, properties } = options;
      const publication = {
        topic,
        payload,
        qos,
        retain: false,
        properties: { ...properties, responseTopic },
      };
      return await this.#ask(publication, limit, isFirst);
    } catch (error) {
      throw stackAtCaller(error);
    }
  }

  /** Rejects every request that waits. */
  #end(reason: FairleadError): void {
    for (const waiter of this.#waiting.values()) waiter.reject(sameFailure(reason, reason.code, false));
  }

  /** Publishes, and waits for the answer. @param isFirst Whether a SUBSCRIBE of this call was sent. */
  async #ask(publication: Publication, limit: CallLimit, isFirst: boolean): Promise<Message> {
    const id = ++this.#latest;
    const correlationData = new TextEncoder().encode(`${id}`);
    const properties = { ...publication.properties, correlationData };
    const answer = deferred<Message>();
    const waiter: Waiter = {
      resolve: (message) => {
        if (this.#waiting.delete(id)) answer.resolve(message);
      },
      reject: (reason) => {
        // The promise may not have been handed out yet: a rejection would be unhandled.
        if (this.#waiting.delete(id))
          answer.resolve(atCaller(withSafeToRetry(reason, reason.safeToRetry && !isFirst)));
      },
    };
    this.#waiting.set(id, waiter);
    const sent = this.#publish({ ...publication, properties }, limit);
    const refuse = (error: unknown): void => waiter.reject(asFailure(error));
    sent.catch(refuse);
    // The message ends at the same moment; its error tells whether it was sent.
    const unwatch = watchCall(this.#client.deadlines, 'request', limit, (reason) => {
      sent.then(() => waiter.reject(reason), refuse);
    });
    try {
      return await answer.promise;
    } finally {
      unwatch();
    }
  }

  async #publish(publication: Publication, { signal, timeoutMs, at }: CallLimit): Promise<PublishResult> {
    return await this.#publisher.publish(publication, signal, timeoutMs, at);
  }

  /** @returns Whether this call has subscribed. */
  async #listen(topic: string, limit: CallLimit): Promise<boolean> {
    const { deadlines, session, subscriptions, settings } = this.#client;
    session.assertOpen();
    const known = this.#topics.get(topic);
    // One subscription for all requests with this topic: it does not end with one of them, and has the client's limit.
    const subscribing =
      known ??
      subscriptions.subscribe([{ filter: topic }], { qos: 1 }, limitOf({ timeoutMs: settings.timeoutMs }));
    if (known === undefined) {
      this.#topics.set(topic, subscribing);
      subscribing.then(
        (subscription) => this.#take(topic, subscription),
        () => this.#topics.delete(topic),
      );
    }
    await awaitShared(deadlines, 'request', limit, subscribing, known !== undefined);
    return known === undefined;
  }

  async #take(topic: string, subscription: Subscription): Promise<void> {
    let reason: FairleadError | undefined;
    try {
      for await (const message of subscription) {
        const { correlationData } = message.properties;
        if (correlationData === undefined) continue;
        this.#waiting.get(Number(decodeUtf8Lossy(correlationData)))?.resolve(message);
      }
    } catch (error) {
      reason = asFailure(error);
    }
    this.#topics.delete(topic);
    // The subscription has ended with the client's error, or by itself.
    if (reason !== undefined) this.#end(reason);
  }
}
