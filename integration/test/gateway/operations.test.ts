// What operators and callers see of pools, behind the built Worker: shards, times, figures, drains, changed settings.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Gateway, type Json, startGateway } from './support.ts';

const { postgres, redis } = inject('servers');
const pg = (name: string) =>
  `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead?sslmode=require&application_name=${name}`;
const cache = `redis://:default-password@127.0.0.1:${redis.good.plainPort}`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    connections: {
      watcher: { url: pg('watcher'), pool: false },
      usual: { url: pg('usual') },
      sharded: { url: pg('sharded'), pool: { max: 5, shards: 2 } },
      before: { url: pg('changed'), pool: { max: 2, idleSeconds: 1 } },
      after: { url: pg('changed'), pool: { max: 3, idleSeconds: 1 } },
      narrow: { url: pg('narrow'), pool: { max: 1, waitMs: 300 } },
      dead: { url: 'postgres://app:s3cret-pw@localhost:1/app?sslmode=disable' },
    },
    tokens: [
      { name: 'lister', token: 'token-lister', scopes: ['admin:connections:usual', 'admin:metrics:usual'] },
    ],
  });
});
afterAll(() => gateway.close());

const query = (sql: string, connection: string) => gateway.fetch('/pg/query', { json: { sql, connection } });

/** How many connections the server has under this application's name. */
async function seen(name: string): Promise<number> {
  const sql = `select count(*)::int as n from pg_stat_activity where application_name = '${name}'`;
  const { rows } = (await (await query(sql, 'watcher')).json()) as { rows: [{ n: number }] };
  return rows[0].n;
}

interface Shown extends Json {
  readonly pooled: boolean;
  readonly shards: readonly (Json & { readonly open: number; readonly borrowed: number })[];
}

/** What `GET /connections` says of one. */
async function shown(name: string, token = 'token-all'): Promise<Shown> {
  const { body } = await gateway.ask(`/connections?connection=${name}`, { token });
  return (body.connections as [Shown])[0];
}

/** Milliseconds by what they were spent on. */
function timing(response: Response): Readonly<Record<string, number>> {
  const header = response.headers.get('Server-Timing') ?? '';
  return Object.fromEntries(
    header.split(', ').map((part) => [part.split(';')[0], Number(/dur=(\d+)$/.exec(part)?.[1])]),
  );
}

describe('a connection without a word about a pool', () => {
  it('has one, and callers’ own addresses have none', async () => {
    const id = async (headers: Readonly<Record<string, string>>) =>
      (await gateway.ask('/redis', { json: ['CLIENT', 'ID'], headers })).body.result;
    const pooled = { 'Fairlead-Connection': 'default' };
    const own = { 'Fairlead-Url': cache };
    expect(await id(pooled)).toBe(await id(pooled));
    expect(await id(own)).not.toBe(await id(own));
    const sql = 'select pg_backend_pid() as pid';
    const pids = async (name: string) =>
      Promise.all([1, 2].map(async () => JSON.stringify(await (await query(sql, name)).json())));
    const [one, other] = await pids('watcher');
    expect(one).not.toBe(other);
  });
});

describe('Server-Timing', () => {
  it('tells the pool’s queue, the login and the server apart', async () => {
    const cold = timing(await query('select 1', 'usual'));
    expect(cold.connect).toBeGreaterThan(0);
    const warm = timing(await query('select pg_sleep(0.2)', 'usual'));
    expect(warm.connect).toBe(0);
    // The time of the query is no part of it.
    expect(warm.wait).toBeLessThan(100);
    expect(warm.query).toBeGreaterThanOrEqual(200);
    const direct = timing(await query('select pg_sleep(0.2)', 'watcher'));
    expect(Object.keys(direct)).toEqual(['connect', 'query']);
  });

  it('tells a wait, also where it was in vain', async () => {
    await query('select 1', 'narrow');
    const answers = await Promise.all([1, 2, 3].map(() => query('select pg_sleep(0.2)', 'narrow')));
    const byStatus = answers.sort((a, b) => a.status - b.status);
    expect(byStatus.map(({ status }) => status)).toEqual([200, 200, 503]);
    const waits = byStatus.map((answer) => timing(answer).wait ?? 0).sort((a, b) => a - b);
    expect(waits[0]).toBeLessThan(150);
    expect(waits[1]).toBeGreaterThanOrEqual(150);
    expect(waits[2]).toBeGreaterThanOrEqual(290);
  });
});

