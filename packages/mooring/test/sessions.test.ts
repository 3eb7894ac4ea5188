// Sessions: events that wait for their readers, connections that are opened when they are needed, and evictions.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { session, take } from './sessions-support.ts';
import { pause } from './support.ts';

describe('reading', () => {
  it('gives a reader what came since it was opened, once', async () => {
    const { server, reader, open } = await session();
    expect(await open()).toBe('hello 1');
    for (const event of ['a', 'b', 'c']) await server.say(event);
    const first = reader();
    expect(await take(first, 2)).toEqual(['a', 'b']);
    await first.close();
    await server.say('d');
    expect(await take(reader(), 2)).toEqual(['c', 'd']);
    expect(server.opened).toHaveLength(1);
  });

  it('gives what was not worked on again', async () => {
    const { server, reader, open } = await session();
    await open();
    await server.say('a');
    await server.say('b');
    const first = reader();
    expect((await first.next())?.event).toBe('a');
    expect((await first.next())?.event).toBe('b');
    await first.close();
    expect(await take(reader(), 1)).toEqual(['b']);
  });

  it('waits for an event, and ends in the middle of a wait', async () => {
    const { server, reader, open } = await session();
    await open();
    const waiting = reader();
    const next = waiting.next();
    await pause(10);
    await server.say('late');
    expect((await next)?.event).toBe('late');
    const last = waiting.next();
    await pause(10);
    await waiting.close();
    expect(await last).toBeUndefined();
  });

  it('keeps a cursor for each reader, and gives each the tags that it wants', async () => {
    const { server, reader, open } = await session();
    await open('one', ['x', 'y']);
    await open('two', ['y']);
    await server.say(1, ['x']);
    await server.say(2, ['y']);
    await open('late');
    await server.say(3, ['y']);
    expect(await take(reader('one'), 3)).toEqual([1, 2, 3]);
    expect(await take(reader('two'), 2)).toEqual([2, 3]);
    expect(await take(reader('late'), 1)).toEqual([3]);
  });

  it('ends an older loop of the same reader', async () => {
    const { server, reader, open } = await session();
    await open();
    const older = reader().next();
    await pause(10);
    const newer = reader().next();
    await expect(older).rejects.toMatchObject({ code: 'aborted' });
    await server.say('for the newer');
    expect((await newer)?.event).toBe('for the newer');
  });

  it('releases the tags that no reader has any more', async () => {
    const { client, server, open } = await session();
    await open('one', ['x', 'y']);
    await open('two', ['y']);
    await client.ask({ op: 'leave', reader: { key: 'one' } });
    expect(server.released).toEqual(['x']);
  });
});

describe('limits', () => {
  it('drops the oldest, and says how many a reader has lost', async () => {
    const { server, reader, open, storage } = await session({ maxEvents: 5 });
    await open();
    for (let i = 0; i < 12; i++) void server.say(i);
    const slow = reader();
    expect(await take(slow, 5)).toEqual([7, 8, 9, 10, 11]);
    expect(slow.lost).toBe(7);
    await slow.close();
    expect([...storage.records.keys()].filter((key) => key.startsWith('session:e:'))).toEqual([]);
  });

  it('drops by bytes, and hands out large batches in pieces', async () => {
    const { server, reader, open } = await session({ maxBytes: 4_000_000 });
    await open();
    const deliver = (event: number) => server.opened[0]?.deliver(event, { byteLength: 700_000 });
    for (let i = 0; i < 7; i++) void deliver(i);
    const slow = reader();
    expect(await take(slow, 5)).toEqual([2, 3, 4, 5, 6]);
    expect(slow.lost).toBe(2);
  });

  it('makes the session wait where nothing may be dropped', async () => {
    const { server, reader, open } = await session({ maxEvents: 2, overflow: 'wait' });
    await open();
    const { room } = server.opened[0] ?? {};
    expect(room?.()).toBeUndefined();
    await server.say(1);
    await server.say(2);
    const waiting = room?.();
    let hasRoom = false;
    void waiting?.then(() => {
      hasRoom = true;
    });
    await pause(10);
    expect(hasRoom).toBe(false);
    const slow = reader();
    await take(slow, 2);
    await slow.close();
    await waiting;
    expect(hasRoom).toBe(true);
  });

  it('refuses limits that are none', async () => {
    for (const wrong of [{ maxEvents: 0 }, { maxBytes: 1e9 }, { keepSeconds: 1e9 }, { keepSeconds: -1 }]) {
      await expect(session(wrong)).rejects.toMatchObject({ code: 'usage' });
    }
  });
});

