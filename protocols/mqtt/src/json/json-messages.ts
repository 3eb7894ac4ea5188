// Values as JSON in messages. Functions around a client instead of its methods: a bundle that has no use for them leaves
// them out.
import { FairleadError, usage } from '@fairlead/errors';
import { asFailure } from '../errors.ts';
import { checkObject, checkPublish, checkTypes } from '../options/arguments.ts';
import type { Client, TopicFilters } from '../types/client.ts';
import type { Message } from '../types/messages.ts';
import type { PublishOptions, PublishResult } from '../types/publish.ts';
import type {
  Consumer,
  ConsumerOptions,
  GrantedFilter,
  JsonMessage,
  JsonSubscribeOptions,
  Subscription,
} from '../types/subscribe.ts';

/**
 * Publishes a value as JSON. In MQTT 5 the message's `contentType` is `application/json` and `payloadIsText` is true,
 * unless `properties` set them.
 * @throws FairleadError as `client.publish`; `usage` for a value that JSON does not have (`undefined`, a function, a cycle).
 * @example
 * ```ts
 * import { connect, publishJson } from '@fairlead/mqtt';
 *
 * await using client = await connect('mqtts://broker.example.com');
 * await publishJson(client, 'plant/7/reading', { celsius: 21.5 }, { qos: 1 });
 * ```
 */
export function publishJson(
  client: Client,
  topic: string,
  value: unknown,
  options: PublishOptions = {},
): Promise<PublishResult> {
  try {
    checkPublish(topic, options);
    const payload = jsonPayload(value);
    // MQTT 3.1.1 has no properties.
    if (client.server.protocolVersion === 4) return client.publish(topic, payload, options);
    const properties = { payloadIsText: true, contentType: 'application/json', ...options.properties };
    return client.publish(topic, payload, { ...options, properties });
  } catch (error) {
    return Promise.reject(asFailure(error));
  }
}

function jsonPayload(value: unknown): string {
  let cause: unknown;
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch (error) {
    cause = error;
  }
  const message =
    'The value has no JSON: it is undefined, a function or a symbol, or holds a bigint or a cycle';
  throw usage(message, { cause });
}

/**
 * Subscribes as `client.subscribe`, and parses each payload as JSON. An invalid payload is an error of its message alone:
 * the loop rejects with `protocol`, or goes on where `onInvalid` is set. The subscription and the client stay.
 * @throws FairleadError as `client.subscribe`.
 * @example
 * ```ts
 * import { connect, subscribeJson } from '@fairlead/mqtt';
 *
 * await using client = await connect('mqtts://broker.example.com');
 * await using readings = await subscribeJson<{ celsius: number }>(client, 'plant/+/reading', {
 *   qos: 1,
 *   onInvalid: (error, { topic }) => console.warn(topic, error.message),
 * });
 * for await (const { topic, value } of readings) console.log(topic, value.celsius);
 * ```
 */
export async function subscribeJson<T = unknown>(
  client: Client,
  filters: TopicFilters,
  options: JsonSubscribeOptions<T> = {},
): Promise<Subscription<JsonMessage<T>>> {
  checkObject(options, 'The argument after the filters');
  checkTypes(options, { parse: 'function', onInvalid: 'function' });
  return new JsonSubscription(await client.subscribe(filters, options), options);
}

class JsonSubscription<T> implements Subscription<JsonMessage<T>> {
  readonly #messages: Subscription;
  readonly #options: JsonSubscribeOptions<T>;

  constructor(messages: Subscription, options: JsonSubscribeOptions<T>) {
    this.#messages = messages;
    this.#options = options;
  }

  get granted(): readonly GrantedFilter[] {
    return this.#messages.granted;
  }

  consumer(options?: ConsumerOptions): Consumer<JsonMessage<T>> {
    const consumer = this.#messages.consumer(options);
    const close = (): Promise<void> => consumer.close();
    return {
      close,
      [Symbol.asyncDispose]: close,
      [Symbol.asyncIterator]: () => jsonLoop(consumer, this.#options),
    };
  }

  unsubscribe(): Promise<void> {
    return this.#messages.unsubscribe();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unsubscribe();
  }

  [Symbol.asyncIterator](): AsyncIterator<JsonMessage<T>, undefined> {
    return jsonLoop(this.#messages, this.#options);
  }
}

function jsonLoop<T>(
  messages: AsyncIterable<Message>,
  options: JsonSubscribeOptions<T>,
): AsyncIterator<JsonMessage<T>, undefined> {
  const loop = messages[Symbol.asyncIterator]();
  return {
    async next() {
      for (;;) {
        const next = await loop.next();
        if (next.done) return { done: true, value: undefined };
        const value = jsonMessage(next.value, options);
        if (value !== undefined) return { done: false, value };
      }
    },
    async return() {
      await loop.return?.();
      return { done: true, value: undefined };
    },
  };
}

/**
 * The message with its `value`; `undefined` for an invalid one where the loop goes on.
 * @throws FairleadError `protocol` for an invalid one, where `onInvalid` is not set.
 */
function jsonMessage<T>(
  message: Message,
  { parse, onInvalid }: JsonSubscribeOptions<T>,
): JsonMessage<T> | undefined {
  try {
    const json = message.json();
    return Object.assign(message, { value: parse === undefined ? (json as T) : parse(json) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    const error = new FairleadError('protocol', `Message on ${message.topic}: ${reason}`, { cause });
    if (onInvalid === undefined) throw error;
    onInvalid(error, message);
    return undefined;
  }
}
