// The life of a connection: keep-alive, closing, and what a broker breaks.
import { describe, expect, it } from 'vitest';
import { open, outcome, subscribed } from './broker.ts';

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

describe('what the broker breaks', () => {
  it.each([
    [Uint8Array.of(0x36, 5, 0, 1, 0x74, 0, 1), 'protocol', 0x81],
    [Uint8Array.of(0x30, 6, 0, 0, 3, 0x23, 0, 2), 'protocol', 0x94],
    [Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f), 'limit', 0x95],
    [Uint8Array.of(0x90, 4, 0, 9, 0, 0), 'protocol', 0x82],
    [Uint8Array.of(0x20, 3, 0, 0, 0), 'protocol', 0x82],
  ])('%s ends with %s, and DISCONNECT 0x%i', async (bytes, code, reasonCode) => {
    const { client, line } = await open();
    const published = outcome(client.publish('t', '', { qos: 1 }));
    await line.expect('publish');
    line.send(bytes);
    expect(await line.expect('disconnect')).toMatchObject({ reasonCode });
    expect(await published).toMatchObject({ code });
    expect(await client.closed).toMatchObject({ code });
  });

  it('counts unacknowledged messages', async () => {
    const { client, line } = await open({ receiveMaximum: 2 });
    const subscribing = client.subscribe('t', { qos: 1, acknowledge: 'manual' });
    const { messageId } = await line.expect('subscribe');
    line.send({ cmd: 'suback', messageId, granted: [1] });
    await subscribing;
    for (const id of [1, 2, 3]) line.send({ cmd: 'publish', topic: 't', payload: '', qos: 1, messageId: id });
    expect(await line.expect('disconnect')).toMatchObject({ reasonCode: 0x93 });
    expect(await client.closed).toMatchObject({ code: 'protocol' });
  });

  it('tells PUBACK for QoS 2 from what is right', async () => {
    const { client, line } = await open();
    const published = outcome(client.publish('t', '', { qos: 2 }));
    const { messageId } = await line.expect('publish');
    line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    expect(await published).toMatchObject({ code: 'protocol' });
    expect(await line.expect('disconnect')).toMatchObject({ reasonCode: 0x82 });
  });
});
