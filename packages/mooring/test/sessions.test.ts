// Events of a session that wait for their readers.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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

  it('does not skip events of a session that began behind its own, in the same millisecond', async () => {
    const now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(now);
    onTestFinished(() => clock.mockRestore());
    const { client, server, reader, open } = await session();
    await open();
    for (let i = 0; i < 10; i++) await server.say(i);
    const old = reader();
    await take(old, 10);
    await client.ask({ op: 'end' });
    await open();
    for (const event of ['a', 'b', 'c']) await server.say(event);
    expect(await take(old, 3)).toEqual(['a', 'b', 'c']);
  });

  it('stores nothing that no reader wants, and lets no reader hold up what it does not want', async () => {
    const { server, reader, open, storage } = await session({ maxEvents: 2, overflow: 'wait' });
    await open('other', ['y']);
    await server.say('nobody', ['z']);
    expect([...storage.records.keys()].filter((key) => key.startsWith('session:e:'))).toEqual([]);
    await open('one', ['x']);
    const { wants } = server.opened[0] ?? {};
    expect([wants?.('x'), wants?.('z')]).toEqual([true, false]);
    await server.say(1, ['x']);
    await server.say(2, ['x']);
    const one = reader('one', ['x']);
    expect(await take(one, 2)).toEqual([1, 2]);
    await one.close();
    expect(server.opened[0]?.room()).toBeUndefined();
  });

  it('forgets a reader whose first call fails', async () => {
    const { client, server, open, storage } = await session();
    await open('known', ['x']);
    server.failure = new FairleadError('server', 'refused');
    const call = (key: string, tags: readonly string[]) =>
      client.ask({ op: 'call', name: 'subscribe', args: [], reader: { key, tags } });
    await expect(call('new', ['y'])).rejects.toMatchObject({ code: 'server' });
    await expect(call('known', ['x'])).rejects.toMatchObject({ code: 'server' });
    expect([...storage.records.keys()].filter((key) => key.startsWith('session:r:'))).toEqual([
      'session:r:known',
    ]);
    expect(server.released).toEqual(['y']);
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

  it('tells a loss once, and does not write it with each event', async () => {
    const { server, reader, open, evict, storage } = await session({ maxEvents: 3 });
    await open();
    await open('other');
    for (let i = 0; i < 3; i++) await server.say(i);
    const { written } = storage;
    for (let i = 3; i < 103; i++) await server.say(i);
    expect(storage.written - written).toBeLessThan(110);
    const slow = reader();
    await take(slow, 3);
    expect(slow.lost).toBe(100);
    evict();
    const again = reader();
    const next = again.next();
    await expect.poll(() => server.opened.length).toBe(2);
    await server.say('y');
    await next;
    expect(again.lost).toBe(0);
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

  it('forgets a reader that has not read for a day where it holds up the others', async () => {
    const { server, reader, open, evict, storage } = await session({ maxEvents: 2, overflow: 'wait' });
    await open('gone');
    await open('busy');
    const gone = storage.records.get('session:r:gone') as { seenAt: number };
    storage.records.set('session:r:gone', { ...gone, seenAt: Date.now() - 90_000_000 });
    evict();
    await open('busy');
    await server.say(1);
    await server.say(2);
    const waiting = server.opened[1]?.room();
    const busy = reader('busy');
    await take(busy, 2);
    await busy.close();
    await waiting;
    expect(storage.records.has('session:r:gone')).toBe(false);
  });

  it('refuses limits that are none', async () => {
    for (const wrong of [{ maxEvents: 0 }, { maxBytes: 1e9 }, { keepSeconds: 1e9 }, { keepSeconds: -1 }]) {
      await expect(session(wrong)).rejects.toMatchObject({ code: 'usage' });
    }
  });
});
