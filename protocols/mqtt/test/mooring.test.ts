// Sessions in a real Durable Object, with a broker that the tests play.
import { describe, expect, it } from 'vitest';
import {
  acknowledged,
  grant,
  newBroker,
  open,
  publish,
  subscribed,
  take,
  texts,
} from './mooring-sessions.ts';

describe('a session', () => {
  it('is connected once for all of its callers, and publishes', async () => {
    const { client, line, hello, connect: again, broker } = await open();
    expect(hello).toMatchObject({ clean: false, properties: { sessionExpiryInterval: 86_400 } });
    expect(client.server).toMatchObject({ protocolVersion: 5, clientId: hello.clientId });
    const publishing = client.publish('a/b', 'text', { qos: 1 });
    const { messageId, payload, topic } = await line.expect('publish');
    expect([topic, String(payload)]).toEqual(['a/b', 'text']);
    line.send({ cmd: 'puback', messageId, reasonCode: 16 });
    expect(await publishing).toMatchObject({ reasonCode: 16 });
    await client.close();
    await expect(client.publish('a', 'b')).rejects.toMatchObject({ code: 'closed' });
    await using other = await again();
    await other.publish('c', new Uint8Array([1, 2]));
    expect(await line.expect('publish')).toMatchObject({ topic: 'c', qos: 0 });
    expect(broker.connections).toBe(1);
  });

  it('is the same one whatever the order of options and the times of calls, and shares no client identifier', async () => {
    const { client, hello, broker, connectAs } = await open({ username: 'u', password: 'p' });
    for (const same of [
      { password: 'p', username: 'u' },
      { username: 'u', timeoutMs: 5_000, password: 'p', connectTimeoutMs: 4_000 },
    ]) {
      const other = await connectAs(same);
      expect(other.server.clientId).toBe(client.server.clientId);
    }
    expect(broker.connections).toBe(1);
    const reconnecting = connectAs({ username: 'u', password: 'p', buffer: { keepSeconds: 61 } });
    const next = await broker.line();
    expect((await next.accept()).clientId).not.toBe(hello.clientId);
    await reconnecting;
  });

  it('tells where MQTT 3.1.1 could not end it at the broker, and dials as before for that', async () => {
    const { client, line, broker } = await open({ protocolVersion: 4 });
    const ending = client.end();
    await line.expect('disconnect');
    const last = await broker.line();
    expect(await last.expect('connect')).toMatchObject({ clean: true });
    last.send({ cmd: 'connack', sessionPresent: false, returnCode: 5 });
    await expect(ending).rejects.toMatchObject({ code: 'auth' });
  });

  it('connects with the latest password that a function gives', async () => {
    let token = 0;
    const password = () => `token ${++token}`;
    const { client, line, broker, connect: again, hello } = await open({ username: 'app', password });
    expect(String(hello.password)).toBe('token 1');
    await again();
    const publishing = expect(client.publish('a', 'b', { qos: 1 })).rejects.toMatchObject({
      code: 'connection_lost',
      safeToRetry: false,
    });
    await line.expect('publish');
    line.server.reset();
    await publishing;
    const next = await broker.line();
    expect(String((await next.accept({}, true)).password)).toBe('token 2');
    expect(await next.expect('publish')).toMatchObject({ dup: true });
  });

  it('refuses options that a session in a mooring cannot have', async () => {
    for (const wrong of [{ session: '' }, { maxPacketBytes: 3_000_000 }, { buffer: { maxEvents: -1 } }]) {
      await expect(newBroker(wrong).connect()).rejects.toMatchObject({ code: 'usage' });
    }
  });

  it('tells refusals as they are', async () => {
    const { client, line, connect: again } = await open();
    const publishing = client.publish('a', 'b', { qos: 1 });
    const { messageId } = await line.expect('publish');
    line.send({ cmd: 'puback', messageId, reasonCode: 0x87 });
    await expect(publishing).rejects.toMatchObject({ code: 'server', server: { code: '0x87' } });
    await expect(client.publish('a/#', 'b')).rejects.toMatchObject({ code: 'usage' });
    await expect(again()).resolves.toBeDefined();
  });
});

