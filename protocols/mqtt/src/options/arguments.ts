// Checks the arguments of public calls before they are used: a value of another type is a `usage` error.

import { checkSignal } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { checkTimeMs } from '@fairlead/transport';
import type { MessageProperties, Qos } from '../types/messages.ts';
import type { PublishOptions, RequestOptions } from '../types/publish.ts';
import type { ConsumerOptions, SubscribeOptions, TopicFilter } from '../types/subscribe.ts';
import { wholeNumber } from '../wire/encode/properties.ts';
import { assertText, assertTopic } from '../wire/topic.ts';

type Type =
  | 'boolean'
  | 'boolean or object'
  | 'string'
  | 'function'
  | 'bytes'
  | 'text or bytes'
  | 'object'
  | 'pairs';

const MAX_U32 = 0xffff_ffff;

const FILTER_FLAGS = { noLocal: 'boolean', retainAsPublished: 'boolean' } as const;
const RETAIN_HANDLING: readonly unknown[] = [undefined, 'send', 'send-if-new', 'never'];
const ACKNOWLEDGE: readonly unknown[] = [undefined, 'automatic', 'manual'];

/** Checks that a value is an object, not null and not an array. @throws FairleadError `usage`. */
export function checkObject(value: unknown, name: string): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usage(`${name} must be an object`);
}

/** Checks the types of optional members. @throws FairleadError `usage`. */
export function checkTypes(value: object, types: Readonly<Record<string, Type>>): void {
  for (const [name, type] of Object.entries(types)) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined && !isOf(member, type)) throw usage(`${name} must be of type ${type}`);
  }
}

function isOf(value: unknown, type: Type): boolean {
  switch (type) {
    case 'bytes':
      return value instanceof Uint8Array;
    case 'text or bytes':
      return typeof value === 'string' || value instanceof Uint8Array;
    case 'boolean or object':
      return typeof value === 'boolean' || isOf(value, 'object');
    case 'object':
      return typeof value === 'object' && value !== null;
    case 'pairs':
      return Array.isArray(value) && value.every(isPair);
    default:
      return typeof value === type;
  }
}

function isPair(pair: unknown): boolean {
  return Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === 'string');
}

/** @throws FairleadError `usage`. */
function checkQos(qos: unknown): asserts qos is Qos | undefined {
  if (qos !== undefined && qos !== 0 && qos !== 1 && qos !== 2) throw usage('qos must be 0, 1 or 2');
}

/** The signal and the time limit of a call. @throws FairleadError `usage`. */
export function checkLimits({ signal, timeoutMs }: { signal?: unknown; timeoutMs?: unknown }): void {
  if (signal !== undefined) checkSignal(signal);
  if (timeoutMs !== undefined) checkTimeMs('timeoutMs', timeoutMs);
}

/** @throws FairleadError `usage`. */
function checkProperties(properties: unknown): asserts properties is MessageProperties | undefined {
  if (properties === undefined) return;
  checkObject(properties, 'properties');
  checkTypes(properties, {
    payloadIsText: 'boolean',
    contentType: 'string',
    responseTopic: 'string',
    correlationData: 'bytes',
    userProperties: 'pairs',
  });
  const { messageExpirySeconds } = properties as MessageProperties;
  if (messageExpirySeconds !== undefined) wholeNumber(messageExpirySeconds, MAX_U32, 'messageExpirySeconds');
}

/** The arguments of `publish` without the payload, which is checked when it is encoded. @throws FairleadError `usage`. */
export function checkPublish(topic: unknown, options: PublishOptions): void {
  if (typeof topic !== 'string') throw usage('The topic must be text');
  checkObject(options, 'The options of a message');
  const { qos, retain, properties } = options;
  checkQos(qos);
  // Called for each message: hence without a table of types.
  if (retain !== undefined && typeof retain !== 'boolean') throw usage('retain must be true or false');
  checkProperties(properties);
  checkLimits(options);
}

/** The arguments of `request`. @throws FairleadError `usage`. */
export function checkRequest(topic: unknown, payload: unknown, options: RequestOptions): void {
  checkPublish(topic, options);
  assertTopic(topic);
  if (!isOf(payload, 'text or bytes')) throw usage('The payload must be text or a Uint8Array');
  if (options.responseTopic !== undefined) assertTopic(options.responseTopic);
}

/** The options of a consumer. @throws FairleadError `usage`. */
export function checkConsumer(options: ConsumerOptions, name: string): void {
  checkObject(options, name);
  if (!ACKNOWLEDGE.includes(options.acknowledge)) throw usage("acknowledge must be 'automatic' or 'manual'");
  if (options.maxBufferedBytes !== undefined) {
    wholeNumber(options.maxBufferedBytes, Number.MAX_SAFE_INTEGER, 'maxBufferedBytes', 1);
  }
}

/**
 * The arguments of `subscribe`.
 * @returns The filters, as objects of their own.
 * @throws FairleadError `usage`.
 */
export function checkSubscribe(filters: unknown, options: SubscribeOptions): TopicFilter[] {
  checkConsumer(options, 'The argument after the filters');
  checkQos(options.qos);
  checkTypes(options, { userProperties: 'pairs' });
  checkLimits(options);
  return (Array.isArray(filters) ? filters : [filters]).map((each: unknown) => {
    if (typeof each === 'string') return { filter: each };
    checkObject(each, 'A topic filter that is not text');
    const filter = { ...(each as TopicFilter) };
    checkQos(filter.qos);
    checkTypes(filter, FILTER_FLAGS);
    if (!RETAIN_HANDLING.includes(filter.retainHandling)) {
      throw usage("retainHandling must be 'send', 'send-if-new' or 'never'");
    }
    return filter;
  });
}

/** The argument of `close`. @throws FairleadError `usage`. */
export function checkClose(options: { sessionExpirySeconds?: unknown; withWill?: unknown }): void {
  checkObject(options, 'The argument of close()');
  checkTypes(options, { withWill: 'boolean' });
  if (options.sessionExpirySeconds !== undefined) {
    wholeNumber(options.sessionExpirySeconds, MAX_U32, 'sessionExpirySeconds');
  }
}

/** A will. @throws FairleadError `usage`. */
export function checkWill(will: unknown): void {
  if (will === undefined) return;
  checkObject(will, 'will');
  checkTypes(will, { topic: 'string', payload: 'text or bytes', retain: 'boolean' });
  const { topic, payload, qos, delaySeconds, properties } = will as Record<string, unknown>;
  assertTopic(topic);
  if (payload === undefined) throw usage('The will needs a payload');
  if (typeof payload === 'string' && !payload.isWellFormed())
    throw usage('The payload must be well-formed text');
  checkQos(qos);
  if (delaySeconds !== undefined) wholeNumber(delaySeconds, MAX_U32, 'delaySeconds');
  checkProperties(properties);
}

/** Checks options that MQTT sends as text. @throws FairleadError `usage`. */
export function checkTexts(texts: Readonly<Record<string, unknown>>): void {
  for (const [name, text] of Object.entries(texts)) if (text !== undefined) assertText(text, name);
}
