// Several consumers of one subscription: each has its own queue, and a message is acknowledged when all have done so.
import { describe, expect, it } from 'vitest';
import type { Client, Message, Subscription } from '../src/index.ts';
import { closeBoth, type Line, open, outcome, subscribed } from './broker.ts';

async function begin(): Promise<{ client: Client; line: Line; subscription: Subscription }> {
  const { client, line } = await open();
  const subscription = await subscribed(line, client.subscribe('a', { qos: 1 }), [1]);
  return { client, line, subscription };
}

function deliver(line: Line, ...ids: number[]): void {
  for (const messageId of ids) {
    line.send({
      cmd: 'publish',
      topic: 'a',
      payload: `${messageId}`,
      qos: 1,
      messageId,
      dup: false,
      retain: false,
    });
  }
}

/** The next packet, which must be of a message published now: nothing was sent before it. */
async function expectNothing(client: Client, line: Line): Promise<void> {
  await client.publish('marker', '');
  expect((await line.expect('publish')).topic).toBe('marker');
}

const textOf = async (iterator: AsyncIterator<Message>): Promise<string | undefined> =>
  (await iterator.next()).value?.text();

describe('consumers', () => {
  it('each get every message, and the last one to acknowledge it counts', async () => {
    const { client, line, subscription } = await begin();
    const fast = subscription.consumer()[Symbol.asyncIterator]();
    const slow = subscription.consumer()[Symbol.asyncIterator]();
    deliver(line, 1, 2);
    expect([await textOf(fast), await textOf(fast)]).toEqual(['1', '2']);
    await expectNothing(client, line);
    expect([await textOf(slow), await textOf(slow)]).toEqual(['1', '2']);
    expect(await line.expect('puback')).toMatchObject({ messageId: 1 });
    await closeBoth(client, line);
    expect(await fast.next()).toEqual({ done: true, value: undefined });
    expect(await slow.next()).toEqual({ done: true, value: undefined });
  });

  it('acknowledge each in its own way; the highest reason code counts', async () => {
    const { client, line, subscription } = await begin();
    const automatic = subscription.consumer()[Symbol.asyncIterator]();
    const manual = subscription.consumer({ acknowledge: 'manual' })[Symbol.asyncIterator]();
    deliver(line, 1, 2);
    await automatic.next();
    await automatic.next();
    const { value } = await manual.next();
    await manual.next();
    await expectNothing(client, line);
    value?.acknowledge(0x97);
    expect(await line.expect('puback')).toMatchObject({ messageId: 1, reasonCode: 0x97 });
    await closeBoth(client, line);
  });

  it('the first one has what came before it; a later one begins with what comes then', async () => {
    const { client, line, subscription } = await begin();
    deliver(line, 1);
    await client.publish('marker', '');
    await line.expect('publish');
    const first = subscription.consumer()[Symbol.asyncIterator]();
    const second = subscription.consumer()[Symbol.asyncIterator]();
    deliver(line, 2);
    expect(await textOf(second)).toBe('2');
    expect([await textOf(first), await textOf(first)]).toEqual(['1', '2']);
    await closeBoth(client, line);
  });

  it('a loop over the subscription is one of them', async () => {
    const { client, line, subscription } = await begin();
    const loop = subscription[Symbol.asyncIterator]();
    const other = subscription.consumer()[Symbol.asyncIterator]();
    deliver(line, 1);
    expect([await textOf(loop), await textOf(other)]).toEqual(['1', '1']);
    await closeBoth(client, line);
  });

  it('one that leaves leaves its messages to the others; the last one unsubscribes', async () => {
    const { client, line, subscription } = await begin();
    const leaving = subscription.consumer();
    const staying = subscription.consumer();
    deliver(line, 1, 2, 3);
    const loop = staying[Symbol.asyncIterator]();
    expect([await textOf(loop), await textOf(loop), await textOf(loop)]).toEqual(['1', '2', '3']);
    await expectNothing(client, line);
    for await (const message of leaving) {
      expect(message.text()).toBe('1');
      break;
    }
    expect(await line.expect('puback')).toMatchObject({ messageId: 1 });
    expect(await line.expect('puback')).toMatchObject({ messageId: 2 });
    await leaving.close();
    deliver(line, 4);
    expect(await textOf(loop)).toBe('4');
    expect(await line.expect('puback')).toMatchObject({ messageId: 3 });
    const left = staying.close();
    const { messageId } = await line.expect('unsubscribe');
    line.send({ cmd: 'unsuback', messageId, granted: [0], reasonCode: 0 });
    await left;
    expect(await loop.next()).toEqual({ done: true, value: undefined });
    await closeBoth(client, line);
  });

  it('the fullest queue stops reading for all of them', async () => {
    const { client, line, subscription } = await begin();
    const fast = subscription.consumer()[Symbol.asyncIterator]();
    const slow = subscription.consumer({ maxBufferedBytes: 300 })[Symbol.asyncIterator]();
    deliver(line, 1, 2);
    expect([await textOf(fast), await textOf(fast)]).toEqual(['1', '2']);
    const third = textOf(fast);
    deliver(line, 3);
    const pending = Symbol('pending');
    const wait = new Promise((resolve) => setTimeout(resolve, 30, pending));
    expect(await Promise.race([third, wait])).toBe(pending);
    await slow.next();
    await slow.next();
    expect(await third).toBe('3');
    await closeBoth(client, line);
  });

  it('each get an error of their own where the client ends', async () => {
    const { line, subscription } = await begin();
    const consumers = [subscription.consumer(), subscription.consumer()];
    const ends = consumers.map((consumer) => outcome(consumer[Symbol.asyncIterator]().next()));
    line.server.reset();
    const errors = await Promise.all(ends);
    expect(errors).toMatchObject([{ code: 'connection_lost' }, { code: 'connection_lost' }]);
    expect(errors[0]).not.toBe(errors[1]);
    expect(await subscription.consumer()[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });

  it.each([{ acknowledge: 'never' }, { maxBufferedBytes: 0 }, null, 5])('refuse %s', async (options) => {
    const { client, line, subscription } = await begin();
    expect(() => subscription.consumer(options as never)).toThrowError(
      expect.objectContaining({ code: 'usage' }),
    );
    await closeBoth(client, line);
  });
});
