// The library use of a mooring with Postgres: what a client of its own does, on connections that are borrowed.
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, connect } from '@fairlead/postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { workerdMemory } from '../gateway/support.ts';
import { DATABASE_URL, startWorkers, type Workers } from './workers.ts';

const TABLE = 'library_rows';
const MEGABYTE = 1_048_576;

let workers: Workers;
/** Looks at the server from outside. */
let observer: Client;
beforeAll(async () => {
  observer = await connect(DATABASE_URL);
  await observer.script(`drop table if exists ${TABLE}; create table ${TABLE} (n int)`);
  workers = await startWorkers();
});
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
  await observer.query(`drop table ${TABLE}`);
  await observer.close();
});
beforeEach(() => observer.query(`truncate ${TABLE}`));

const rows = async () => (await observer.query(`select n from ${TABLE} order by n`)).rows.map(({ n }) => n);

/** What the connections under an application's name do. */
async function states(name: string): Promise<unknown[]> {
  const text = 'select state, wait_event from pg_stat_activity where application_name = $1';
  return (await observer.query(text, [name])).rows;
}

async function isQuiet(name: string): Promise<void> {
  const busy = (await states(name)).filter((row) => (row as { state: string }).state !== 'idle');
  expect(busy).toEqual([]);
}

/** The body of a case that resolved. */
async function run(name: string, input: object = {}, worker?: 'library' | 'other') {
  const { status, body } = await workers.run(name, input, worker);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

describe('statements', () => {
  it('are those of every client', async () => {
    expect(await run('statements')).toEqual({
      rows: [{ n: 7, word: 'seven' }],
      rowCount: 1,
      row: 'none',
      value: [1, 2],
      lists: [
        [[{ n: 1 }], [{ n: 2 }]],
        [[{ a: 1 }], [{ b: 2 }]],
      ],
      together: Array.from({ length: 50 }, (_, n) => n),
    });
  });

  it('end by their time and by their signal, on the server too, and the client goes on', async () => {
    const { aborted, late, after, isSoon } = await run('cancel', { name: 'library-cancel' });
    expect({ aborted, late, after, isSoon }).toMatchObject({
      aborted: { code: 'aborted' },
      late: { code: 'timeout' },
      after: 1,
      isSoon: true,
    });
    await isQuiet('library-cancel');
  });

  it('write nothing where they may only read', async () => {
    const { statement, transaction, session } = await run('readOnly', { table: TABLE });
    for (const refused of [statement, transaction, session]) expect(refused.server?.code).toBe('25006');
    expect(await rows()).toEqual([]);
    expect(await run('texts', { texts: ['show default_transaction_read_only'] })).toEqual(['off']);
  });

  it('COPY in and out', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `${n + 1}\tword ${n + 1}\n`).join('');
    expect(await run('copy', { rows: 20_000 })).toEqual({
      count: 20_000,
      sum: 200_010_000,
      bytes: lines.length,
    });
  });

  it('hear what others notify', async () => {
    expect(await run('listen')).toEqual(['one', 'two']);
  });
});

describe('streams', () => {
  it('hold the server back while nobody takes rows, and come whole', { timeout: 60_000 }, async () => {
    const input = { name: 'library-slow', rows: 200_000, pauseMs: 8_000 };
    const before = workerdMemory() ?? 0;
    const reading = run('slowReader', input);
    await vi.waitFor(
      async () =>
        expect(await states('library-slow')).toContainEqual({ state: 'active', wait_event: 'ClientWrite' }),
      { timeout: 5_000, interval: 100 },
    );
    await delay(1_000);
    // The result has a hundred megabytes.
    expect((workerdMemory() ?? 0) - before).toBeLessThan(48 * MEGABYTE);
    expect(await states('library-slow')).toContainEqual({ state: 'active', wait_event: 'ClientWrite' });
    expect(await reading).toEqual({ count: 200_000, sum: 20_000_100_000 });
  });

  it('end on the server when their reader leaves, and the client goes on', async () => {
    expect(await run('leaver', { name: 'library-leaver' })).toEqual({ seen: 100, after: 1 });
    await isQuiet('library-leaver');
  });

  it('end on the server when the caller of the Worker leaves', async () => {
    const controller = new AbortController();
    const response = await workers.fetch('rowsAsResponse', { name: 'library-gone' }, controller.signal);
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    expect(await states('library-gone')).toContainEqual(expect.objectContaining({ state: 'active' }));
    controller.abort();
    await vi.waitFor(() => isQuiet('library-gone'), { timeout: 10_000, interval: 100 });
  });
});