describe('evictions', () => {
  it('keeps stored events, cursors and readers', async () => {
    const { server, reader, open, evict } = await session();
    await open();
    for (const event of ['a', 'b', 'c']) await server.say(event);
    await server.say('in memory', undefined, false);
    const first = reader();
    expect(await take(first, 1)).toEqual(['a']);
    await first.close();
    evict();
    const later = reader();
    expect(await take(later, 2)).toEqual(['b', 'c']);
    await server.say('d');
    expect(await take(later, 1)).toEqual(['d']);
    expect(later.lost).toBe(0);
    expect(server.opened).toHaveLength(2);
  });

  it('comes back by the alarm where it is kept for long', async () => {
    const { server, storage, object, open, evict, reader } = await session({ keepSeconds: 3_600 });
    await open();
    expect(storage.alarmAt).toBeGreaterThan(Date.now());
    evict();
    await object.dock.alarm();
    await expect.poll(() => server.opened.length).toBe(2);
    await server.say('while nobody looked');
    expect(await take(reader(), 1)).toEqual(['while nobody looked']);
  });

  it('sets no alarm for a short time', async () => {
    const { storage, open } = await session();
    await open();
    expect(storage.alarmAt).toBeUndefined();
  });
});

describe('the connection', () => {
  it('is opened again when it ends, and readers see nothing of it', async () => {
    const { server, reader, open } = await session();
    await open();
    const next = reader().next();
    server.opened[0]?.ended(new FairleadError('connection_lost', 'gone'));
    await expect.poll(() => server.opened.length).toBe(2);
    await server.say('after');
    expect((await next)?.event).toBe('after');
  });

  it('is closed when nobody has asked for it for a while, and opened for the next call', async () => {
    const { client, server, open } = await session({ keepSeconds: 0.001 });
    await client.ask({ op: 'open' }, { timeoutMs: 50 });
    await expect.poll(() => server.closed, { timeout: 5_000 }).toEqual([false]);
    await open();
    expect(server.opened).toHaveLength(2);
  });

  it('makes one attempt at a time, and tells callers of its failure', async () => {
    const { client, server } = await session();
    server.failure = new FairleadError('connect_failed', 'down');
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => client.ask({ op: 'open' })));
    expect(asked.every(({ status }) => status === 'rejected')).toBe(true);
    server.failure = undefined;
    expect(await client.ask({ op: 'open' })).toBe('hello 1');
  });

  it('tells a reader of a failure that lasts, and tries again when it is asked', async () => {
    const { server, reader, open } = await session();
    await open();
    server.failure = new FairleadError('auth', 'no');
    const next = reader().next();
    server.opened[0]?.ended(new FairleadError('auth', 'taken over'));
    await expect(next).rejects.toMatchObject({ code: 'auth' });
    server.failure = undefined;
    const again = reader().next();
    await expect.poll(() => server.opened.length).toBe(2);
    await server.say('back');
    expect((await again)?.event).toBe('back');
  });

  it('runs calls, and gives their failures as they are', async () => {
    const { client, server } = await session();
    expect(await client.ask({ op: 'call', name: 'act', args: [] })).toBe('act done');
    server.failure = new FairleadError('server', 'refused', { server: { code: '7', message: 'no' } });
    await expect(client.ask({ op: 'call', name: 'act', args: [] })).rejects.toMatchObject({
      code: 'server',
      server: { code: '7' },
    });
  });

  it('ends the session: its readers end, and nothing is left', async () => {
    const { client, server, reader, open, storage } = await session({ keepSeconds: 3_600 });
    await open();
    await server.say('a');
    const loop = reader();
    await take(loop, 1);
    const next = loop.next();
    await pause(10);
    await client.ask({ op: 'end' });
    expect(await next).toBeUndefined();
    expect(server.closed).toEqual([true]);
    expect([storage.records.size, storage.alarmAt]).toEqual([0, undefined]);
    // A reader that is left over does not bring it back.
    expect(await reader().next()).toBeUndefined();
    expect(server.opened).toHaveLength(1);
  });
});
