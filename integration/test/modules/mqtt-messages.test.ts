// Mosquitto 2.0 and RabbitMQ 4: messages. Each quality of service both ways, properties, retained messages, wills, shared
// subscriptions, sessions that go on, requests and answers, keep-alive.
import {
  type Client,
  type ConnectOptions,
  connect,
  type Message,
  memoryStore,
  publishJson,
  type Subscription,
  subscribeJson,
} from '@fairlead/mqtt';
import { faultProxyControl } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { failure, sameBytes } from './support.ts';

const { mosquitto, rabbitmq, proxies } = inject('servers');
const BROKERS = { mosquitto: mosquitto.good, rabbitmq };
const EACH_BROKER = ['mosquitto', 'rabbitmq'] as const;
const EACH_VERSION = [4, 5] as const;

const login = { username: 'app', password: 'app-password' } as const;

function to(port: number, options: ConnectOptions = {}): Promise<Client> {
  return connect(`mqtt://localhost:${port}`, { ...login, ...options });
}

/** A topic that no other test, and no earlier run, knows. */
const newTopic = (): string => `test/${crypto.randomUUID()}`;

/** The next `count` messages. The loop is left then, which unsubscribes: take them all at once. */
async function take(subscription: Subscription, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of subscription) {
    messages.push(message);
    if (messages.length === count) break;
  }
  return messages;
}

const texts = (messages: readonly Message[]): string[] => messages.map((message) => message.text());

describe.each(EACH_BROKER)('%s', (name) => {
  const { plainPort } = BROKERS[name];
  const maximumQos = name === 'mosquitto' ? 2 : 1;
  const levels = name === 'mosquitto' ? ([0, 1, 2] as const) : ([0, 1] as const);

  it.each(EACH_VERSION)('each quality of service both ways, MQTT version %i', async (protocolVersion) => {
    await using client = await to(plainPort, { protocolVersion });
    for (const qos of levels) {
      const topic = newTopic();
      const inbox = await client.subscribe(`${topic}/+`, { qos });
      expect(inbox.granted).toEqual([{ filter: `${topic}/+`, qos }]);
      const sent = ['Göteborg', '', '横浜 🚢'];
      for (const [index, text] of sent.entries()) await client.publish(`${topic}/${index}`, text, { qos });
      const got = await take(inbox, sent.length);
      expect(texts(got)).toEqual(sent);
      expect(got.map((message) => message.topic)).toEqual(sent.map((_, index) => `${topic}/${index}`));
      expect(got.every((message) => message.qos === qos && !message.retain && !message.duplicate)).toBe(true);
    }
  });

  it.each(EACH_VERSION)('500 at once come in order, MQTT version %i', async (protocolVersion) => {
    await using client = await to(plainPort, { protocolVersion });
    const topic = newTopic();
    const inbox = await client.subscribe(topic, { qos: maximumQos });
    const publishing = Array.from({ length: 500 }, (_, n) =>
      client.publish(topic, `${n}`, { qos: maximumQos }),
    );
    const got = await take(inbox, 500);
    await Promise.all(publishing);
    expect(texts(got)).toEqual(Array.from({ length: 500 }, (_, n) => `${n}`));
  });

  it('a payload of a megabyte, every byte of it', async () => {
    await using client = await to(plainPort, { maxPacketBytes: 2_000_000 });
    const topic = newTopic();
    const inbox = await client.subscribe(topic, { qos: 1 });
    const big = new Uint8Array(1_000_000).map((_, index) => (index * 7) & 0xff);
    await client.publish(topic, big, { qos: 1 });
    const [message] = await take(inbox, 1);
    expect(sameBytes(message?.payload, big)).toBe(true);
  });

  it('properties travel with the message', async () => {
    await using client = await to(plainPort);
    const topic = newTopic();
    const inbox = await client.subscribe(topic, { qos: 1 });
    const properties = {
      payloadIsText: true,
      contentType: 'text/plain',
      responseTopic: 'answers/here',
      correlationData: new Uint8Array([0, 255, 7]),
      userProperties: [
        ['ship', 'Vasa'],
        ['ship', 'Göteborg'],
      ] as const,
    };
    await client.publish(topic, 'text', { qos: 1, properties });
    const [message] = await take(inbox, 1);
    expect(message?.properties).toMatchObject(properties);
  });

  it('a retained message waits for its subscriber, until an empty one removes it', async () => {
    await using client = await to(plainPort);
    const topic = newTopic();
    await client.publish(topic, 'kept', { qos: 1, retain: true });
    const [message] = await take(await client.subscribe(topic, { qos: 1 }), 1);
    expect([message?.text(), message?.retain]).toEqual(['kept', true]);
    await client.publish(topic, '', { qos: 1, retain: true });
    const inbox = await client.subscribe(topic, { qos: 1 });
    await client.publish(topic, 'not kept', { qos: 1 });
    expect(texts(await take(inbox, 1))).toEqual(['not kept']);
  });

  it('a session goes on: what came meanwhile is delivered', async () => {
    const clientId = `session-${crypto.randomUUID()}`;
    const topic = newTopic();
    const options = { clientId, clean: false, sessionExpirySeconds: 60, store: memoryStore() };
    const before = await to(plainPort, options);
    await before.subscribe(topic, { qos: 1 });
    await before.close();
    await using other = await to(plainPort);
    for (const text of ['one', 'two', 'three']) await other.publish(topic, text, { qos: 1 });
    await using after = await to(plainPort, options);
    expect(after.server.sessionPresent).toBe(true);
    const inbox = await after.subscribe(topic, { qos: 1 });
    expect(texts(await take(inbox, 3))).toEqual(['one', 'two', 'three']);
    await after.close({ sessionExpirySeconds: 0 });
    // RabbitMQ answers 0x83 while it is still removing the session.
    if (name === 'rabbitmq') return;
    await using gone = await to(plainPort, options);
    expect(gone.server.sessionPresent).toBe(false);
  });

  it('a request has its answer', async () => {
    await using server = await to(plainPort);
    await using client = await to(plainPort);
    const topic = newTopic();
    const requests = await server.subscribe(topic, { qos: 1 });
    const serving = (async () => {
      for await (const { properties, ...request } of requests) {
        const { responseTopic = '', correlationData } = properties;
        const text = new TextDecoder().decode(request.payload);
        await server.publish(responseTopic, text.toUpperCase(), { qos: 1, properties: { correlationData } });
        if (text === 'last') break;
      }
    })();
    const asked = await Promise.all(['a', 'b', 'c'].map((text) => client.request(topic, text, { qos: 1 })));
    expect(texts(asked)).toEqual(['A', 'B', 'C']);
    expect((await client.request(topic, 'last', { qos: 1 })).text()).toBe('LAST');
    await serving;
  });

  it('a will is published when the connection is lost, and not after a goodbye', async () => {
    const topic = newTopic();
    await using witness = await to(plainPort);
    const inbox = await witness.subscribe(topic, { qos: 1 });
    const polite = await to(plainPort, { will: { topic, payload: 'should not be', qos: 1 } });
    await polite.close();
    const proxy = proxies[name];
    await using _lost = await to(proxy.port, { will: { topic, payload: 'went down', qos: 1 } });
    await faultProxyControl(proxy.controlUrl).resetAll();
    const abort = new AbortController();
    const aborted = await to(plainPort, {
      will: { topic: `${topic}/aborted`, payload: 'given up', qos: 1 },
      signal: abort.signal,
    });
    const other = await witness.subscribe(`${topic}/aborted`, { qos: 1 });
    abort.abort();
    await aborted.closed;
    expect(texts(await take(other, 1))).toEqual(['given up']);
    const leaving = await to(plainPort, { will: { topic, payload: 'asked for', qos: 1 } });
    const first = await take(inbox, 1);
    expect(texts(first)).toEqual(['went down']);
    const again = await witness.subscribe(topic, { qos: 1 });
    await leaving.close({ withWill: true });
    expect(texts(await take(again, 1))).toEqual(['asked for']);
  });
});

