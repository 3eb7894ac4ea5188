// What callers give: a wrong type is a `usage` error of the call, before anything is sent, and never something else.
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import type { Client, ConnectOptions, Message, Subscription } from '../src/index.ts';
import { assertFilter, assertTopic, connect, matchesTopic } from '../src/index.ts';
import { Broker, closeBoth, open, outcome, subscribed, take } from './broker.ts';

/** Of every type that JavaScript has. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  Number.NaN,
  2 ** 53,
  10n,
  '',
  'text',
  Symbol('x'),
  () => 'x',
  {},
  [],
  ['x'],
  [['a', 'b', 'c']],
  new Map([['a', 'b']]),
  new Uint8Array(1),
  new Date(0),
];

/** Which of them an argument takes: the other ones are `usage`. */
const isText = (value: unknown): boolean => typeof value === 'string';
const isBytes = (value: unknown): boolean => value instanceof Uint8Array;
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isTime = (value: unknown): boolean => typeof value === 'number' && value > 0;
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
const within = (min: number, max: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
const never = (): boolean => false;

type Takes = (value: unknown) => boolean;
type Case = readonly [name: string, takes: Takes, call: (client: Client, value: never) => unknown];

const properties = (name: string, takes: Takes): Case => [
  `publish: properties.${name}`,
  takes,
  (client, value) => client.publish('t', 'x', { properties: { [name]: value } }),
];

const CASES: readonly Case[] = [
  ['publish: topic', (value) => isText(value) && value !== '', (client, value) => client.publish(value, 'x')],
  [
    'publish: payload',
    (value) => isText(value) || isBytes(value),
    (client, value) => client.publish('t', value),
  ],
  ['publish: options', isObject, (client, value) => client.publish('t', 'x', value)],
  ['publish: qos', (value) => value === 0, (client, qos) => client.publish('t', 'x', { qos })],
  ['publish: retain', isFlag, (client, retain) => client.publish('t', 'x', { retain })],
  ['publish: timeoutMs', isTime, (client, timeoutMs) => client.publish('t', 'x', { timeoutMs })],
  ['publish: signal', never, (client, signal) => client.publish('t', 'x', { signal })],
  ['publish: properties', isObject, (client, value) => client.publish('t', 'x', { properties: value })],
  properties('payloadIsText', isFlag),
  properties('contentType', isText),
  properties('responseTopic', (value) => isText(value) && value !== ''),
  properties('correlationData', isBytes),
  properties('userProperties', isEmptyList),
  properties('messageExpirySeconds', within(0, 0xffff_ffff)),
  ['subscribe: filters', never, (client, value) => client.subscribe(value)],
  ['subscribe: a filter of a list', never, (client, value) => client.subscribe([value])],
  ['subscribe: filter', never, (client, filter) => client.subscribe({ filter })],
  ['subscribe: a filter’s qos', never, (client, qos) => client.subscribe({ filter: 'f', qos })],
  ['subscribe: noLocal', never, (client, noLocal) => client.subscribe({ filter: 'f', noLocal })],
  [
    'subscribe: retainHandling',
    never,
    (client, value) => client.subscribe({ filter: 'f', retainHandling: value }),
  ],
  ['subscribe: options', never, (client, value) => client.subscribe('f', value)],
  ['subscribe: qos', never, (client, qos) => client.subscribe('f', { qos })],
  ['subscribe: acknowledge', never, (client, acknowledge) => client.subscribe('f', { acknowledge })],
  [
    'subscribe: maxBufferedBytes',
    never,
    (client, value) => client.subscribe('f', { maxBufferedBytes: value }),
  ],
  ['subscribe: userProperties', never, (client, value) => client.subscribe('f', { userProperties: value })],
  ['subscribe: timeoutMs', never, (client, timeoutMs) => client.subscribe('f', { timeoutMs })],
  ['subscribe: signal', never, (client, signal) => client.subscribe('f', { signal })],
  ['request: topic', never, (client, value) => client.request(value, 'x')],
  ['request: payload', never, (client, value) => client.request('t', value)],
  ['request: options', never, (client, value) => client.request('t', 'x', value)],
  ['request: responseTopic', never, (client, value) => client.request('t', 'x', { responseTopic: value })],
  ['request: timeoutMs', never, (client, timeoutMs) => client.request('t', 'x', { timeoutMs })],
  ['close: options', never, (client, value) => client.close(value)],
  ['close: sessionExpirySeconds', never, (client, value) => client.close({ sessionExpirySeconds: value })],
  ['close: withWill', never, (client, withWill) => client.close({ withWill })],
];

/** What such an argument would begin in earnest: it is right there. */
const RIGHT: Readonly<Record<string, Takes>> = {
  'subscribe: filters': (value) => (isText(value) && value !== '') || isListOf(value),
  'subscribe: a filter of a list': (value) => isText(value) && value !== '',
  'subscribe: filter': (value) => isText(value) && value !== '',
  'subscribe: a filter’s qos': (value) => value === 0,
  'subscribe: noLocal': isFlag,
  'subscribe: options': isObject,
  'subscribe: qos': (value) => value === 0,
  'subscribe: maxBufferedBytes': within(1, Number.MAX_SAFE_INTEGER),
  'subscribe: userProperties': isEmptyList,
  'subscribe: timeoutMs': isTime,
  'request: topic': (value) => isText(value) && value !== '',
  'request: payload': (value) => isText(value) || isBytes(value),
  'request: options': isObject,
  'request: responseTopic': (value) => isText(value) && value !== '',
  'request: timeoutMs': isTime,
  'close: options': isObject,
  'close: sessionExpirySeconds': within(0, 0xffff_ffff),
  'close: withWill': isFlag,
};
function isListOf(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

describe('an argument of another type', () => {
  it.each(CASES)('%s', async (name, takes, call) => {
    const { client, line } = await open();
    const waits = RIGHT[name];
    for (const value of VALUES) {
      if (waits?.(value)) continue;
      let calling: unknown;
      expect(
        () => {
          calling = call(client, value as never);
        },
        `${name} ${String(value)}`,
      ).not.toThrow();
      const result = await outcome(calling as Promise<unknown>);
      if (takes(value)) expect(isFairleadError(result), `${name} ${String(value)}`).toBe(false);
      else expect(result, `${name} ${String(value)}`).toMatchObject({ code: 'usage', safeToRetry: true });
    }
    // Nothing but what was right has left.
    await client.publish('end', '');
    for (let packet = await line.next(); packet?.topic !== 'end'; packet = await line.next()) {
      expect(packet?.cmd).toBe('publish');
    }
    await closeBoth(client, line);
  });

  const options: Readonly<Record<string, Takes>> = {
    hostname: (value) => value === 'text',
    port: never,
    tls: (value) => isFlag(value) || isObject(value),
    username: isText,
    password: (value) => isText(value) || isBytes(value) || typeof value === 'function',
    protocolVersion: never,
    clientId: isText,
    clean: (value) => value === true,
    sessionExpirySeconds: within(0, 0xffff_ffff),
    keepAliveSeconds: within(0, 0xffff),
    receiveMaximum: within(1, 0xffff),
    maxPacketBytes: within(16, 0xffff_ffff),
    topicAliasMaximum: within(0, 0xffff),
    will: never,
    authentication: never,
    store: never,
    onGivenUp: (value) => typeof value === 'function',
    requestResponseInformation: isFlag,
    userProperties: isEmptyList,
    reconnect: (value) => isFlag(value) || isObject(value),
    connector: (value) => typeof value === 'function',
    signal: never,
    connectTimeoutMs: isTime,
    timeoutMs: isTime,
  };
  it.each(Object.entries(options))('connect: %s', async (name, takes) => {
    for (const value of VALUES) {
      if (takes(value)) continue;
      const broker = new Broker();
      const given = { hostname: 'b.test', connector: broker.connector, [name]: value } as ConnectOptions;
      const result = await outcome(connect(given));
      expect(result, `${name} ${String(value)}`).toMatchObject({ code: 'usage', safeToRetry: true });
      expect(broker.connections).toBe(0);
    }
  });

  it.each([null, 5, true, [], () => 'x', Symbol('x')])('connect(%s)', async (target) => {
    expect(await outcome(connect(target as never))).toMatchObject({ code: 'usage' });
    const given = target as never;
    if (typeof target !== 'function')
      expect(await outcome(connect('mqtt://b', given))).toMatchObject({ code: 'usage' });
  });

  it.each<[string, unknown]>([
    ['a will without a payload', { will: { topic: 't' } }],
    ['a will with a payload of numbers', { will: { topic: 't', payload: [1] } }],
    ['a will with a lone surrogate', { will: { topic: 't', payload: '\ud800' } }],
    ['a will with QoS 3', { will: { topic: 't', payload: '', qos: 3 } }],
    ['a will’s properties', { will: { topic: 't', payload: '', properties: { contentType: 5 } } }],
    ['user properties with a NUL', { userProperties: [['a', '\0']] }],
    ['a reconnect delay', { reconnect: { initialDelayMs: -1 } }],
    ['a reconnect delay that is no number', { reconnect: { maxDelayMs: Number.NaN } }],
    ['attempts', { reconnect: { maxAttempts: 1.5 } }],
    ['enhanced authentication without a callback', { authentication: { method: 'M' } }],
    ['a store that cannot save', { store: { load: () => new Map() } }],
    [
      'MQTT 3.1.1 without a client identifier for its session',
      { protocolVersion: 4, clientId: '', clean: false },
    ],
  ])('%s', async (_, options) => {
    const broker = new Broker();
    const given = { hostname: 'b.test', connector: broker.connector, ...(options as object) };
    expect(await outcome(connect(given))).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(broker.connections).toBe(0);
  });

  it('of the functions for topics', () => {
    for (const value of VALUES) {
      if (isText(value)) continue;
      const usage = expect.objectContaining({ code: 'usage' });
      expect(() => assertTopic(value as never)).toThrow(usage);
      expect(() => assertFilter(value as never)).toThrow(usage);
      expect(() => matchesTopic(value as never, 't')).toThrow(usage);
      expect(() => matchesTopic('t', value as never)).toThrow(usage);
    }
  });

  it('of acknowledge(): a reason code that PUBACK does not have', async () => {
    const { client, line } = await open();
    const subscription: Subscription = await subscribed(
      line,
      client.subscribe('t', { qos: 1, acknowledge: 'manual' }),
    );
    line.send({ cmd: 'publish', topic: 't', payload: '', qos: 1, messageId: 9 });
    const [message] = (await take(subscription, 1)) as [Message];
    for (const value of [-1, 1, 2, 0x7f, 0x92, 256, 1.5, '0', null, 128n]) {
      expect(() => message.acknowledge(value as never)).toThrow(expect.objectContaining({ code: 'usage' }));
    }
    message.acknowledge(0x97);
    expect(await line.expect('puback')).toMatchObject({ messageId: 9, reasonCode: 0x97 });
    await closeBoth(client, line);
  });
});

describe('a time', () => {
  it.each([2 ** 31, 2 ** 40, Number.POSITIVE_INFINITY])('of %s ms is a long one', async (timeoutMs) => {
    const { client, line } = await open({ connectTimeoutMs: timeoutMs, timeoutMs });
    const published = client.publish('t', '', { qos: 1, timeoutMs });
    const { messageId } = await line.expect('publish');
    await new Promise((resolve) => setTimeout(resolve, 20));
    line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    expect(await published).toEqual({ reasonCode: 0 });
    expect(await client.publish('t', '', { timeoutMs })).toEqual({ reasonCode: 0 });
    const subscribing = client.subscribe('t', { timeoutMs });
    await line.expect('publish');
    await subscribed(line, subscribing, [0]);
    await closeBoth(client, line);
  });
});
