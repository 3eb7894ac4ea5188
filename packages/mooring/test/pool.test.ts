// Borrowing, giving back and ending: order, caps, waits, faults.
import { describe, expect, it } from 'vitest';
import { ask, pause, pooled } from './support.ts';

describe('borrowing', () => {
  it('opens no more than max, and serves who waits in order', async () => {
    const { server, pool } = pooled({ max: 3 });
    const order: number[] = [];
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const connection = await pool.borrow(5_000);
        order.push(i);
        const answer = await ask(connection, `q${i}`);
        pool.giveBack(connection, 'clean');
        return answer;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 50 }, (_, i) => `q${i}!\n`));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(server.most).toBe(3);
    expect(pool.stats).toMatchObject({ idle: 3, inUse: 0, waiting: 0, opened: 3, borrowed: 50 });
  });

  it('says overloaded when none is free in time, and when too many wait', async () => {
    const { pool } = pooled({ max: 1, waitMs: 50, maxWaiting: 1 });
    const held = await pool.borrow(1_000);
    const late = pool.borrow(1_000);
    const tooMany = { code: 'overloaded', safeToRetry: true, blame: 'local' };
    await expect(pool.borrow(1_000)).rejects.toMatchObject(tooMany);
    await expect(late).rejects.toMatchObject(tooMany);
    pool.giveBack(held, 'clean');
    expect(pool.stats).toMatchObject({ idle: 1, overloaded: 2 });
    expect(await ask(await pool.borrow(1_000), 'after')).toBe('after!\n');
  });

  it('opens what it may even where nobody may wait', async () => {
    const { pool } = pooled({ max: 2, maxWaiting: 0 });
    await Promise.all([pool.borrow(1_000), pool.borrow(1_000)]);
    await expect(pool.borrow(1_000)).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('tells what the server said by one login for all who come together', async () => {
    const { server, pool } = pooled({ max: 3 });
    const greetings = await Promise.all(Array.from({ length: 20 }, () => pool.greet()));
    expect(greetings.map(({ greeting }) => greeting)).toEqual(Array.from({ length: 20 }, () => 'hello'));
    expect(server.opened).toHaveLength(1);
    server.refuse = 'down';
    expect(await pool.greet()).toMatchObject({ greeting: 'hello' });
  });

  it('says to all who wait for the first login why there is none, and tries again', async () => {
    const { server, pool } = pooled({ max: 3 }, {}, true);
    server.refuse = 'down';
    const down = { code: 'connect_failed', safeToRetry: true };
    for (const greeting of [pool.greet(), pool.greet()]) await expect(greeting).rejects.toMatchObject(down);
    server.refuse = 'no';
    expect(await pool.greet()).toMatchObject({ greeting: 'hello' });
  });

  it('says where no connection could be opened in time', async () => {
    const { server, pool } = pooled({ max: 2, waitMs: 50 });
    server.refuse = 'silent';
    const message = 'The pool could not open a connection in 50 ms.';
    await expect(pool.borrow(1_000)).rejects.toMatchObject({
      code: 'overloaded',
      message,
      safeToRetry: true,
    });
    expect(pool.stats.overloaded).toBe(1);
  });

  it('forgets a caller that has gone', async () => {
    const { pool } = pooled({ max: 1 });
    const held = await pool.borrow(1_000);
    const gone = pool.borrow(1_000, 'gone');
    const next = pool.borrow(1_000, 'next');
    pool.leave('gone');
    await expect(gone).rejects.toMatchObject({ code: 'aborted', safeToRetry: true });
    pool.giveBack(held, 'clean');
    expect(await next).toBe(held);
  });

  it('asks for a sign of life after a long pause, and takes another connection where there is none', async () => {
    const { server, pool } = pooled({ max: 2 }, { checkAfterMs: 20 });
    pool.giveBack(await pool.borrow(1_000), 'clean');
    await pause(40);
    const first = await pool.borrow(1_000);
    expect(server.asked).toEqual(['alive']);
    pool.giveBack(first, 'clean');
    await pause(40);
    server.opened[0]?.reset();
    expect(await ask(await pool.borrow(1_000), 'q')).toBe('q!\n');
    expect(server.opened).toHaveLength(2);
  });
});