describe('Mosquitto', () => {
  const { plainPort } = mosquitto.good;

  it('shares a subscription among its members', async () => {
    const topic = newTopic();
    await using one = await to(plainPort);
    await using two = await to(plainPort);
    await using sender = await to(plainPort);
    const filter = `$share/crew/${topic}`;
    const counts = [0, 0];
    const seen = new Set<string>();
    const loops = [one, two].map(async (member, index) => {
      for await (const message of await member.subscribe(filter, { qos: 1 })) {
        seen.add(message.text());
        counts[index] = (counts[index] ?? 0) + 1;
        if (seen.size === 100) await Promise.all([one.close(), two.close()]);
      }
    });
    // Both SUBACKs are there once a round trip behind them is.
    await Promise.all([one.publish('x', '', { qos: 1 }), two.publish('x', '', { qos: 1 })]);
    await Promise.all(Array.from({ length: 100 }, (_, n) => sender.publish(topic, `${n}`, { qos: 1 })));
    await Promise.all(loops);
    expect(seen.size).toBe(100);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(100);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('two subscriptions that overlap: each has its identifier and its messages', async () => {
    await using client = await to(plainPort);
    const topic = newTopic();
    const wide = await client.subscribe(`${topic}/#`, { qos: 1 });
    const narrow = await client.subscribe(`${topic}/a`, { qos: 1 });
    await client.publish(`${topic}/a`, 'both', { qos: 1 });
    await client.publish(`${topic}/b`, 'wide alone', { qos: 1 });
    const [inWide, inNarrow] = await Promise.all([take(wide, 2), take(narrow, 1)]);
    expect(texts(inWide)).toEqual(['both', 'wide alone']);
    expect(texts(inNarrow)).toEqual(['both']);
  });

  it('noLocal, and retained messages not wanted', async () => {
    const topic = newTopic();
    await using client = await to(plainPort);
    await using other = await to(plainPort);
    await other.publish(topic, 'retained', { qos: 1, retain: true });
    const inbox = await client.subscribe({ filter: topic, qos: 1, noLocal: true, retainHandling: 'never' });
    await client.publish(topic, 'mine', { qos: 1 });
    await other.publish(topic, 'from the other', { qos: 1 });
    expect(texts(await take(inbox, 1))).toEqual(['from the other']);
    await other.publish(topic, '', { retain: true });
  });

  it('acknowledges when told to, and what was not comes again', async () => {
    const topic = newTopic();
    const clientId = `manual-${crypto.randomUUID()}`;
    const options = { clientId, clean: false, sessionExpirySeconds: 60 };
    const abort = new AbortController();
    const first = await to(plainPort, { ...options, signal: abort.signal });
    const inbox = await first.subscribe(topic, { qos: 1, acknowledge: 'manual' });
    await using other = await to(plainPort);
    for (const text of ['one', 'two', 'three']) await other.publish(topic, text, { qos: 1 });
    const iterator = inbox[Symbol.asyncIterator]();
    const got = [await iterator.next(), await iterator.next(), await iterator.next()];
    got[0]?.value?.acknowledge();
    // Behind the acknowledgement in the same connection: it has arrived when this has.
    await first.publish('behind', '', { qos: 1 });
    abort.abort();
    await first.closed;
    await using second = await to(plainPort, options);
    const again = await take(await second.subscribe(topic, { qos: 1 }), 2);
    expect(texts(again)).toEqual(['two', 'three']);
    expect(again.every((message) => message.duplicate)).toBe(true);
  });

  it('a consumer that stalls holds the broker back and loses nothing', async () => {
    const topic = newTopic();
    await using client = await to(plainPort, { receiveMaximum: 10 });
    await using other = await to(plainPort);
    const inbox = await client.subscribe(topic, { qos: 1, maxBufferedBytes: 20_000 });
    const payload = 'x'.repeat(1000);
    await Promise.all(
      Array.from({ length: 300 }, (_, n) => other.publish(topic, `${n} ${payload}`, { qos: 1 })),
    );
    await scheduler.wait(100);
    const got = await take(inbox, 300);
    expect(got.map((message) => Number.parseInt(message.text(), 10))).toEqual(
      Array.from({ length: 300 }, (_, n) => n),
    );
  });

  it('a broker that has gone silent is noticed by the keep-alive', async () => {
    const control = faultProxyControl(proxies.mosquitto.controlUrl);
    await control.setPlan({ toClient: { cut: { atByte: 200, how: 'stall' } } });
    await using client = await to(proxies.mosquitto.port, { keepAliveSeconds: 1 });
    await using inbox = await client.subscribe(newTopic());
    // So much that the answers are over the cut.
    const last = failure(Promise.all(Array.from({ length: 60 }, () => client.publish('t', '', { qos: 1 }))));
    const reason = await client.closed;
    expect(reason).toMatchObject({ code: expect.stringMatching(/^(timeout|connection_lost)$/) });
    expect(['timeout', 'connection_lost']).toContain((await last).code);
    await control.setPlan({});
    expect(inbox.granted.length).toBe(1);
  });

  it('a connection that is idle is kept alive', async () => {
    await using client = await to(plainPort, { keepAliveSeconds: 1 });
    await using _inbox = await client.subscribe(newTopic());
    await scheduler.wait(2600);
    expect(await client.publish('t', 'still here', { qos: 1 })).toMatchObject({
      reasonCode: expect.any(Number),
    });
  });
});

describe('JSON and several consumers', () => {
  it.each(EACH_VERSION)('each consumer gets each value, MQTT version %i', async (protocolVersion) => {
    await using client = await to(mosquitto.good.plainPort, { protocolVersion });
    const topic = newTopic();
    const invalid: string[] = [];
    const readings = await subscribeJson<{ celsius: number }>(client, topic, {
      qos: 2,
      onInvalid: (error, message) => invalid.push(`${error.code} ${message.text()}`),
    });
    const consumers = [readings.consumer(), readings.consumer({ acknowledge: 'manual' })];
    await client.publish(topic, 'no JSON', { qos: 2 });
    await publishJson(client, topic, { celsius: 21.5 }, { qos: 2 });
    for (const consumer of consumers) {
      for await (const message of consumer) {
        expect(message.value).toEqual({ celsius: 21.5 });
        expect(message.properties.contentType).toBe(protocolVersion === 5 ? 'application/json' : undefined);
        message.acknowledge();
        break;
      }
    }
    expect(invalid).toEqual(['protocol no JSON', 'protocol no JSON']);
  });
});