describe('messages', () => {
  it('wait for a reader that has left, each once, and are acknowledged when the buffer has them', async () => {
    const { client, line, connect: again } = await open();
    const subscription = await subscribed(client, line, 'a/#');
    line.send(publish('a/1', 'first', 1, 11));
    expect(await line.expect('puback')).toMatchObject({ messageId: 11 });
    expect(texts(await take(subscription, 1))).toEqual(['first']);
    await client.close();
    line.send(publish('a/1', 'one', 1, 12), publish('a/2', 'two', 2, 13), publish('a/3', 'zero', 0));
    expect(await acknowledged(line, 2)).toEqual(['puback 12', 'pubrec 13']);
    line.send({ cmd: 'pubrel', messageId: 13, reasonCode: 0 });
    expect(await line.expect('pubcomp')).toMatchObject({ messageId: 13 });
    await using later = await again();
    const messages = await take(await later.subscribe('a/#', { qos: 2 }), 3);
    expect(texts(messages).sort()).toEqual(['one', 'two', 'zero']);
    expect(messages.find(({ topic }) => topic === 'a/2')).toMatchObject({ qos: 2, retain: false });
  });

  it('go to each reader by its own place', async () => {
    const { client, line } = await open();
    const one = await subscribed(client, line, 'a', 'one');
    const two = await client.subscribe('a', { qos: 1, reader: 'two' });
    line.send(publish('a', 'x', 1, 1), publish('a', 'y', 1, 2));
    expect(texts(await take(one, 2))).toEqual(['x', 'y']);
    expect(texts(await take(two, 1))).toEqual(['x']);
    const again = await client.subscribe('a', { reader: 'two' });
    expect(texts(await take(again, 1))).toEqual(['y']);
    // A loop that was left goes on behind the message that was worked on.
    line.send(publish('a', 'z', 1, 3));
    expect(texts(await take(one, 1))).toEqual(['z']);
  });

  it('are counted where a slow reader has lost them', async () => {
    const { client, line } = await open({ buffer: { maxEvents: 3 } });
    const slow = await subscribed(client, line, 'a');
    for (let i = 1; i <= 10; i++) line.send(publish('a', String(i), 1, i));
    for (let i = 1; i <= 10; i++) await line.expect('puback');
    expect(texts(await take(slow, 3))).toEqual(['8', '9', '10']);
    expect(slow.lost).toBe(7);
  });

  it('stay with the broker where none may be dropped', async () => {
    const { client, line } = await open({ buffer: { maxEvents: 2, overflow: 'wait' } });
    const slow = await subscribed(client, line, 'a');
    for (let i = 1; i <= 4; i++) line.send(publish('a', String(i), 1, i));
    expect(await line.expect('puback')).toMatchObject({ messageId: 1 });
    expect(await line.expect('puback')).toMatchObject({ messageId: 2 });
    expect(texts(await take(slow, 4))).toEqual(['1', '2', '3', '4']);
    expect(slow.lost).toBe(0);
    expect(await line.expect('puback')).toMatchObject({ messageId: 3 });
  });

  it('end with the session', async () => {
    const { client, line, connect: again, broker } = await open();
    const subscription = await subscribed(client, line, 'a');
    const reading = take(subscription, 1);
    const ending = client.end();
    expect(await line.expect('disconnect')).toMatchObject({ properties: { sessionExpiryInterval: 0 } });
    await ending;
    expect(await reading).toEqual([]);
    const reopening = again();
    const next = await broker.line();
    await next.accept();
    const fresh = await reopening;
    // The filters are gone with the session.
    await fresh.publish('b', 'first of the new session');
    expect(await next.expect('publish')).toMatchObject({ topic: 'b' });
  });

  it('are unsubscribed from when their last reader goes', async () => {
    const { client, line } = await open();
    const one = await subscribed(client, line, 'a', 'one');
    const two = await client.subscribe('a', { reader: 'two' });
    await one.unsubscribe();
    const leaving = two.unsubscribe();
    const { messageId, unsubscriptions } = await line.expect('unsubscribe');
    expect(unsubscriptions).toEqual(['a']);
    line.send({ cmd: 'unsuback', messageId, granted: [0] });
    await leaving;
  });

  it('refuse a filter that the broker refuses, and keep nothing of it', async () => {
    const { client, line, broker, connect: again } = await open();
    const subscribing = client.subscribe('secret/#', { qos: 1 });
    const { messageId } = await line.expect('subscribe');
    line.send({ cmd: 'suback', messageId, granted: [0x87], reasonCode: 0 });
    await expect(subscribing).rejects.toMatchObject({ code: 'server', server: { code: '0x87' } });
    line.server.reset();
    const reopening = again();
    const next = await broker.line();
    await next.accept({}, true);
    await (await reopening).publish('a', 'first');
    expect(await next.expect('publish')).toMatchObject({ topic: 'a' });
  });
});

