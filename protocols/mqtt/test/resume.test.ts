// Sessions that outlive connections: every flow cut behind every packet, both ways, with a store and by reconnecting.
import type { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { connect, memoryStore } from '../src/index.ts';
import type { Client, ConnectOptions, Message } from '../src/types/client.ts';
import { open, outcome, subscribed, take } from './broker.ts';
import { ModelBroker } from './model-broker.ts';

const PAYLOADS = ['1', '2', '3', '4', '5'];

const options = (model: ModelBroker): ConnectOptions => ({
  hostname: 'b.test',
  connector: model.broker.connector,
  clientId: 'me',
  sessionExpirySeconds: 100,
});

const QUICKLY = { initialDelayMs: 1, maxDelayMs: 5 };

async function until(condition: () => boolean): Promise<void> {
  for (let n = 0; !condition(); n++) {
    if (n > 2000) throw new Error('it never came to pass');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Runs `attempt` with the connection cut behind the first packet, the second, ..., until it is not cut any more. */
async function cutEverywhere(
  attempt: (model: ModelBroker, cutBehind: number) => Promise<void>,
): Promise<number> {
  for (let cutBehind = 3; ; cutBehind++) {
    const model = new ModelBroker({ cutBehind });
    await attempt(model, cutBehind);
    expect(model.breaches).toEqual([]);
    if (!model.wasCut) return cutBehind;
  }
}

/** The first of each, in order. */
const distinct = (values: readonly string[]): string[] => [...new Set(values)];

describe('publishing', () => {
  it.each([1, 2] as const)('QoS %i, cut behind every packet, goes on with the same store', async (qos) => {
    const cuts = await cutEverywhere(async (model, cutBehind) => {
      const store = memoryStore();
      const first = await connect({ ...options(model), store, clean: false });
      const results = await Promise.all(
        PAYLOADS.map((payload) => outcome(first.publish('t', payload, { qos }))),
      );
      await first.close();
      model.stopCutting();
      const second = await connect({ ...options(model), store, clean: false });
      // What was never sent is the caller's again.
      for (const [index, result] of results.entries()) {
        const { code, safeToRetry } = result as FairleadError;
        if (code === undefined) continue;
        expect(code).toBe('connection_lost');
        if (safeToRetry) await second.publish('t', PAYLOADS[index] ?? '', { qos });
      }
      await until(() => distinct(model.received).length === PAYLOADS.length);
      await second.publish('t', 'last', { qos });
      await second.close();
      expect(distinct(model.received), `cut behind ${cutBehind}`).toEqual([...PAYLOADS, 'last']);
      if (qos === 2) expect(model.received.length, `cut behind ${cutBehind}`).toBe(6);
      expect(await store.load()).toEqual(new Map());
    });
    expect(cuts).toBeGreaterThan(qos === 1 ? 10 : 20);
  });

  it.each([1, 2] as const)('QoS %i, cut behind every packet, goes on by reconnecting', async (qos) => {
    const cuts = await cutEverywhere(async (model, cutBehind) => {
      const client = await connect({ ...options(model), reconnect: QUICKLY });
      const results = PAYLOADS.map((payload) => client.publish('t', payload, { qos }));
      for (const result of await Promise.all(results)) expect(result.reasonCode).toBe(0);
      await client.close();
      expect(distinct(model.received), `cut behind ${cutBehind}`).toEqual(PAYLOADS);
      if (qos === 2) expect(model.received.length, `cut behind ${cutBehind}`).toBe(5);
    });
    expect(cuts).toBeGreaterThan(qos === 1 ? 10 : 20);
  });
});

/** Takes messages until the connection or the test ends. */
async function collect(client: Client, into: Message[], qos: 1 | 2): Promise<void> {
  try {
    const subscription = await client.subscribe('t', { qos });
    for await (const message of subscription) into.push(message);
  } catch {
    // The next client goes on.
  }
}

describe('receiving', () => {
  it.each([1, 2] as const)('QoS %i, cut behind every packet, goes on with the same store', async (qos) => {
    const cuts = await cutEverywhere(async (model, cutBehind) => {
      const store = memoryStore();
      const seen: Message[] = [];
      for (const payload of PAYLOADS) model.deliver(payload, qos);
      for (let attempt = 0; attempt < 2 && !model.isDone; attempt++) {
        const client = await connect({ ...options(model), store, clean: false });
        const ended = client.closed.then(() => true);
        const collecting = collect(client, seen, qos);
        await until(() => model.isDone || model.wasCut);
        if (!model.isDone && attempt === 0) await ended;
        if (attempt === 1) await until(() => model.isDone);
        await client.close();
        await collecting;
      }
      const payloads = seen.map((message) => message.text());
      expect(distinct(payloads), `cut behind ${cutBehind}`).toEqual(PAYLOADS);
      if (qos === 2) expect(payloads, `cut behind ${cutBehind}`).toEqual(PAYLOADS);
      expect(await store.load()).toEqual(new Map());
    });
    expect(cuts).toBeGreaterThan(qos === 1 ? 10 : 20);
  });

  it.each([1, 2] as const)('QoS %i, cut behind every packet, goes on by reconnecting', async (qos) => {
    const cuts = await cutEverywhere(async (model, cutBehind) => {
      const client = await connect({ ...options(model), reconnect: QUICKLY });
      const seen: Message[] = [];
      const collecting = collect(client, seen, qos);
      for (const payload of PAYLOADS) model.deliver(payload, qos);
      await until(() => model.isDone);
      await client.close();
      await collecting;
      const payloads = seen.map((message) => message.text());
      expect(distinct(payloads), `cut behind ${cutBehind}`).toEqual(PAYLOADS);
      if (qos === 2) expect(payloads, `cut behind ${cutBehind}`).toEqual(PAYLOADS);
    });
    expect(cuts).toBeGreaterThan(qos === 1 ? 10 : 20);
  });

  it.each([1, 2] as const)(
    'QoS %i, does not deliver twice what is acknowledged only on the next connection',
    async (qos) => {
      const model = new ModelBroker({ cutBehind: 5 });
      const client = await connect({ ...options(model), reconnect: QUICKLY });
      const subscription = await client.subscribe('t', { qos: 2, acknowledge: 'manual' });
      const iterator = subscription[Symbol.asyncIterator]();
      model.deliver('once', qos);
      const { value } = await iterator.next();
      await until(() => model.connections === 2);
      await client.publish('t', 'x', { qos: 1 });
      (value as Message).acknowledge();
      await until(() => model.isDone);
      await client.close();
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    },
  );
});

describe('reconnecting', () => {
  it('subscribes again, and sends again as new, where the session is lost', async () => {
    const { client, line, broker } = await open({ reconnect: QUICKLY, timeoutMs: 5000 });
    const subscribing = client.subscribe('a/#', { qos: 1 });
    const { messageId } = await line.expect('subscribe');
    line.send({ cmd: 'suback', messageId, granted: [1] });
    const subscription = await subscribing;
    const one = client.publish('t', '1', { qos: 1 });
    const two = client.publish('t', '2', { qos: 2 });
    await line.expect('publish');
    const held = await line.expect('publish');
    line.send({ cmd: 'pubrec', messageId: held.messageId, reasonCode: 0 });
    await line.expect('pubrel');
    line.server.reset();
    const again = await broker.line();
    expect(await again.accept({}, false)).toMatchObject({
      clean: false,
      properties: { sessionExpiryInterval: 300 },
    });
    const renewed = await again.expect('subscribe');
    expect(renewed).toMatchObject({
      subscriptions: [{ topic: 'a/#', qos: 1 }],
      properties: { subscriptionIdentifier: 1 },
    });
    const published = await again.expect('publish');
    expect(published).toMatchObject({ dup: false, payload: Buffer.from('1') });
    again.send(
      { cmd: 'suback', messageId: renewed.messageId, granted: [1] },
      { cmd: 'puback', messageId: published.messageId, reasonCode: 0 },
      { cmd: 'publish', topic: 'a/b', payload: 'still here', qos: 0 },
    );
    // The broker had taken it over.
    expect(await Promise.all([one, two])).toEqual([{ reasonCode: 0 }, { reasonCode: 0 }]);
    const { value } = await subscription[Symbol.asyncIterator]().next();
    expect((value as Message).text()).toBe('still here');
    const closing = client.close();
    await again.expect('disconnect');
    await closing;
  });

  it('sends DUP where the session goes on, and what was published meanwhile behind it', async () => {
    const { client, line, broker } = await open({ reconnect: QUICKLY, timeoutMs: 5000 });
    const all = [client.publish('t', '1', { qos: 1 })];
    const { messageId } = await line.expect('publish');
    line.server.end();
    await line.next();
    while (client.server && all.length < 3)
      all.push(client.publish('t', `${all.length + 1}`, { qos: all.length === 1 ? 1 : 0 }));
    const again = await broker.line();
    await again.accept({}, true);
    const packets = [
      await again.expect('publish'),
      await again.expect('publish'),
      await again.expect('publish'),
    ];
    const first = packets.find(({ dup }) => dup);
    expect(first).toMatchObject({ messageId, payload: Buffer.from('1') });
    for (const { messageId: id, qos } of packets)
      if (qos) again.send({ cmd: 'puback', messageId: id, reasonCode: 0 });
    await Promise.allSettled(all);
    await client.close();
  });

  it('gives up after maxAttempts, and at once where it would not help', async () => {
    const { client, line, broker } = await open({
      reconnect: { ...QUICKLY, maxAttempts: 3 },
      timeoutMs: 5000,
    });
    const published = outcome(client.publish('t', '', { qos: 1 }));
    await line.expect('publish');
    line.server.end();
    for (let n = 0; n < 3; n++) (await broker.line()).server.reset();
    expect(await client.closed).toMatchObject({ code: 'connection_lost' });
    expect(await published).toMatchObject({ code: 'connection_lost' });
    expect(broker.connections).toBe(4);

    const other = await open({ reconnect: QUICKLY });
    other.line.send({ cmd: 'disconnect', reasonCode: 0x8e });
    expect(await other.client.closed).toMatchObject({ server: { code: '0x8e' } });
    expect(other.broker.connections).toBe(1);
  });

  it('says nothing of a lost connection before CONNECT on the next one', async () => {
    const { client, line, broker } = await open({ reconnect: { initialDelayMs: 50 } });
    const subscription = await subscribed(line, client.subscribe('t', { qos: 1, acknowledge: 'manual' }));
    line.send({ cmd: 'publish', topic: 't', payload: '', qos: 1, messageId: 9 });
    const [message] = await take(subscription, 1);
    line.server.reset();
    await new Promise((resolve) => setTimeout(resolve, 10));
    message?.acknowledge();
    const again = await broker.line();
    expect((await again.accept({}, true)).cmd).toBe('connect');
    await client.publish('t', '');
    await again.expect('publish');
    const closing = client.close();
    await again.expect('disconnect');
    await closing;
  });

  it('can be closed while it waits', async () => {
    const { client, line } = await open({ reconnect: { initialDelayMs: 60_000 } });
    const published = outcome(client.publish('t', '', { qos: 1 }));
    await line.expect('publish');
    line.server.end();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await client.close();
    expect(await published).toMatchObject({ code: 'closed' });
    expect(await client.closed).toBeUndefined();
  });
});

describe('a resumed session', () => {
  it('keeps messages that come before their subscription', async () => {
    const { broker } = await open();
    const connecting = connect({
      hostname: 'b.test',
      connector: broker.connector,
      clientId: 'me',
      clean: false,
    });
    const line = await broker.line();
    await line.accept({}, true);
    line.send(
      {
        cmd: 'publish',
        topic: 'a',
        payload: 'early',
        qos: 1,
        messageId: 9,
        properties: { subscriptionIdentifier: 7 },
      },
      { cmd: 'publish', topic: 'b', payload: 'other', qos: 0 },
    );
    const client = await connecting;
    await new Promise((resolve) => setTimeout(resolve, 10));
    const subscribing = client.subscribe('a', { qos: 1 });
    const { messageId } = await line.expect('subscribe');
    line.send({ cmd: 'suback', messageId, granted: [1] });
    const iterator = (await subscribing)[Symbol.asyncIterator]();
    expect(((await iterator.next()).value as Message).text()).toBe('early');
    void iterator.next();
    expect(await line.expect('puback')).toMatchObject({ messageId: 9 });
    await client.close();
  });

  it('is refused where a clean one was asked for', async () => {
    const { broker } = await open();
    const connecting = outcome(connect({ hostname: 'b.test', connector: broker.connector }));
    const line = await broker.line();
    await line.accept({}, true);
    expect(await connecting).toMatchObject({ code: 'protocol' });
    expect(await line.expect('disconnect')).toMatchObject({ reasonCode: 0x82 });
  });
});
