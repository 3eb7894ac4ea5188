// Messages as JSON and back: payloads as text or base64, properties by their own names. It reads and writes no topic.

import { fromBase64, toBase64 } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import type { Message, MessageProperties, PublishOptions, PublishResult } from '../types/client.ts';
import type { PublishRequest } from './publish/schemas.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How payloads are sent to the caller: text where they are UTF-8, or base64 always. */
export type Encoding = 'auto' | 'base64';

/** The members of a message that was received. */
export function messageJson(message: Message, encoding: Encoding): Record<string, unknown> {
  const { topic, payload, qos, retain, duplicate, properties } = message;
  const text = encoding === 'auto' ? textOf(payload) : undefined;
  return {
    topic,
    ...(text === undefined ? { payloadBase64: toBase64(payload) } : { payload: text }),
    qos,
    retain,
    duplicate,
    ...propertiesJson(properties),
  };
}

function textOf(payload: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(payload);
  } catch {
    return undefined;
  }
}

function propertiesJson(properties: MessageProperties): Record<string, unknown> {
  const { correlationData, userProperties, ...others } = properties;
  const members: Record<string, unknown> = Object.fromEntries(
    Object.entries(others).filter(([, value]) => value !== undefined),
  );
  if (correlationData !== undefined) members.correlationDataBase64 = toBase64(correlationData);
  if (userProperties !== undefined && userProperties.length > 0) members.userProperties = userProperties;
  return Object.keys(members).length === 0 ? {} : { properties: members };
}

/** A message of a request, as the client's `publish` takes it. */
export interface PreparedMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly options: PublishOptions;
}

/**
 * @param path Where the message stands in the request, for the message of an error.
 * @throws FairleadError `usage`: text that is not base64.
 */
export function readPublication(request: PublishRequest, path: string): PreparedMessage {
  const { topic, payload, payloadBase64, qos, retain, properties } = request;
  return {
    topic,
    payload: payloadBase64 === undefined ? (payload ?? '') : bytesOf(payloadBase64, `${path}.payloadBase64`),
    options: {
      qos,
      retain,
      ...(properties === undefined ? {} : { properties: readProperties(properties, path) }),
    },
  };
}

function readProperties(
  { correlationDataBase64, ...others }: NonNullable<PublishRequest['properties']>,
  path: string,
): MessageProperties {
  if (correlationDataBase64 === undefined) return others;
  const correlationData = bytesOf(correlationDataBase64, `${path}.properties.correlationDataBase64`);
  return { ...others, correlationData };
}

function bytesOf(text: string, path: string): Uint8Array {
  // Padding may be left out, as `atob` allows it.
  const bytes = fromBase64(text.padEnd(Math.ceil(text.length / 4) * 4, '='));
  if (bytes === undefined) throw usage(`${path} is not base64: letters, digits, + and / are expected`);
  return bytes;
}

/** The members of the broker's answer to a published message. */
export function resultJson(result: PublishResult): Record<string, unknown> {
  const { reasonCode, reasonString, userProperties, qos } = result;
  return {
    reasonCode,
    ...(qos === undefined ? {} : { qos }),
    ...(reasonString === undefined ? {} : { reasonString }),
    ...(userProperties === undefined || userProperties.length === 0 ? {} : { userProperties }),
  };
}
