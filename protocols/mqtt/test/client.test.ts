// One connection: what is sent, what comes back, and how each wait ends.
import { describe, expect, it } from 'vitest';
import type { Message, PublishOptions, Subscription } from '../src/api.ts';
import { connect } from '../src/index.ts';
import { Broker, type Line, open, outcome, wire } from './broker.ts';

async function subscribed(
  line: Line,
  subscribing: Promise<Subscription>,
  granted: number[] = [2],
): Promise<Subscription> {
  const { messageId } = await line.expect('subscribe');
  line.send({ cmd: 'suback', messageId, granted, reasonCode: 0 });
  return await subscribing;
}

async function take(subscription: Subscription, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  const iterator = subscription[Symbol.asyncIterator]();
  while (messages.length < count) {
    const { value } = await iterator.next();
    if (value === undefined) break;
    messages.push(value);
  }
  return messages;
}

describe('connect', () => {
  it('says who it is, and what the broker answered', async () => {
    const broker = new Broker();
    const connecting = connect('mqtt://app:p%40ss@broker.test:1884', {
      connector: broker.connector,
      clientId: 'me',
      keepAliveSeconds: 30,
      sessionExpirySeconds: 60,
      userProperties: [
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ],
      will: {
        topic: 'gone',
        payload: 'me',
        qos: 1,
        retain: true,
        delaySeconds: 5,
        properties: { contentType: 'x' },
      },
    });
    const line = await broker.line();
    expect(
      await line.accept({ assignedClientIdentifier: 'you', receiveMaximum: 7, serverKeepAlive: 9 }),
    ).toMatchObject({
      protocolVersion: 5,
      clientId: 'me',
      clean: true,
      keepalive: 30,
      username: 'app',
      password: Buffer.from('p@ss'),
      properties: {
        sessionExpiryInterval: 60,
        receiveMaximum: 1024,
        maximumPacketSize: 1_048_576,
        topicAliasMaximum: 16,
      },
      will: {
        topic: 'gone',
        payload: Buffer.from('me'),
        qos: 1,
        retain: true,
        properties: { willDelayInterval: 5, contentType: 'x' },
      },
    });
    const client = await connecting;
    expect(client.server).toMatchObject({
      clientId: 'you',
      receiveMaximum: 7,
      keepAliveSeconds: 9,
      sessionPresent: false,
      maximumQos: 2,
    });
    const closing = client.close();
    expect(await line.expect('disconnect')).toMatchObject({ reasonCode: 0 });
    await closing;
    expect(await client.closed).toBeUndefined();
  });

  it('speaks MQTT 3.1.1', async () => {
    const { client, line } = await open({ protocolVersion: 4, username: 'u' });
    const published = client.publish('t', 'x', { qos: 1 });
    const { messageId } = await line.expect('publish');
    line.send({ cmd: 'puback', messageId });
    expect(await published).toEqual({ reasonCode: 0 });
    const closing = client.close();
    await line.expect('disconnect');
    await closing;
  });

  it.each([
    [5, 0x86, 'auth', '0x86'],
    [5, 0x87, 'auth', '0x87'],
    [5, 0x88, 'server', '0x88'],
    [4, 4, 'auth', '0x86'],
    [4, 5, 'auth', '0x87'],
    [4, 2, 'auth', '0x85'],
    [4, 3, 'server', '0x88'],
    [4, 1, 'server', '0x84'],
  ] as const)('tells a refusal: version %i, code %i', async (protocolVersion, code, expected, server) => {
    const broker = new Broker(protocolVersion);
    const connecting = connect({ hostname: 'b.test', connector: broker.connector, protocolVersion });
    const line = await broker.line();
    await line.expect('connect');
    line.send({ cmd: 'connack', sessionPresent: false, returnCode: code, reasonCode: code });
    expect(await outcome(connecting)).toMatchObject({
      code: expected,
      server: { code: server },
      safeToRetry: true,
    });
  });

  it('understands a broker that does not know MQTT 5', async () => {
    const broker = new Broker();
    const connecting = connect({ hostname: 'b.test', connector: broker.connector });
    const line = await broker.line();
    await line.expect('connect');
    line.send(Uint8Array.of(0x20, 2, 0, 1));
    expect(await outcome(connecting)).toMatchObject({ code: 'server', server: { code: '0x84' } });
  });

  it('gives up on a broker that says nothing, and on one that hangs up', async () => {
    const broker = new Broker();
    const silent = connect({ hostname: 'b.test', connector: broker.connector, timeoutMs: 30 });
    expect(await outcome(silent)).toMatchObject({ code: 'connect_timeout' });
    const ended = connect({ hostname: 'b.test', connector: broker.connector });
    await broker.line();
    const line = await broker.line();
    line.server.end();
    expect(await outcome(ended)).toMatchObject({ code: 'connection_lost' });
  });

  it.each([
    ['http://b'],
    ['mqtt://b/path'],
    ['mqtt://b?x=1'],
    [{ hostname: 'b', clean: false }],
    [{ hostname: 'b', protocolVersion: 4 as const, sessionExpirySeconds: 1 }],
    [{ hostname: 'b', protocolVersion: 4 as const, password: 'p' }],
    [{ hostname: 'b', keepAliveSeconds: 65_536 }],
    [{ hostname: 'b', receiveMaximum: 0 }],
    [{ hostname: 'b', clientId: 'a\0b' }],
    [{ hostname: 'b', will: { topic: 'a/#', payload: '' } }],
    [{}],
  ])('refuses %j', async (target) => {
    const { connector } = new Broker();
    const error = await outcome(connect(target as string, { connector }));
    expect(error).toMatchObject({ code: 'usage' });
  });

  it('shows no password of a URL that it refuses', async () => {
    const error = await outcome(connect('mqtt://u:secret@b/path'));
    expect(JSON.stringify([error, String(error), (error as Error).cause])).not.toContain('secret');
  });
});