describe('an eviction', () => {
  it('loses no message that was acknowledged, and gives none twice', async () => {
    const { client, line, broker, evict } = await open();
    const subscription = await subscribed(client, line, 'a');
    line.send(publish('a', 'one', 1, 1), publish('a', 'two', 2, 2), publish('a', 'three', 2, 3));
    expect(await acknowledged(line, 3)).toEqual(['puback 1', 'pubrec 2', 'pubrec 3']);
    await evict();
    const reading = take(subscription, 4);
    const next = await broker.line();
    await next.accept({}, true);
    expect(await next.expect('subscribe')).toMatchObject({
      subscriptions: [{ topic: 'a', qos: 2, rh: 1 }],
    });
    // As a broker does that has not seen the PUBRECs.
    next.send(publish('a', 'two', 2, 2, true), publish('a', 'three', 2, 3, true));
    next.send({ cmd: 'suback', messageId: 1, granted: [2], reasonCode: 0 });
    expect(await next.expect('pubrec')).toMatchObject({ messageId: 2 });
    expect(await next.expect('pubrec')).toMatchObject({ messageId: 3 });
    next.send({ cmd: 'pubrel', messageId: 2, reasonCode: 0 });
    expect(await next.expect('pubcomp')).toMatchObject({ messageId: 2 });
    next.send(publish('a', 'four', 2, 4));
    expect(texts(await reading)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('sends again what was published and not acknowledged, also when its caller has gone', async () => {
    const { client, line, broker, connect: again, evict } = await open();
    const publishing = client.publish('a', 'must arrive', { qos: 2, timeoutMs: 100 });
    const { messageId } = await line.expect('publish');
    await expect(publishing).rejects.toMatchObject({ code: 'timeout', safeToRetry: false });
    await evict();
    const reconnecting = again();
    const next = await broker.line();
    await next.accept({}, true);
    expect(await next.expect('publish')).toMatchObject({ messageId, dup: true, topic: 'a' });
    await reconnecting;
  });
});

describe('a lost connection', () => {
  it('is opened again, and readers go on', async () => {
    const { client, line, broker } = await open();
    const subscription = await subscribed(client, line, 'a');
    const reading = take(subscription, 1);
    line.server.reset();
    const next = await broker.line();
    await next.accept({}, false);
    await grant(next);
    next.send(publish('a', 'after', 1, 1));
    expect(texts(await reading)).toEqual(['after']);
  });

  it('is told to readers where another client has the session now', async () => {
    const { client, line } = await open();
    const subscription = await subscribed(client, line, 'a');
    const reading = take(subscription, 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    line.send({ cmd: 'disconnect', reasonCode: 0x8e });
    await expect(reading).rejects.toMatchObject({ code: 'connection_lost', server: { code: '0x8e' } });
  });
});