describe('transactions', () => {
  it('commit, without what a savepoint undid', async () => {
    expect(await run('commit', { table: TABLE })).toBe(true);
    expect(await rows()).toEqual([1, 3]);
  });

  it('roll back when the work rejects, and the client goes on', async () => {
    expect(await run('rollback', { table: TABLE })).toEqual({ reason: 'Error: no', after: 1 });
    expect(await rows()).toEqual([]);
  });

  it('roll back when the request ends in the middle, and the pool goes on', async () => {
    const input = { name: 'library-left', table: TABLE, pool: { max: 1 } };
    expect(await run('abandonBegin', input)).toBe('left');
    expect(await run('texts', { ...input, texts: ['select 1'] })).toEqual([1]);
    await isQuiet('library-left');
    expect(await rows()).toEqual([]);
  });

  it('end on the server when the request ends in the middle of a statement', async () => {
    const name = 'library-asleep';
    expect(await run('abandonStatement', { name })).toBe('left');
    await vi.waitFor(() => isQuiet(name), { timeout: 5_000, interval: 100 });
  });
});

describe('sessions', () => {
  it('last until close, and the next borrower finds nothing of them', async () => {
    const input = { name: 'library-session', pool: { max: 1 } };
    expect(await run('session', input)).toEqual({ name: 'changed', rows: 1, locks: 1 });
    const texts = [
      'show application_name',
      "select to_regclass('pg_temp.kept')",
      "select count(*)::int from pg_locks where locktype = 'advisory'",
    ];
    expect(await run('texts', { ...input, texts })).toEqual(['library-session', null, 0]);
  });
});

describe('a session that its client does not close', () => {
  it('ends with the request, and its connection is reset and lent again', async () => {
    const input = { name: 'library-forgotten', pool: { max: 1 } };
    const pid = await run('forgottenSession', input);
    const since = Date.now();
    const texts = ['select pg_backend_pid()', 'show application_name'];
    expect(await run('texts', { ...input, texts })).toEqual([pid, 'library-forgotten']);
    expect(Date.now() - since).toBeLessThan(5_000);
  });
});

describe('one pool', () => {
  it('serves the requests of two Workers at once, each its own answer, with no more than its connections', async () => {
    const input = {
      name: 'library-shared',
      pool: { waitMs: 30_000 },
      text: 'select $1::text as nonce, pg_backend_pid() as pid, pg_sleep(0.01)',
    };
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const params = [`nonce ${i}`];
        const [row] = await run('query', { ...input, params }, i % 2 === 0 ? 'library' : 'other');
        return row;
      }),
    );
    expect(answers.map(({ nonce }) => nonce)).toEqual(answers.map((_, i) => `nonce ${i}`));
    expect(new Set(answers.map(({ pid }) => pid)).size).toBeLessThanOrEqual(2);
  });

  it('says overloaded to those who would wait for too long', async () => {
    const pool = { max: 1, waitMs: 200, maxWaiting: 3 };
    const input = { name: 'library-full', pool, texts: ['select pg_sleep(1)'] };
    // The pool's login, which may take longer than they would wait.
    await vi.waitFor(() => run('texts', { ...input, texts: ['select 1'] }), { timeout: 10_000 });
    const answers = await Promise.all(Array.from({ length: 6 }, () => workers.run('texts', input)));
    const told = answers.filter(({ status }) => status !== 200).map(({ body }) => body);
    expect(told).toHaveLength(5);
    for (const error of told) expect(error).toMatchObject({ code: 'overloaded', safeToRetry: true });
  });
});