describe('publish', () => {
  it('sends what one tick publishes in one write, and settles it together', async () => {
    const { client, line, writes } = await open();
    const all = Array.from({ length: 100 }, (_, n) => client.publish('t', `${n}`));
    await Promise.all(all);
    expect(writes.length).toBe(1);
    for (let n = 0; n < 100; n++) {
      const packet = await line.expect('publish');
      expect([packet.topic, String(packet.payload)]).toEqual(['t', `${n}`]);
    }
  });

  it('resolves at PUBACK with what it says', async () => {
    const { client, line } = await open();
    const all = Promise.allSettled(['a', 'b', 'c'].map((topic) => client.publish(topic, 'x', { qos: 1 })));
    const ids: unknown[] = [];
    for (let n = 0; n < 3; n++) ids.push((await line.expect('publish')).messageId);
    line.send(
      { cmd: 'puback', messageId: ids[1], reasonCode: 0x10 },
      { cmd: 'puback', messageId: ids[0], reasonCode: 0, properties: { reasonString: 'fine' } },
      { cmd: 'puback', messageId: ids[2], reasonCode: 0x97, properties: { reasonString: 'full' } },
    );
    expect(await all).toMatchObject([
      { value: { reasonCode: 0, reasonString: 'fine' } },
      { value: { reasonCode: 16 } },
      {
        reason: {
          code: 'server',
          server: { code: '0x97', message: 'full', fields: { reason: 'Quota exceeded' } },
        },
      },
    ]);
  });

  it('goes through PUBREC, PUBREL and PUBCOMP', async () => {
    const { client, line } = await open();
    let done = false;
    const published = client.publish('t', 'x', { qos: 2 }).then((result) => {
      done = true;
      return result;
    });
    const { messageId } = await line.expect('publish');
    line.send({ cmd: 'pubrec', messageId, reasonCode: 0 });
    expect(await line.expect('pubrel')).toMatchObject({ messageId });
    expect(done).toBe(false);
    line.send({ cmd: 'pubcomp', messageId, reasonCode: 0 });
    expect(await published).toEqual({ reasonCode: 0 });
  });

  it('sends no more than Receive Maximum, and the rest in order', async () => {
    const { client, line } = await open({}, { receiveMaximum: 2 });
    const all = Array.from({ length: 5 }, (_, n) => client.publish('t', `${n}`, { qos: 1 }));
    const first = [await line.expect('publish'), await line.expect('publish')];
    await client.publish('now', 'x');
    expect((await line.expect('publish')).topic).toBe('now');
    for (let n = 2; n < 5; n++) {
      line.send({ cmd: 'puback', messageId: first.shift()?.messageId, reasonCode: 0 });
      const packet = await line.expect('publish');
      expect(String(packet.payload)).toBe(`${n}`);
      first.push(packet);
    }
    for (const { messageId } of first) line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    await Promise.all(all);
  });

  it('keeps identifiers apart over many messages', async () => {
    const { client, line } = await open({ timeoutMs: 60_000 });
    const open_ = new Set<unknown>();
    let done = 0;
    const all: Promise<unknown>[] = [];
    for (let n = 0; n < 140; n++) {
      for (let m = 0; m < 500; m++) all.push(client.publish('t', '', { qos: 1 }).then(() => done++));
      for (let m = 0; m < 500; m++) {
        const { messageId } = await line.expect('publish');
        expect(open_.has(messageId) || messageId === 0).toBe(false);
        open_.add(messageId);
      }
      // All but one of each round, so that some stay in use for good.
      for (const messageId of [...open_].slice(n + 1)) {
        open_.delete(messageId);
        line.send({ cmd: 'puback', messageId, reasonCode: 0 });
      }
    }
    for (const messageId of open_) line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    await Promise.all(all);
    expect(done).toBe(70_000);
  });

  it('uses aliases for topics that come again, as many as the broker takes', async () => {
    const { client, line } = await open({}, { topicAliasMaximum: 1 });
    for (const topic of ['a', 'a', 'a', 'b', 'b', 'a']) void client.publish(topic, 'x');
    const seen: unknown[] = [];
    for (let n = 0; n < 6; n++) {
      const { topic, properties } = await line.expect('publish');
      seen.push([topic, (properties as Record<string, unknown> | undefined)?.topicAlias]);
    }
    expect(seen).toEqual([
      ['a', undefined],
      ['a', 1],
      ['', 1],
      ['b', undefined],
      ['b', undefined],
      ['', 1],
    ]);
  });

  it('copies the payload when it is given', async () => {
    const { client, line } = await open();
    const payload = new TextEncoder().encode('abc');
    const published = client.publish('t', payload);
    payload.fill(0);
    await published;
    expect(String((await line.expect('publish')).payload)).toBe('abc');
  });

  it.each<[string, string, PublishOptions]>([
    ['', 'x', {}],
    ['a/+', 'x', {}],
    ['a#', 'x', {}],
    ['a\0', 'x', {}],
    ['\ud800', 'x', {}],
    ['x'.repeat(65_536), 'x', {}],
    ['t', '\udfff', {}],
    ['t', 5 as unknown as string, {}],
    ['t', 'x', { qos: 3 as 2 }],
    ['t', 'x', { properties: { responseTopic: 'a/#' } }],
    ['t', 'x', { properties: { messageExpirySeconds: -1 } }],
    ['t', 'x', { properties: { contentType: '\0' } }],
    ['t', 'x', { properties: { correlationData: new Uint8Array(65_536) } }],
    ['t', 'x', { properties: { userProperties: [['a', '\ud800']] as const } }],
  ])('refuses, alone, what cannot be published: case %#', async (topic, payload, options) => {
    const { client, line } = await open();
    const results = await Promise.all([
      outcome(client.publish(topic, payload, options)),
      client.publish('ok', ''),
    ]);
    expect(results[0]).toMatchObject({ code: 'usage', safeToRetry: true });
    expect((await line.expect('publish')).topic).toBe('ok');
  });

  it('refuses what the broker does not take', async () => {
    const limits = { maximumPacketSize: 20, maximumQoS: 1, retainAvailable: false };
    const { client } = await open({}, limits);
    expect(await outcome(client.publish('t', 'x'.repeat(20), { qos: 1 }))).toMatchObject({ code: 'limit' });
    expect(await outcome(client.publish('t', 'x', { qos: 2 }))).toMatchObject({ code: 'usage' });
    expect(await outcome(client.publish('t', 'x', { retain: true }))).toMatchObject({ code: 'usage' });
    const old = await open({ protocolVersion: 4 });
    const withProperties = old.client.publish('t', 'x', { properties: { contentType: 'x' } });
    expect(await outcome(withProperties)).toMatchObject({ code: 'usage' });
  });

  it('stops waiting on a signal or in time, and lets the message be finished', async () => {
    const { client, line } = await open();
    const abort = new AbortController();
    const waiting = [
      outcome(client.publish('a', '', { qos: 1, timeoutMs: 30 })),
      outcome(client.publish('b', '', { qos: 1, signal: abort.signal })),
    ];
    const ids = [(await line.expect('publish')).messageId, (await line.expect('publish')).messageId];
    abort.abort('enough');
    expect(await Promise.all(waiting)).toMatchObject([
      { code: 'timeout', safeToRetry: false },
      { code: 'aborted', safeToRetry: false, cause: 'enough' },
    ]);
    for (const messageId of ids) line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    const after = client.publish('c', '', { qos: 1 });
    const { messageId } = await line.expect('publish');
    line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    expect(await after).toEqual({ reasonCode: 0 });
    expect(await outcome(client.publish('d', '', { signal: abort.signal }))).toMatchObject({
      code: 'aborted',
    });
  });

  it('takes a message back that was not sent', async () => {
    const { client, line } = await open({}, { receiveMaximum: 1 });
    const first = client.publish('a', '', { qos: 1 });
    const second = outcome(client.publish('b', '', { qos: 1, timeoutMs: 20 }));
    const { messageId } = await line.expect('publish');
    expect(await second).toMatchObject({ code: 'timeout', safeToRetry: true });
    line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    await first;
    void client.publish('c', '');
    expect((await line.expect('publish')).topic).toBe('c');
  });

  it('ignores an acknowledgement of nothing, and lets go of a PUBREC of nothing', async () => {
    const { client, line } = await open();
    const published = client.publish('t', '', { qos: 1 });
    const { messageId } = await line.expect('publish');
    line.send(
      { cmd: 'puback', messageId: 999, reasonCode: 0 },
      { cmd: 'pubcomp', messageId: 999, reasonCode: 0 },
    );
    line.send({ cmd: 'pubrec', messageId: 998, reasonCode: 0 });
    expect(await line.expect('pubrel')).toMatchObject({ messageId: 998, reasonCode: 0x92 });
    line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    await published;
  });

  it('ends with the connection', async () => {
    const { client, line } = await open();
    const all = [client.publish('a', '', { qos: 1 }), client.publish('b', '', { qos: 2 })].map(outcome);
    await line.expect('publish');
    await line.expect('publish');
    line.server.end();
    expect(await Promise.all(all)).toMatchObject([{ code: 'connection_lost' }, { code: 'connection_lost' }]);
    expect(await outcome(client.publish('c', ''))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
    });
    expect(await client.closed).toMatchObject({ code: 'connection_lost' });
  });
});

