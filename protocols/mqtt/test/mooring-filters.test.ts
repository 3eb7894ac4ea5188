// Filters of a session in a mooring that overlap, that the broker refuses, or that no reader wants any more.
import { describe, expect, it } from 'vitest';
import type { MooredSubscription } from '../src/mooring/index.ts';
import type { Line } from './broker.ts';
import { acknowledged, grant, open, publish, subscribed, texts } from './mooring-sessions.ts';

/** A session with the readers `one` of `a/#` and `two` of `a/b`. */
async function overlapping() {
  const session = await open();
  const one = await subscribed(session.client, session.line, 'a/#', 'one');
  const two = await subscribed(session.client, session.line, 'a/b', 'two');
  return { ...session, one, two };
}

/** The texts that a reader gets within a moment, however many. */
async function all(subscription: MooredSubscription, forMs = 400): Promise<string[]> {
  const found: string[] = [];
  const reading = (async () => {
    for await (const message of subscription) {
      message.acknowledge();
      found.push(...texts([message]));
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, forMs));
  await subscription.close();
  await reading;
  return found;
}

/** Delivers a message with QoS 2 as far as PUBCOMP. */
async function deliver(line: Line, topic: string, payload: string, messageId: number): Promise<void> {
  line.send(publish(topic, payload, 2, messageId));
  expect(await line.expect('pubrec')).toMatchObject({ messageId });
  line.send({ cmd: 'pubrel', messageId, reasonCode: 0 });
  expect(await line.expect('pubcomp')).toMatchObject({ messageId });
}

/** A message of subscriptions with these identifiers. */
function named(topic: string, payload: string, messageId: number, ...subscriptionIdentifier: number[]) {
  return { ...publish(topic, payload, 1, messageId), properties: { subscriptionIdentifier } };
}

describe('filters that overlap', () => {
  it('bring a message with QoS 2 to each reader once, when the broker has its PUBREC', async () => {
    const { line, one, two } = await overlapping();
    const reading = Promise.all([all(one), all(two)]);
    for (const i of [1, 2, 3]) await deliver(line, 'a/b', `m${i}`, i);
    await deliver(line, 'a/c', 'other', 4);
    expect(await reading).toEqual([
      ['m1', 'm2', 'm3', 'other'],
      ['m1', 'm2', 'm3'],
    ]);
  });

  it('lose nothing of it by an eviction', async () => {
    const { line, broker, one, two, evict } = await overlapping();
    await deliver(line, 'a/b', 'm1', 1);
    await evict();
    const reading = Promise.all([all(one, 800), all(two, 800)]);
    const next = await broker.line();
    await next.accept({}, true);
    await grant(next);
    await grant(next);
    await deliver(next, 'a/b', 'm2', 1);
    expect(await reading).toEqual([
      ['m1', 'm2'],
      ['m1', 'm2'],
    ]);
  });

  it.each([1, 2])('bring what a resumed session had waiting with QoS %i to all readers', async (qos) => {
    const { line, broker, one, two } = await overlapping();
    const reading = Promise.all([all(one, 800), all(two, 800)]);
    line.server.reset();
    const next = await broker.line();
    await next.accept({}, true);
    next.send(publish('a/b', 'waited', qos, 7, true));
    await grant(next);
    await grant(next);
    expect(await acknowledged(next, 1)).toEqual([`${qos === 1 ? 'puback' : 'pubrec'} 7`]);
    expect(await reading).toEqual([['waited'], ['waited']]);
  });

  it('bring one copy to a reader that has both', async () => {
    const { client, line } = await open();
    const subscribing = client.subscribe(['a/#', 'a/b'], { qos: 1 });
    await grant(line);
    await grant(line);
    const subscription = await subscribing;
    line.send(publish('a/b', 'm1', 1, 1), publish('a/c', 'm2', 1, 2));
    expect(await all(subscription)).toEqual(['m1', 'm2']);
  });

  it('bring a copy to the readers that it names, also on the next connection', async () => {
    const { client, line, broker } = await open();
    const identifiers: unknown[] = [];
    const subscriptions: MooredSubscription[] = [];
    const take = async (from: Line): Promise<void> => {
      const { messageId, properties } = await from.expect('subscribe');
      identifiers.push((properties as { subscriptionIdentifier: unknown }).subscriptionIdentifier);
      from.send({ cmd: 'suback', messageId, granted: [1], reasonCode: 0 });
    };
    for (const [filter, reader] of [
      ['gone', 'gone'],
      ['a/#', 'one'],
      ['a/b', 'two'],
    ] as const) {
      const subscribing = client.subscribe(filter, { qos: 1, reader });
      await take(line);
      subscriptions.push(await subscribing);
    }
    const [gone, one, two] = subscriptions;
    if (gone === undefined || one === undefined || two === undefined) throw new Error('no subscriptions');
    const leaving = gone.unsubscribe();
    const { messageId } = await line.expect('unsubscribe');
    line.send({ cmd: 'unsuback', messageId, granted: [0] });
    await leaving;
    line.send(
      named('a/b', 'for one', 1, 2),
      named('a/b', 'for two', 2, 3),
      named('a/b', 'for both', 3, 2, 3),
    );
    await acknowledged(line, 3);
    line.server.reset();
    const reading = Promise.all([all(one, 800), all(two, 800)]);
    const next = await broker.line();
    await next.accept({}, true);
    next.send(named('a/b', 'waited for two', 4, 3));
    await take(next);
    await take(next);
    expect(identifiers).toEqual([1, 2, 3, 2, 3]);
    expect(await reading).toEqual([
      ['for one', 'for both'],
      ['for two', 'for both', 'waited for two'],
    ]);
  });
});

describe('a reader with two filters', () => {
  it('gets one of the copies that the broker sends for each, and each retained message', async () => {
    const { client, line } = await open();
    await subscribed(client, line, 'a/b', 'one');
    const subscribing = client.subscribe(['a/#', 'a/b', 'a/+'], { qos: 2, reader: 'two' });
    await grant(line);
    await grant(line);
    const subscription = await subscribing;
    const retained = { ...named('a/b', 'retained', 1, 3), retain: true };
    const copies = [1, 2, 3].map((identifier) => named('a/b', 'copy', 1 + identifier, identifier));
    line.send(retained, ...copies, named('a/c', 'other', 5, 2), named('a/c', 'other', 6, 3));
    await acknowledged(line, 6);
    expect(await all(subscription)).toEqual(['retained', 'copy', 'other']);
  });
});

describe('a filter', () => {
  it('that the broker refuses on a later connection is given up, and the session stays', async () => {
    const { client, line, broker, connect: again } = await open();
    await subscribed(client, line, 'a');
    await subscribed(client, line, 'b');
    line.server.reset();
    for (const expected of [['a', 'b'], ['b']]) {
      const reopening = again();
      const next = await broker.line();
      await next.accept({}, true);
      for (const topic of expected) {
        const { messageId, subscriptions } = await next.expect('subscribe');
        expect(subscriptions).toMatchObject([{ topic }]);
        next.send({ cmd: 'suback', messageId, granted: [topic === 'a' ? 0x87 : 1], reasonCode: 0 });
      }
      await (await reopening).publish('c', 'works');
      await next.expect('publish');
      next.server.reset();
    }
  });

  it('of which one in a call is refused leaves the others to their readers only', async () => {
    const { client, line } = await open();
    await subscribed(client, line, 'a', 'one');
    const subscribing = client.subscribe(['a', 'b', 'secret'], { qos: 1, reader: 'two' });
    for (const code of [1, 0x87]) {
      const { messageId } = await line.expect('subscribe');
      line.send({ cmd: 'suback', messageId, granted: [code], reasonCode: 0 });
    }
    await expect(subscribing).rejects.toMatchObject({ code: 'server', server: { code: '0x87' } });
    expect(await line.expect('unsubscribe')).toMatchObject({ unsubscriptions: ['b'] });
  });

  it('whose last reader has left while the broker was away is given up on the next connection', async () => {
    const { client, line, broker } = await open({ timeoutMs: 2_000 });
    const gone = await subscribed(client, line, 'gone', 'one');
    await subscribed(client, line, 'kept', 'two');
    line.server.reset();
    const away = await broker.line();
    const leaving = gone.unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 50));
    away.server.reset();
    const next = await broker.line();
    await next.accept({}, true);
    const first = await next.expect('unsubscribe');
    expect(first).toMatchObject({ unsubscriptions: ['gone'] });
    next.send({ cmd: 'unsuback', messageId: first.messageId, granted: [0] });
    expect(await next.expect('subscribe')).toMatchObject({ subscriptions: [{ topic: 'kept' }] });
    await leaving;
  });
});

describe('a message', () => {
  it('counts with its properties', async () => {
    const { client, line } = await open({ buffer: { maxBytes: 100_000 } });
    const slow = await subscribed(client, line, 'a');
    const userProperties = { large: 'x'.repeat(60_000) };
    for (const i of [1, 2, 3]) line.send({ ...publish('a', `m${i}`, 1, i), properties: { userProperties } });
    await acknowledged(line, 3);
    expect(await all(slow)).toEqual(['m3']);
    expect(slow.lost).toBe(2);
  });

  it('as large as the broker may send it is stored, with texts of two bytes a character', async () => {
    const { client, line, hello, evict, broker } = await open();
    expect(hello).toMatchObject({ properties: { maximumPacketSize: 983_040 } });
    const subscription = await subscribed(client, line, 'a');
    const large = `${'x'.repeat(60_000)}\u20ac`;
    const userProperties = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, large]));
    line.send({ ...publish('a', 'large', 2, 1), properties: { userProperties } });
    await line.expect('pubrec');
    await evict();
    const reading = all(subscription, 800);
    const next = await broker.line();
    await next.accept({}, true);
    await grant(next);
    expect(await reading).toEqual(['large']);
  });
});
