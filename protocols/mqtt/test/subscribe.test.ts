// Subscribing: messages, their acknowledgement, requests, and how loops end.
import { describe, expect, it } from 'vitest';
import type { Message } from '../src/types/client.ts';
import { open, outcome, subscribed, take, wire } from './broker.ts';

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