describe('subscribe', () => {
  it('asks for what it is told to, and gives messages of each QoS', async () => {
    const { client, line } = await open();
    const subscribing = client.subscribe(
      ['a/+', { filter: '$share/g/b', qos: 0, retainAsPublished: true, retainHandling: 'never' }],
      { qos: 2 },
    );
    const packet = await line.expect('subscribe');
    expect(packet).toMatchObject({
      subscriptions: [
        { topic: 'a/+', qos: 2, nl: false, rap: false, rh: 0 },
        { topic: '$share/g/b', qos: 0, nl: false, rap: true, rh: 2 },
      ],
      properties: { subscriptionIdentifier: 1 },
    });
    line.send({ cmd: 'suback', messageId: packet.messageId, granted: [1, 0], reasonCode: 0 });
    const subscription = await subscribing;
    expect(subscription.granted).toEqual([
      { filter: 'a/+', qos: 1 },
      { filter: '$share/g/b', qos: 0 },
    ]);
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 9,
      contentType: 'application/json',
      responseTopic: 'r',
      correlationData: Buffer.from('c'),
      userProperties: { a: ['1', '2'] },
      subscriptionIdentifier: 1,
    };
    line.send(
      { cmd: 'publish', topic: 'a/x', payload: '{"n":1}', qos: 0, retain: true, properties },
      { cmd: 'publish', topic: 'b', payload: 'two', qos: 1, messageId: 5, dup: true },
      { cmd: 'publish', topic: 'a/z', payload: '', qos: 2, messageId: 6 },
    );
    const iterator = subscription[Symbol.asyncIterator]();
    const first: Message = (await iterator.next()).value as Message;
    expect(first).toMatchObject({
      topic: 'a/x',
      qos: 0,
      retain: true,
      duplicate: false,
      subscriptionIdentifiers: [1],
      properties: {
        payloadIsText: true,
        messageExpirySeconds: 9,
        contentType: 'application/json',
        responseTopic: 'r',
        correlationData: new TextEncoder().encode('c'),
        userProperties: [
          ['a', '1'],
          ['a', '2'],
        ],
      },
    });
    expect(first.json()).toEqual({ n: 1 });
    const second: Message = (await iterator.next()).value as Message;
    expect([second.text(), second.duplicate, second.qos]).toEqual(['two', true, 1]);
    expect(() => second.json()).toThrow(expect.objectContaining({ code: 'protocol' }));
    const third = iterator.next();
    expect(await line.expect('puback')).toMatchObject({ messageId: 5 });
    await third;
    void iterator.next();
    expect(await line.expect('pubrec')).toMatchObject({ messageId: 6 });
    line.send({ cmd: 'pubrel', messageId: 6, reasonCode: 0 });
    expect(await line.expect('pubcomp')).toMatchObject({ messageId: 6, reasonCode: 0 });
    line.send({ cmd: 'pubrel', messageId: 6, reasonCode: 0 });
    expect(await line.expect('pubcomp')).toMatchObject({ messageId: 6, reasonCode: 0x92 });
  });

  it('acknowledges when it is told to, once, with the code that is given', async () => {
    const { client, line } = await open();
    const subscription = await subscribed(line, client.subscribe('t', { qos: 2, acknowledge: 'manual' }));
    line.send(
      { cmd: 'publish', topic: 't', payload: '1', qos: 1, messageId: 1 },
      { cmd: 'publish', topic: 't', payload: '2', qos: 1, messageId: 2 },
      { cmd: 'publish', topic: 't', payload: '3', qos: 2, messageId: 3 },
    );
    const [one, two, three] = await take(subscription, 3);
    two?.acknowledge(0x97);
    two?.acknowledge();
    three?.acknowledge(0x80);
    one?.acknowledge();
    expect([await line.next(), await line.next(), await line.next()]).toMatchObject([
      { cmd: 'puback', messageId: 2, reasonCode: 0x97 },
      { cmd: 'pubrec', messageId: 3, reasonCode: 0x80 },
      { cmd: 'puback', messageId: 1, reasonCode: 0 },
    ]);
  });

  it('unsubscribes when the loop is left', async () => {
    const { client, line } = await open();
    const subscription = await subscribed(line, client.subscribe('t'));
    line.send({ cmd: 'publish', topic: 't', payload: '1', qos: 0 });
    const loop = (async () => {
      for await (const message of subscription) return message.text();
      return undefined;
    })();
    const { messageId, unsubscriptions } = await line.expect('unsubscribe');
    expect(unsubscriptions).toEqual(['t']);
    line.send({ cmd: 'unsuback', messageId, granted: [0] });
    expect(await loop).toBe('1');
    const again = client.subscribe('t');
    expect(await line.expect('subscribe')).toMatchObject({ properties: { subscriptionIdentifier: 2 } });
    void outcome(again);
  });

  it('gives a message to those whom the broker means', async () => {
    const { client, line } = await open();
    const wide = await subscribed(line, client.subscribe('a/#', { qos: 2 }));
    const narrow = await subscribed(line, client.subscribe('a/b', { qos: 1 }));
    line.send(
      { cmd: 'publish', topic: 'a/b', payload: 'wide', qos: 0, properties: { subscriptionIdentifier: 1 } },
      { cmd: 'publish', topic: 'a/b', payload: 'narrow', qos: 0, properties: { subscriptionIdentifier: 2 } },
      {
        cmd: 'publish',
        topic: 'a/b',
        payload: 'both',
        qos: 1,
        messageId: 9,
        properties: { subscriptionIdentifier: [1, 2] },
      },
    );
    expect((await take(wide, 2)).map((message) => message.text())).toEqual(['wide', 'both']);
    const [, both] = await take(narrow, 2);
    expect(both?.text()).toBe('both');
    both?.acknowledge();
    await client.publish('behind', '');
    void wide[Symbol.asyncIterator]().next();
    // Not before the other one asks for more.
    expect((await line.expect('publish')).topic).toBe('behind');
    expect(await line.expect('puback')).toMatchObject({ messageId: 9 });
  });

  it('gives up all filters if one is refused', async () => {
    const { client, line } = await open();
    const subscribing = outcome(client.subscribe(['a', 'b']));
    const { messageId } = await line.expect('subscribe');
    line.send({ cmd: 'suback', messageId, granted: [1, 0x87], reasonCode: 0 });
    expect(await subscribing).toMatchObject({ code: 'server', server: { code: '0x87' } });
    expect((await line.expect('unsubscribe')).unsubscriptions).toEqual(['a', 'b']);
  });

  it.each([
    [[], {}],
    [['a', 'a'], {}],
    ['a/#/b', {}],
    ['a+', {}],
    ['', {}],
    ['a\0', {}],
    ['$share/g', {}],
    ['$share//a', {}],
    ['$share/+/a', {}],
    ['$share/g/', {}],
    [{ filter: '$share/g/a', noLocal: true }, {}],
    [{ filter: 'a', qos: 3 as 2 }, {}],
  ])('refuses the filters %j', async (filters, options) => {
    const { client } = await open();
    expect(await outcome(client.subscribe(filters as string, options))).toMatchObject({ code: 'usage' });
  });

  it('refuses what the broker has not', async () => {
    const { client } = await open(
      {},
      { wildcardSubscriptionAvailable: false, sharedSubscriptionAvailable: false },
    );
    expect(await outcome(client.subscribe('a/+'))).toMatchObject({ code: 'usage' });
    expect(await outcome(client.subscribe('$share/g/a'))).toMatchObject({ code: 'usage' });
    const old = await open({ protocolVersion: 4 });
    expect(await outcome(old.client.subscribe({ filter: 'a', noLocal: true }))).toMatchObject({
      code: 'usage',
    });
  });

  it('refuses a filter that is subscribed to', async () => {
    const { client, line } = await open();
    await subscribed(line, client.subscribe('a/b'));
    expect(await outcome(client.subscribe('a/b'))).toMatchObject({ code: 'usage' });
  });

  it('stops on its signal and in time', async () => {
    const { client, line } = await open();
    const late = outcome(client.subscribe('late', { timeoutMs: 20 }));
    const { messageId } = await line.expect('subscribe');
    expect(await late).toMatchObject({ code: 'timeout' });
    expect((await line.expect('unsubscribe')).unsubscriptions).toEqual(['late']);
    line.send({ cmd: 'suback', messageId, granted: [0], reasonCode: 0 });
    const abort = new AbortController();
    const subscription = await subscribed(line, client.subscribe('t', { signal: abort.signal }));
    const next = outcome(subscription[Symbol.asyncIterator]().next());
    abort.abort('enough');
    expect(await next).toMatchObject({ code: 'aborted', cause: 'enough' });
    expect((await line.expect('unsubscribe')).unsubscriptions).toEqual(['t']);
  });

  it('stops reading while too much waits to be taken', async () => {
    const { client, line } = await open();
    const subscription = await subscribed(line, client.subscribe('t', { maxBufferedBytes: 10_000 }));
    const payload = 'x'.repeat(1000);
    let sent = 0;
    const flood = async (): Promise<void> => {
      for (; sent < 200; sent++)
        await line.server.write(wire({ cmd: 'publish', topic: 't', payload, qos: 0 }));
    };
    void flood();
    const published = client.publish('p', '', { qos: 1 });
    const { messageId } = await line.expect('publish');
    // Behind the flood: as it is owed, it is read for.
    line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    expect((await take(subscription, 200)).length).toBe(200);
    await published;
  });

  it('ends the loop with what ended the connection, behind what had come', async () => {
    const { client, line } = await open();
    const subscription = await subscribed(line, client.subscribe('t'));
    line.send(
      { cmd: 'publish', topic: 't', payload: 'last', qos: 0 },
      { cmd: 'disconnect', reasonCode: 0x8e, properties: { reasonString: 'another one' } },
    );
    const iterator = subscription[Symbol.asyncIterator]();
    expect(((await iterator.next()).value as Message).text()).toBe('last');
    expect(await outcome(iterator.next())).toMatchObject({
      code: 'connection_lost',
      server: { code: '0x8e', message: 'another one', fields: { reason: 'Session taken over' } },
    });
    expect(await client.closed).toMatchObject({ server: { code: '0x8e' } });
  });
});

