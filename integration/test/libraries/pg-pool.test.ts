// The same scenarios with `Pool` of `pg` and of @fairlead/postgres/pg, against PostgreSQL 17: events, counts and outcomes.
import {
  Client as OurClient,
  Pool as OurPool,
  type PoolClient,
  type PoolConfig,
} from '@fairlead/postgres/pg';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { login } from '../pg-login.ts';

const KINDS: readonly (readonly [string, (options?: PoolConfig) => OurPool])[] = [
  ['pg', (options) => new pg.Pool({ ...login, ...(options as pg.PoolConfig) }) as unknown as OurPool],
  ['the facade', (options) => new OurPool({ ...login, ...options })],
];

/** Writes down the events of a pool. */
function logged(pool: OurPool): string[] {
  const events: string[] = [];
  for (const event of ['connect', 'acquire', 'release', 'remove', 'error']) {
    pool.on(event, () => events.push(event));
  }
  return events;
}

/** Ends the session of an idle client from outside. */
async function terminate(pid: number): Promise<void> {
  const client = await new OurClient(login).connect();
  await client.query('select pg_terminate_backend($1, 5000)', [pid]);
  await client.end();
}

const pidOf = async (client: PoolClient | OurPool): Promise<number> =>
  Number((await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid);

describe.each(KINDS)('%s', (_name, make) => {
  it('lends, keeps and closes clients', async () => {
    const pool = make({ max: 2 });
    const events = logged(pool);
    const [first, second] = await Promise.all([pool.connect(), pool.connect()]);
    const third = pool.connect();
    expect([pool.totalCount, pool.idleCount, pool.waitingCount]).toEqual([2, 0, 1]);
    first.release();
    expect(await third).toBe(first);
    first.release(new Error('of no use'));
    second.release();
    await pool.query('select 1');
    await pool.end();
    expect(events.filter((event) => event !== 'remove')).toEqual(
      'connect acquire connect acquire release acquire release release acquire release'.split(' '),
    );
    expect([pool.totalCount, pool.idleCount, pool.waitingCount]).toEqual([0, 0, 0]);
  });

  it('reports an idle client that has lost its connection, and replaces it', async () => {
    const pool = make();
    const events = logged(pool);
    const lost = new Promise<Error>((resolve) => pool.on('error', resolve as (error: never) => void));
    await terminate(await pidOf(pool));
    expect(await lost).toMatchObject({ code: '57P01', severity: 'FATAL' });
    expect(pool.totalCount).toBe(0);
    expect((await pool.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
    expect(events).toContain('error');
    await pool.end();
  });

  it('tells the user of a client that its connection was lost', async () => {
    const pool = make();
    const client = await pool.connect();
    // pg emits a second one, which would end the process.
    client.on('error', () => undefined);
    const lost = new Promise<Error>((resolve) => client.once('error', resolve as (error: never) => void));
    await terminate(await pidOf(client));
    expect(await lost).toMatchObject({ code: '57P01' });
    await expect(client.query('select 1')).rejects.toThrow();
    client.release();
    expect(pool.totalCount).toBe(0);
    await pool.end();
  });

  it('rejects where nothing listens, and with a wrong password', async () => {
    const closed = make({ port: 1 });
    await expect(closed.query('select 1')).rejects.toThrow();
    const stranger = make({ password: 'wrong' });
    await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' });
    expect(stranger.totalCount).toBe(0);
    await Promise.all([closed.end(), stranger.end()]);
  });

  it('gives a client with its release to a callback', async () => {
    const pool = make();
    const answer = await new Promise((resolve) => {
      pool.connect((_error, client, release) => {
        client?.query('select 1 as a', (error, result) => {
          release();
          resolve(error ?? result.rows);
        });
      });
    });
    expect([answer, pool.idleCount]).toEqual([[{ a: 1 }], 1]);
    await pool.end();
  });
});

it('closes the client of a query that leaves a transaction open', async () => {
  const pool = new OurPool(login);
  await pool.query('select 1');
  expect(pool.totalCount).toBe(1);
  await expect(pool.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
  expect(pool.totalCount).toBe(1);
  await expect(pool.query('begin; select 1 / 0')).rejects.toMatchObject({ code: '22012' });
  expect(pool.totalCount).toBe(0);
  await pool.query('begin');
  expect(pool.totalCount).toBe(0);
  await pool.end();
});
