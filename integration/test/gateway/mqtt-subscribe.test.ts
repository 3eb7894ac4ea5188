// GET /mqtt/subscribe of the built Worker as Server-Sent Events, against Mosquitto 2.0 and RabbitMQ 4.
import { setTimeout as delay } from 'node:timers/promises';
import { faultProxyControl } from '@fairlead/testkit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ReceivedEvent } from './events.ts';
import { type MqttGateway, newTopic, numbered, RECEIVER, startMqttGateway, texts } from './mqtt.ts';
import type { Json } from './support.ts';

const proxy = faultProxyControl(inject('servers').proxies.gatewayMosquitto.controlUrl);
const SESSIONS = ['mosquitto', 'mosquitto311', 'rabbitmq'] as const;
/** The gateway sends a comment behind a message after a second at most. */
const PROBED_MS = 1500;

let at: MqttGateway;
beforeAll(async () => {
  at = await startMqttGateway();
});
afterAll(() => at.gateway.close());

// Side by side: most of their time is waiting.
describe.concurrent('events', () => {
  it('wildcards and several topics, and nothing else', async () => {
    const base = newTopic();
    const topics = [`${base}/+/wind`, `${base}/log/#`];
    const events = await at.subscribe('mosquitto', { topic: topics, limit: 4 });
    expect((await events.next()).data).toEqual({ granted: topics.map((filter) => ({ filter, qos: 1 })) });
    const messages = ['a/wind', 'a/b/wind', 'log', 'logs', 'log/a/b', 'b/wind'].map((end) => ({
      topic: `${base}/${end}`,
      payload: end,
    }));
    await at.publish('mosquitto', { messages });
    expect(texts(await events.take(4))).toEqual(['a/wind', 'log', 'log/a/b', 'b/wind']);
    expect((await events.next()).data).toEqual({ reason: 'limit', delivered: 4 });
  });

  it('a shared subscription gives each message to one of its readers', async () => {
    const topic = newTopic();
    const query = { topic: `$share/crew/${topic}`, seconds: 2 };
    const readers = await Promise.all([1, 2].map(() => at.subscribe('mosquitto', query)));
    await Promise.all(readers.map((reader) => reader.next()));
    await at.send('mosquitto', topic, numbered(0, 20));
    const got = await Promise.all(
      readers.map(async (reader) => texts((await reader.rest()).filter(({ event }) => event === 'message'))),
    );
    expect(got.map(({ length }) => length)).not.toContain(0);
    expect(
      got
        .flat()
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(numbered(0, 20).map(Number));
  });

  it('bytes as base64 by choice, and the end at its time', async () => {
    const topic = newTopic();
    const events = await at.subscribe('mosquitto', { topic, encoding: 'base64', seconds: 1 });
    await events.next();
    await at.send('mosquitto', topic, ['ahoy']);
    const [message, end] = await events.rest();
    expect(message).toMatchObject({ event: 'message', id: undefined, data: { payloadBase64: 'YWhveQ==' } });
    expect(end).toMatchObject({ event: 'end', data: { reason: 'time', delivered: 1 } });
  });

  it.each(SESSIONS)('a session over %s goes on where its reader ended', async (connection) => {
    const [topic, session] = [newTopic(), `s${crypto.randomUUID()}`];
    const before = await at.subscribe(connection, { topic, session, limit: 6 });
    expect((await before.next()).data).toMatchObject({ session, sessionPresent: false });
    await at.send(connection, topic, numbered(0, 10));
    const taken = await before.take(6);
    expect(taken.map(({ id }) => id)).toEqual(numbered(1, 7).map((number) => `${session}.${number}`));
    expect((await before.rest()).map(({ event }) => event)).toEqual(['end']);
    await at.send(connection, topic, numbered(10, 20));

    const headers = { 'Last-Event-ID': taken.at(-1)?.id ?? '' };
    const after = await at.subscribe(connection, { topic, limit: 14 }, { headers });
    expect((await after.next()).data).toMatchObject({ session, sessionPresent: true });
    const later = await after.take(14);
    expect(later[0]?.id).toBe(`${session}.7`);
    expect(texts([...taken, ...later])).toEqual(numbered(0, 20));
    expect((await after.rest()).map(({ event }) => event)).toEqual(['end']);
  });

  it.each(SESSIONS)(
    'a session over %s keeps what comes behind a reader that broke off',
    async (connection) => {
      const [topic, session] = [newTopic(), `s${crypto.randomUUID()}`];
      const first = new AbortController();
      const before = await at.subscribe(connection, { topic, session }, { signal: first.signal });
      await before.next();
      await at.send(connection, topic, numbered(0, 10));
      const taken = await before.take(10);
      first.abort();
      await expect(before.rest()).rejects.toThrow();
      // The comment that shows the gateway that nobody is there.
      await delay(PROBED_MS);
      for (const text of numbered(10, 15)) await at.send(connection, topic, [text]);

      const headers = { 'Last-Event-ID': taken.at(-1)?.id ?? '' };
      const after = await at.subscribe(connection, { topic }, { headers });
      expect((await after.next()).data).toMatchObject({ sessionPresent: true });
      await at.send(connection, topic, ['last']);
      const later: ReceivedEvent[] = [];
      do later.push(await after.next());
      while (later.at(-1)?.data.payload !== 'last');
      // At least once: what was not acknowledged comes again.
      const resumed = texts(later.slice(0, -1));
      expect(resumed.slice(-5)).toEqual(numbered(10, 15));
      expect(numbered(9, 10)).toEqual(expect.arrayContaining(resumed.slice(0, -5)));
    },
  );

  it('the later of two readers of one session ends the earlier', async () => {
    const query = { topic: newTopic(), session: `s${crypto.randomUUID()}` };
    const earlier = await at.subscribe('mosquitto', query);
    await earlier.next();
    const later = await at.subscribe('mosquitto', { ...query, seconds: 1 });
    expect((await earlier.rest()).at(-1)).toMatchObject({
      event: 'error',
      data: { code: 'connection_lost', server: { code: '0x8e' } },
    });
    expect((await later.rest()).at(-1)).toMatchObject({ event: 'end' });
  });

  it('sessions belong to the token', async () => {
    const query = { topic: newTopic(), session: `s${crypto.randomUUID()}`, seconds: 1 };
    const own = await at.subscribe('mosquitto', query);
    expect((await own.next()).data).toMatchObject({ sessionPresent: false });
    const other = await at.subscribe('mosquitto', query, { token: RECEIVER });
    expect((await other.next()).data).toMatchObject({ sessionPresent: false });
    expect((await own.rest()).at(-1)).toMatchObject({ event: 'end' });
  });

  it('a broker that goes away is told in the last event', async () => {
    const topic = newTopic();
    await proxy.setPlan({});
    const events = await at.subscribe('mosquittoCut', { topic });
    await events.next();
    await at.send('mosquitto', topic, ['one']);
    expect(texts([await events.next()])).toEqual(['one']);
    await proxy.resetAll();
    expect(await events.rest()).toMatchObject([
      { event: 'error', data: { code: 'connection_lost', status: 502 } },
    ]);
  });

  it('a filter that the broker refuses is 403', async () => {
    const response = await at.ask('rabbitmqReader', { topic: 'private/a' });
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status: 403,
      body: { code: 'server', server: { code: '0x87' } },
    });
  });

  it.each<[string, Json, Record<string, string>?]>([
    ['no topic', {}],
    ['a filter that is none', { topic: 'a#' }],
    ['a shared filter without a group', { topic: '$share//a' }],
    ['a QoS that is none', { topic: 'a', qos: 3 }],
    ['a limit of nothing', { topic: 'a', limit: 0 }],
    ['more seconds than there may be', { topic: 'a', seconds: 3601 }],
    ['a session’s name with a dot', { topic: 'a', session: 'a.b' }],
    ['a time for a session that is not named', { topic: 'a', expiry: 60 }],
    ['two limits', { topic: 'a', limit: [1, 2] }],
    ['an unknown parameter', { topic: 'a', more: 1 }],
    ['an id that was not given out', { topic: 'a' }, { 'Last-Event-ID': 'no id' }],
    ['an id of another session', { topic: 'a', session: 'b' }, { 'Last-Event-ID': 'c.1' }],
  ])('%s is 400', async (_name, query, headers = {}) => {
    const response = await at.ask('mosquitto', query, { headers });
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 400 });
  });
});
