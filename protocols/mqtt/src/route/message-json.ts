// Messages as JSON and back: payloads as text or base64, properties by their own names. It reads and writes no topic.
import { usage } from '@fairlead/errors';
import { base64 } from '@fairlead/http';
import type { Message, MessageProperties, PublishOptions, PublishResult } from '../types/client.ts';
import type { PublishRequest } from './schemas.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How payloads are sent to the caller: text where they are UTF-8, or base64 always. */
export type Encoding = 'auto' | 'base64';

/** The members of a message that was received. */
export function messageJson(message: Message, encoding: Encoding): Record<string, unknown> {
  const { topic, payload, qos, retain, duplicate, properties } = message;
  const text = encoding === 'auto' ? textOf(payload) : undefined;
  return {
    topic,
    ...(text === undefined ? { payloadBase64: base64(payload) } : { payload: text }),
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
  if (correlationData !== undefined) members.correlationDataBase64 = base64(correlationData);
  if (userProperties !== undefined && userProperties.length > 0) members.userProperties = userProperties;
  return Object.keys(members).length === 0 ? {} : { properties: members };
}

/** What `publish` takes, from a request. */
export interface Publication {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly options: PublishOptions;
}

/**
 * @param path Where the message stands in the request, for the message of an error.
 * @throws FairleadError `usage`: base64 that is none.
 */
export function readPublication(request: PublishRequest, path: string): Publication {
  const { topic, payload, payloadBase64, qos, retain, properties } = request;
  return {
    topic,
    payload:
      payloadBase64 === undefined ? (payload ?? '') : fromBase64(payloadBase64, `${path}.payloadBase64`),
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
  const correlationData = fromBase64(correlationDataBase64, `${path}.properties.correlationDataBase64`);
  return { ...others, correlationData };
}

function fromBase64(text: string, path: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw usage(`${path} is not base64`);
  }
}

/** What the broker said of a published message. */
export function resultJson(result: PublishResult): Record<string, unknown> {
  const { reasonCode, reasonString, userProperties, qos } = result;
  return {
    reasonCode,
    ...(qos === undefined ? {} : { qos }),
    ...(reasonString === undefined ? {} : { reasonString }),
    ...(userProperties === undefined || userProperties.length === 0 ? {} : { userProperties }),
  };
}
