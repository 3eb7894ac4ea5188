// Bounded queues between a producer and async loops.

import { describe, expect, it } from 'vitest';
import { checkInboxOptions, Inbox } from '../src/index.ts';
import { expectUsage } from './support.ts';

async function all<T>(inbox: Inbox<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of inbox) items.push(item);
  return items;
}

describe('an inbox', () => {
  it('hands out items in order, those that wait and those that come', async () => {
    const inbox = new Inbox<number>({});
    inbox.push(1);
    inbox.push(2);
    const items = all(inbox);
    await Promise.resolve();
    inbox.push(3);
    inbox.end();
    expect(await items).toEqual([1, 2, 3]);
    expect(inbox.push(4)).toBe(false);
  });

  it('gives each item to one of several loops', async () => {
    const inbox = new Inbox<number>({});
    const first = inbox.next();
    const second = inbox.next();
    inbox.push(1);
    inbox.push(2);
    expect(await first).toEqual({ done: false, value: 1 });
    expect(await second).toEqual({ done: false, value: 2 });
  });

  it('ends with its error behind the last item, and tells it once', async () => {
    const inbox = new Inbox<number>({});
    inbox.push(1);
    inbox.end(new Error('why'));
    expect(await inbox.next()).toEqual({ done: false, value: 1 });
    await expect(inbox.next()).rejects.toThrow('why');
    expect(await inbox.next()).toEqual({ done: true, value: undefined });
  });

  it('tells one of the waiting loops, and ends the others', async () => {
    const inbox = new Inbox<number>({});
    const [first, second] = [inbox.next(), inbox.next()];
    inbox.end(new Error('why'));
    await expect(first).rejects.toThrow('why');
    expect(await second).toEqual({ done: true, value: undefined });
  });

  it('ends with `limit` behind what was queued, and leaves, where more comes than may wait', async () => {
    const left: string[] = [];
    const inbox = new Inbox<number>({ maxQueued: 2 }, { onLeft: () => void left.push('left') });
    expect([inbox.push(1), inbox.push(2), inbox.push(3), inbox.push(4)]).toEqual([true, true, false, false]);
    expect(left).toEqual(['left']);
    expect(await inbox.next()).toMatchObject({ value: 1 });
    expect(await inbox.next()).toMatchObject({ value: 2 });
    await expect(inbox.next()).rejects.toMatchObject({ code: 'limit' });
  });

  it.each([
    ['drop-oldest', [3, 4]],
    ['drop-newest', [1, 2]],
  ] as const)('%s keeps %j and counts the others', async (overflow, kept) => {
    for (const options of [{ maxQueued: 2 }, { maxQueuedBytes: 20 }]) {
      const inbox = new Inbox<number>({ ...options, overflow });
      for (const item of [1, 2, 3, 4]) expect(inbox.push(item, 10)).toBe(true);
      inbox.end();
      expect(await all(inbox)).toEqual(kept);
      expect(inbox.dropped).toBe(2);
      expect(inbox.bytes).toBe(0);
    }
  });

  it('drops an item that alone is over the cap', async () => {
    const inbox = new Inbox<number>({ maxQueuedBytes: 5, overflow: 'drop-oldest' });
    inbox.push(1, 6);
    inbox.end();
    expect(await all(inbox)).toEqual([]);
    expect(inbox.dropped).toBe(1);
  });

  it('says when it is full, and when there is room again', () => {
    let rooms = 0;
    const inbox = new Inbox<number>({ maxQueued: 2, overflow: 'wait' }, { onRoom: () => void rooms++ });
    inbox.push(1);
    expect(inbox.isFull).toBe(false);
    inbox.push(2);
    expect(inbox.isFull).toBe(true);
    inbox.push(3);
    expect([inbox.take(), inbox.isFull]).toEqual([1, true]);
    expect([inbox.take(), inbox.isFull, rooms]).toEqual([2, false, 2]);
  });

  it('tells its owner what a loop gets, at that moment', async () => {
    const taken: number[] = [];
    const inbox = new Inbox<number>({}, { onTaken: (item) => void taken.push(item) });
    inbox.push(1);
    expect(taken).toEqual([]);
    void inbox.next();
    void inbox.next();
    expect(taken).toEqual([1]);
    inbox.push(2);
    expect(taken).toEqual([1, 2]);
  });

  it('is closed by leaving the loop, once, and waits for the owner, whose failure it keeps to itself', async () => {
    let leaves = 0;
    const onLeft = async () => {
      leaves++;
      throw new Error('cannot unsubscribe');
    };
    await using inbox = new Inbox<number>({}, { onLeft });
    inbox.push(1);
    for await (const _item of inbox) break;
    await inbox.close();
    expect(leaves).toBe(1);
  });

  it('lets go of all that waits', () => {
    const inbox = new Inbox<number>({});
    inbox.push(1, 10);
    inbox.clear();
    expect([inbox.take(), inbox.bytes]).toEqual([undefined, 0]);
  });

  it('hands out 200,000 queued items in a moment: no step moves those behind it', async () => {
    const inbox = new Inbox<number>({ maxQueued: 200_000 });
    for (let n = 0; n < 200_000; n++) inbox.push(n);
    let sum = 0;
    for (let item = inbox.take(); item !== undefined; item = inbox.take()) sum += item;
    expect(sum).toBe(19_999_900_000);
  });
});

describe('the options of a listener', () => {
  it.each([null, 1, { maxQueued: 0 }, { maxQueuedBytes: 1.5 }, { overflow: 'wait' }, { overflow: 'x' }])(
    'refuse %j',
    (options) => {
      expectUsage(() => checkInboxOptions(options as never));
    },
  );

  it('are as the listener allows', () => {
    checkInboxOptions({});
    checkInboxOptions({ overflow: 'wait' }, ['error', 'wait']);
  });
});