describe('request', () => {
  it('matches answers by their correlation data', async () => {
    const { client, line } = await open({ clientId: 'me' });
    const answers = ['1', '2'].map((payload) => client.request('svc', payload));
    const { messageId, subscriptions } = await line.expect('subscribe');
    expect(subscriptions).toMatchObject([{ topic: 'fairlead/responses/me' }]);
    line.send({ cmd: 'suback', messageId, granted: [1], reasonCode: 0 });
    const asked = [await line.expect('publish'), await line.expect('publish')];
    for (const { payload, properties } of asked.reverse()) {
      const { responseTopic, correlationData } = properties as Record<string, unknown>;
      line.send({
        cmd: 'publish',
        topic: responseTopic,
        payload: `re ${payload}`,
        qos: 0,
        properties: { correlationData },
      });
    }
    expect((await Promise.all(answers)).map((answer) => answer.text())).toEqual(['re 1', 're 2']);
    expect(await outcome(client.request('svc', '', { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
  });
});

describe('enhanced authentication', () => {
  const authentication = (answers: string[]) => ({
    method: 'M',
    initialData: new TextEncoder().encode('first'),
    respond: async (challenge: Uint8Array | undefined) => {
      answers.push(new TextDecoder().decode(challenge));
      return new TextEncoder().encode('answer');
    },
  });

  it('answers challenges, also later', async () => {
    const answers: string[] = [];
    const broker = new Broker();
    const connecting = connect({
      hostname: 'b.test',
      connector: broker.connector,
      authentication: authentication(answers),
    });
    const line = await broker.line();
    expect(await line.expect('connect')).toMatchObject({
      properties: { authenticationMethod: 'M', authenticationData: Buffer.from('first') },
    });
    const challenge = (data: string) => ({
      cmd: 'auth' as const,
      reasonCode: 0x18,
      properties: { authenticationMethod: 'M', authenticationData: Buffer.from(data) },
    });
    line.send(challenge('one'));
    expect(await line.expect('auth')).toMatchObject({
      reasonCode: 0x18,
      properties: { authenticationMethod: 'M', authenticationData: Buffer.from('answer') },
    });
    const properties = { authenticationMethod: 'M', authenticationData: Buffer.from('final') };
    line.send({ cmd: 'connack', sessionPresent: false, reasonCode: 0, properties });
    const client = await connecting;
    const published = client.publish('t', '', { qos: 1 });
    const { messageId } = await line.expect('publish');
    line.send(challenge('again'), { cmd: 'puback', messageId, reasonCode: 0 });
    await line.expect('auth');
    await published;
    expect(answers).toEqual(['one', 'final', 'again']);
  });

  it('ends with what the callback throws', async () => {
    const broker = new Broker();
    const respond = () => Promise.reject(new Error('no key'));
    const connecting = connect({
      hostname: 'b.test',
      connector: broker.connector,
      authentication: { method: 'M', respond },
    });
    const line = await broker.line();
    await line.expect('connect');
    line.send({ cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'M' } });
    expect(await outcome(connecting)).toMatchObject({ code: 'auth', cause: { message: 'no key' } });
  });
});

describe('keep-alive', () => {
  it('sends PINGREQ, lives while it is answered, and ends when it is not', async () => {
    const { client, line } = await open({ keepAliveSeconds: 1 });
    for (let n = 0; n < 2; n++) {
      await line.expect('pingreq');
      line.send({ cmd: 'pingresp' });
    }
    expect(await client.closed).toMatchObject({
      code: 'connection_lost',
      message: expect.stringContaining('PINGREQ'),
    });
  });

  it('takes the broker word for the time', async () => {
    const { client, line } = await open({ keepAliveSeconds: 0 }, { serverKeepAlive: 1 });
    await line.expect('pingreq');
    line.send({ cmd: 'pingresp' });
    await client.close();
  });
});

describe('close', () => {
  it('waits for what is owed, and says with the will if asked to', async () => {
    const { client, line } = await open({ sessionExpirySeconds: 60 });
    const published = client.publish('t', '', { qos: 1 });
    const { messageId } = await line.expect('publish');
    const closing = client.close({ withWill: true, sessionExpirySeconds: 5 });
    line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    await published;
    expect(await line.expect('disconnect')).toMatchObject({
      reasonCode: 4,
      properties: { sessionExpiryInterval: 5 },
    });
    await closing;
    expect(await outcome(client.publish('t', ''))).toMatchObject({ code: 'closed' });
    await client.close();
  });

  it('does not wait for ever', async () => {
    const { client, line } = await open();
    const published = outcome(client.publish('t', '', { qos: 1 }));
    await line.expect('publish');
    const closing = client.close();
    await line.expect('disconnect');
    await closing;
    expect(await published).toMatchObject({ code: 'closed' });
  });

  it('ends loops plainly', async () => {
    const { client, line } = await open();
    const subscription = await subscribed(line, client.subscribe('t'));
    const next = subscription[Symbol.asyncIterator]().next();
    await client.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('follows the signal of the connection', async () => {
    const abort = new AbortController();
    const { client } = await open({ signal: abort.signal });
    abort.abort('enough');
    expect(await client.closed).toMatchObject({ code: 'aborted' });
  });
});