describe('shards', () => {
  it('share the cap, and the work', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => (await query(`select ${i} as n`, 'sharded')).json()),
    );
    expect(answers).toEqual(answers.map((_, i) => expect.objectContaining({ rows: [{ n: i }] })));
    const { shards } = await shown('sharded');
    expect(shards).toHaveLength(2);
    for (const { borrowed } of shards) expect(borrowed).toBeGreaterThan(50);
    const open = shards.reduce((sum, shard) => sum + shard.open, 0);
    expect(open).toBeLessThanOrEqual(5);
    expect(await seen('sharded')).toBe(open);
  });
});

describe('operators', () => {
  it('see what is configured and what the pools do', async () => {
    await query('select 1', 'usual');
    const { status, body } = await gateway.ask('/connections');
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toMatch(/password|s3cret/);
    const usual = await shown('usual', 'token-lister');
    expect(usual).toMatchObject({
      protocol: 'pg',
      host: 'localhost',
      port: postgres.good.port,
      pooled: true,
      limits: { max: 10, shards: 1 },
      shards: [{ shard: 0, running: true, inUse: 0, waiting: 0, errors: {} }],
    });
    expect(usual.shards[0]?.open).toBe(await seen('usual'));
    expect(await shown('watcher')).toMatchObject({ pooled: false });
  });

  it('see failures by their codes', async () => {
    expect((await query('select 1', 'dead')).status).toBe(502);
    expect(await shown('dead')).toMatchObject({ shards: [{ failures: { connect_failed: 1 } }] });
  });

  it('read OpenMetrics', async () => {
    const response = await gateway.fetch('/metrics', { token: 'token-lister' });
    expect(response.headers.get('Content-Type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    const text = await response.text();
    expect(text).toMatch(
      /^fairlead_pool_borrowed_total\{connection="usual",protocol="pg",shard="0"\} [1-9]\d*$/m,
    );
    expect(text).not.toContain('connection="sharded"');
    expect(text.endsWith('# EOF\n')).toBe(true);
    const all = await (await gateway.fetch('/metrics')).text();
    expect(all).toMatch(/^fairlead_requests_total\{scope="isolate",protocol="pg",status="200"\} [1-9]\d*$/m);
  });

  it('drain a pool, and calls go on', async () => {
    await query('select 1', 'usual');
    const running = query('select pg_sleep(0.5)', 'usual');
    await expect.poll(async () => (await shown('usual')).shards[0]?.inUse).toBe(1);
    expect((await gateway.ask('/connections/usual/drain', { method: 'POST' })).body).toMatchObject({
      connection: 'usual',
      shards: [{ shard: 0, closing: expect.any(Number) }],
    });
    expect((await running).status).toBe(200);
    await expect.poll(() => seen('usual')).toBe(0);
    expect((await query('select 1', 'usual')).status).toBe(200);
  });
});

describe('an entry whose pool was changed', () => {
  it('has another object, and the connections of the old one are closed when they are idle', async () => {
    await query('select 1', 'before');
    expect(await seen('changed')).toBe(1);
    await query('select 1', 'after');
    expect(await seen('changed')).toBe(2);
    expect(await shown('before')).toMatchObject({ shards: [{ opened: 1 }] });
    expect(await shown('after')).toMatchObject({ shards: [{ opened: 1 }] });
    await expect.poll(() => seen('changed'), { timeout: 8_000 }).toBe(0);
  });
});
