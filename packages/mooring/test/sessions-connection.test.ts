// A session's connection, which is opened when it is needed, and evictions of its object.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { digest } from '../src/index.ts';
import { session, take } from './sessions-support.ts';
import { pause } from './support.ts';

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

  it('stores its password for as long as it is kept', async () => {
    const { client, storage, object, evict } = await session({ keepSeconds: 61 });
    await client.ask({ op: 'open' }, { timeoutMs: Number.POSITIVE_INFINITY });
    const kept = storage.records.get('session:t') as { neededUntil: number };
    expect(kept.neededUntil).toBeLessThanOrEqual(Date.now() + 61_000);
    evict();
    storage.records.set('session:t', { ...kept, neededUntil: Date.now() - 1 });
    await object.dock.alarm();
    expect(storage.records.has('session:t')).toBe(false);
  });

  it('forgets all of it 30 days behind the last call', async () => {
    const { server, storage, object, open, evict } = await session();
    await open();
    await server.say('private');
    expect(storage.alarmAt).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    evict();
    storage.alarmAt = undefined;
    await object.dock.alarm();
    expect(storage.alarmAt).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    expect(storage.records.size).toBeGreaterThan(3);
    storage.records.set('session:f', Date.now() - 1);
    await object.dock.alarm();
    expect([storage.records.size, storage.alarmAt]).toEqual([0, undefined]);
    expect(server.opened).toHaveLength(1);
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

  it('forgets a session that ends while its server is away', async () => {
    const { client, server, reader, open, storage } = await session({ keepSeconds: 3_600 });
    await open();
    await server.say('private');
    const failure = new FairleadError('auth', 'account closed');
    server.failure = failure;
    server.opened[0]?.ended(failure);
    await expect(client.ask({ op: 'end' })).rejects.toMatchObject({ code: 'auth' });
    expect([storage.records.size, storage.alarmAt]).toEqual([0, undefined]);
    expect(await reader().next()).toBeUndefined();
  });

  it('forgets a reader that leaves while its server is away', async () => {
    const { client, server, open, storage } = await session();
    await open('one', ['x']);
    const failure = new FairleadError('auth', 'account closed');
    server.failure = failure;
    server.opened[0]?.ended(failure);
    await client.ask({ op: 'leave', reader: { key: 'one' } });
    expect(storage.records.has('session:r:one')).toBe(false);
    server.failure = undefined;
    await client.ask({ op: 'open' });
    expect(server.opened[1]?.wants('x')).toBe(false);
  });

  it('is the same one for equal options in another order', async () => {
    expect(await digest('a', [{ b: 1, c: { d: 2, e: 3 } }])).toBe(
      await digest('a', [{ c: { e: 3, d: 2 }, b: 1 }]),
    );
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
