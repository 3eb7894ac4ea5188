// Values as JSON in messages: what `publishJson` sends, and what the loops of `subscribeJson` get.
import { FairleadError, isFairleadError, usage } from '@fairlead/errors';
import type { MessageReader } from '../subscriptions/consumer.ts';
import type { Message } from '../types/messages.ts';
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
  throw usage('publishJson() takes a value that JSON has: no undefined, function, symbol, bigint or cycle', {
    cause,
  });
}

/** The options of a message with JSON. MQTT 3.1.1 has no properties. */
export function jsonPublishOptions(options: PublishOptions, version: Version): PublishOptions {
  if (version === 4) return options;
  return {
    ...options,
    properties: { payloadIsText: true, contentType: 'application/json', ...options.properties },
  };
}

/** Reads messages as `subscribeJson` was asked to. */
export function jsonReader<T>({ parse, onInvalid }: JsonSubscribeOptions<T>): MessageReader<JsonMessage<T>> {
  return {
    read(message) {
      try {
        const json = message.json();
        return Object.assign(message, { value: parse === undefined ? (json as T) : parse(json) });
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : 'parse refused it';
        throw new FairleadError('protocol', `A message on ${message.topic} is invalid: ${reason}`, { cause });
      }
    },
    skips(error: unknown, message: Message) {
      if (onInvalid === undefined || !isFairleadError(error)) return false;
      onInvalid(error, message);
      return true;
    },
  };
}
