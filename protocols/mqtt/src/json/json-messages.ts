// Values as JSON in messages: what `publishJson` sends, and what the loops of `subscribeJson` get.
import { FairleadError, usage } from '@fairlead/errors';
import type { MessageReader } from '../subscriptions/consumer.ts';
import type { PublishOptions } from '../types/publish.ts';
import type { JsonMessage, JsonSubscribeOptions } from '../types/subscribe.ts';
import type { Version } from '../wire/packets.ts';

/** The value as JSON. @throws FairleadError `usage` for a value that JSON does not have. */
export function jsonPayload(value: unknown): string {
  let cause: unknown;
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch (error) {
    cause = error;
  }
  throw usage(
    'The value has no JSON: it is undefined, a function or a symbol, or holds a bigint or a cycle',
    {
      cause,
    },
  );
}

/** The options of a message with JSON. MQTT 3.1.1 has no properties. */
export function jsonPublishOptions(options: PublishOptions, version: Version): PublishOptions {
  if (version === 4) return options;
  const properties = { payloadIsText: true, contentType: 'application/json', ...options.properties };
  return { ...options, properties };
}

/** Reads messages as `subscribeJson` was asked to. */
export function jsonReader<T>({ parse, onInvalid }: JsonSubscribeOptions<T>): MessageReader<JsonMessage<T>> {
  return (message) => {
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
  };
}