describe('giving back', () => {
  it('resets what may have left something before the next one has it', async () => {
    const { server, pool } = pooled({ max: 1 });
    pool.giveBack(await pool.borrow(1_000), 'dirty');
    await ask(await pool.borrow(1_000), 'q');
    expect(server.asked).toEqual(['reset', 'q']);
    expect(server.opened).toHaveLength(1);
  });

  it('ends a connection in the middle of an answer, and what the server runs', async () => {
    const { server, pool } = pooled({ max: 1 });
    const connection = await pool.borrow(1_000);
    void connection.write(new TextEncoder().encode('q\n'));
    pool.giveBack(connection, 'clean');
    await expect.poll(() => connection.state).toBe('ended');
    expect(server.cancelled).toBe(1);
    expect(await ask(await pool.borrow(1_000), 'next')).toBe('next!\n');
    expect(server.opened).toHaveLength(2);
  });

  it('asks again for each thing that the server runs', async () => {
    const { server, pool } = pooled({ max: 1 });
    server.answers = false;
    server.onCancel = () => void server.opened[0]?.write(new TextEncoder().encode('stopped\n'));
    const connection = await pool.borrow(1_000);
    void connection.write(new TextEncoder().encode('one\ntwo\nthree\n'));
    pool.giveBack(connection, 'clean');
    await expect.poll(() => connection.state).toBe('ended');
    expect(server.cancelled).toBe(3);
  });

  it('waits a second for that, and lends the connection to nobody meanwhile', async () => {
    const { server, pool } = pooled({ max: 1 });
    server.answers = false;
    server.onCancel = () => new Promise(() => undefined);
    const connection = await pool.borrow(1_000);
    void connection.write(new TextEncoder().encode('q\n'));
    pool.giveBack(connection, 'clean');
    await server.opened[0]?.write(new TextEncoder().encode('late\n'));
    await expect.poll(() => connection.berth.tracker.isIdle).toBe(true);
    pool.giveBack(connection, 'clean');
    const next = await pool.borrow(5_000);
    expect(next).not.toBe(connection);
    expect(connection.state).toBe('ended');
    expect(server.cancelled).toBe(1);
  });

  it('asks a server nothing more whose connection has ended', async () => {
    const { server, pool } = pooled({ max: 1 });
    const connection = await pool.borrow(1_000);
    void connection.write(new TextEncoder().encode('q\n'));
    connection.end();
    pool.giveBack(connection, 'clean');
    await pause(1);
    expect(server.cancelled).toBe(0);
  });

  it('does nothing a second time', async () => {
    const { pool } = pooled({ max: 1 });
    const connection = await pool.borrow(1_000);
    pool.giveBack(connection, 'clean');
    pool.giveBack(connection, 'clean');
    expect(pool.stats).toMatchObject({ idle: 1, inUse: 0 });
  });

  it('closes what is too old, and what nobody has used', async () => {
    const { server, pool } = pooled({ max: 1, maxAgeSeconds: 0.02 });
    const old = await pool.borrow(1_000);
    await pause(40);
    pool.giveBack(old, 'clean');
    expect(old.state).toBe('ended');
    const idle = pooled({ max: 1, idleSeconds: 0.03 });
    idle.pool.giveBack(await idle.pool.borrow(1_000), 'clean');
    await pause(100);
    expect(idle.pool.stats).toMatchObject({ idle: 0, inUse: 0 });
    expect(idle.server.asked).toEqual(['bye']);
    expect([server.open, idle.server.open]).toEqual([0, 0]);
  });
});

describe('faults', () => {
  it('notices the end of an idle connection, and bytes that nobody asked for', async () => {
    const { server, pool } = pooled({ max: 2 });
    const two = await Promise.all([pool.borrow(1_000), pool.borrow(1_000)]);
    for (const each of two) pool.giveBack(each, 'clean');
    await pause(150);
    server.opened[0]?.reset();
    await server.opened[1]?.write(new TextEncoder().encode('surprise!\n'));
    await expect.poll(() => pool.stats).toMatchObject({ idle: 0, inUse: 0 });
  });

  it('makes one attempt at a time while the server is down, and is back soon', async () => {
    const { server, pool } = pooled({ max: 10 });
    server.refuse = 'down';
    const failures = await Promise.allSettled(Array.from({ length: 100 }, () => pool.borrow(1_000)));
    expect(failures.every(({ status }) => status === 'rejected')).toBe(true);
    const { connect_failed: attempts } = pool.stats.failures;
    expect(attempts).toBeLessThanOrEqual(11);
    await expect(pool.borrow(1_000)).rejects.toMatchObject({ code: 'connect_failed', safeToRetry: true });
    server.refuse = 'no';
    expect(await ask(await pool.borrow(2_000), 'q')).toBe('q!\n');
  });

  it('gives up an attempt that takes much longer than the last good one', async () => {
    const { server, pool } = pooled({ max: 1 });
    const connection = await pool.borrow(1_000);
    connection.end();
    server.refuse = 'silent';
    await expect(pool.borrow(5_000)).rejects.toMatchObject({ code: 'connect_timeout', safeToRetry: true });
    server.refuse = 'no';
    expect(await ask(await pool.borrow(2_000), 'q')).toBe('q!\n');
  });

  it('begins another attempt beside one that says nothing, since the server may be back', async () => {
    const { server, pool } = pooled({ max: 3 });
    server.refuse = 'down';
    await expect(pool.borrow(1_000)).rejects.toMatchObject({ code: 'connect_failed' });
    server.refuse = 'silent';
    const waiting = [pool.borrow(5_000), pool.borrow(5_000)];
    await expect.poll(() => pool.stats.opening).toBe(1);
    server.refuse = 'no';
    const first = await Promise.race(waiting);
    expect(await ask(first, 'q')).toBe('q!\n');
    expect(pool.stats).toMatchObject({ open: 1, opening: 1 });
    pool.giveBack(first, 'clean');
    await Promise.all(waiting);
  });

  it('makes do with what there is when the server has no room', async () => {
    const { server, pool } = pooled({ max: 5 });
    const first = await pool.borrow(1_000);
    server.refuse = 'full';
    const second = pool.borrow(1_000);
    const third = pool.borrow(1_000);
    await pause(10);
    expect(pool.stats).toMatchObject({ waiting: 2, failures: { server: 2 } });
    pool.giveBack(first, 'clean');
    pool.giveBack(await second, 'clean');
    expect(await third).toBe(first);
  });
});
