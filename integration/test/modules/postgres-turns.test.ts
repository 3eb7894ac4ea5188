// PostgreSQL 17: transactions whose callers leave at any moment, readers beside writers, connections that are idle. What the
// server has in the end decides.
import { type Client, connect, open, type Transaction } from '@fairlead/postgres';
import { faultProxyControl } from '@fairlead/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { postgresVersions, proxies } = inject('servers');
const direct = `localhost:${postgresVersions[17].port}`;
const url = (host = direct, user = 'scram') =>
  `postgres://${user}:${user}-password@${host}/fairlead?sslmode=disable`;
const control = faultProxyControl(proxies.postgresFaults.controlUrl);

let client: Client;
let observer: Client;
beforeAll(async () => {
  observer = await connect(url());
  await observer.script('drop table if exists turns; create table turns (v text)');
});
afterAll(async () => {
  await observer.query('drop table turns');
  await observer.close();
});
beforeEach(async () => {
  await observer.query('truncate turns');
  client = await connect(url());
});
afterEach(() => client.close());

const stored = async () =>
  (await observer.query<{ v: string }>('select v from turns order by v')).rows.map(({ v }) => v);
const insert = (v: string) => client.query('insert into turns values ($1)', [v]);

it('of savepoints that are called together each undoes its own part', async () => {
  await client.begin(async (tx) => {
    const part = async (outer: Transaction, id: number, inner?: (tx: Transaction) => Promise<unknown>) =>
      outer
        .savepoint(async (own) => {
          await own.query('insert into turns values ($1)', [String(id)]);
          await inner?.(own);
          // The server's refusal, and the caller's.
          if (id % 4 === 0) await own.query('select 1 / 0');
          if (id % 2 === 0) throw new Error('not this one');
        })
        .catch(() => undefined);
    const nested = (own: Transaction) => Promise.all([part(own, 21), part(own, 22), part(own, 23)]);
    await Promise.all([part(tx, 1), part(tx, 2), part(tx, 3, nested), part(tx, 4, nested), part(tx, 5)]);
  });
  expect(await stored()).toEqual(['1', '21', '23', '3', '5']);
});

describe('begin that is aborted', () => {
  // Every microtask of the call, and then some milliseconds: before BEGIN is sent, while it travels, behind it.
  const moments = Array.from({ length: 24 }, (_, i) => i);

  it.each([...moments, 'time'] as const)('at moment %s leaves nothing open', async (moment) => {
    const controller = new AbortController();
    const options = moment === 'time' ? { timeoutMs: 1 } : { signal: controller.signal };
    const work = async (tx: Pick<Client, 'query'>) => {
      await tx.query("insert into turns values ('within')");
      await new Promise(() => undefined);
    };
    const begun = failure(client.begin(work, options));
    if (typeof moment === 'number') {
      for (let i = 0; i < moment; i += 1) await Promise.resolve();
      if (moment > 16) await scheduler.wait(moment - 16);
      controller.abort();
    }
    expect(['aborted', 'timeout']).toContain((await begun).code);
    await insert('behind');
    expect(await stored()).toEqual(['behind']);
  });

  it('while SAVEPOINT, RELEASE or COMMIT travel: all of it, or nothing', async () => {
    for (let moment = 0; moment < 60; moment += 1) {
      await observer.query('truncate turns');
      const controller = new AbortController();
      const begun = client.begin(
        async (tx) => {
          await tx.savepoint(async (inner) => {
            await inner.query("insert into turns values ('1')");
            setTimeout(() => controller.abort(), moment % 4);
            for (let i = 0; i < moment; i += 1) await Promise.resolve();
          });
          await tx.query("insert into turns values ('2')");
        },
        { signal: controller.signal },
      );
      const outcome = await begun.then(
        () => ['1', '2', 'behind'],
        () => ['behind'],
      );
      await insert('behind');
      expect(await stored()).toEqual(outcome);
    }
  });

  it('has its own limit only: it waits for its turn longer than a query may take', async () => {
    await using patient = await connect(url(), { timeoutMs: 200 });
    const first = patient.begin(() => scheduler.wait(500));
    expect(await patient.begin(async (tx) => tx.queryValue('select 1'))).toBe(1);
    await first;
  });

  it('has one limit for its turn, its work and its retries', async () => {
    const startedAt = Date.now();
    const holding = client.begin(() => scheduler.wait(600));
    const work = async (tx: Pick<Client, 'query'>) => {
      await scheduler.wait(250);
      await tx.query('do $$ begin raise serialization_failure; end $$');
    };
    expect((await failure(client.begin(work, { timeoutMs: 1000, retries: 9 }))).code).toBe('timeout');
    expect(Date.now() - startedAt).toBeLessThan(1400);
    await holding;
  });
});

describe('a reader beside a writer', () => {
  it('in one tick behind a BEGIN of the caller’s own is refused, and undoes nothing', async () => {
    const [, , read] = await Promise.all([
      client.query('begin'),
      insert('mine'),
      failure(client.query('select 1', [], { readOnly: true })),
    ]);
    expect(read).toMatchObject({ code: 'usage', safeToRetry: true });
    await client.query('commit');
    expect(await stored()).toEqual(['mine']);
  });

  it('behind plain statements waits for none of them', async () => {
    const results = await Promise.all([
      insert('mine'),
      client.query('select 1 as n', [], { readOnly: true }),
      insert('too'),
      client.query('select 2 as n', [], { readOnly: true }),
    ]);
    expect(results.map(({ rows }) => rows[0]?.n)).toEqual([undefined, 1, undefined, 2]);
    expect(await stored()).toEqual(['mine', 'too']);
  });

  it('behind a script waits for it', async () => {
    const [, { rows }] = await Promise.all([
      client.script("begin; insert into turns values ('x'); commit"),
      client.query('select count(*)::int as n from turns', [], { readOnly: true }),
    ]);
    expect(rows).toEqual([{ n: 1 }]);
  });
});

describe('an idle connection', () => {
  it('hears that it was ended, and why; the next call is safe to retry', async () => {
    await scheduler.wait(250);
    await observer.query('select pg_terminate_backend($1)', [client.processId]);
    await client.closed;
    expect(await failure(client.query('select 1'))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
      server: { code: '57P01' },
    });
  });

  it('delivers notifications of a client of open()', async () => {
    await using listening = open(url());
    await using news = await listening.listen('turns');
    await scheduler.wait(50);
    await observer.query("notify turns, 'hello'");
    const { value } = await news.next();
    expect(value).toMatchObject({ payload: 'hello' });
  });
});

it('close() while the server has not answered the login leaves no socket', async () => {
  await control.setPlan({ toClient: { cut: { atByte: 0, how: 'stall' } } });
  const opened = open(url(`localhost:${proxies.postgresFaults.port}`));
  await scheduler.wait(50);
  const startedAt = Date.now();
  await opened.close();
  await opened.closed;
  expect(Date.now() - startedAt).toBeLessThan(1500);
  await control.setPlan({});
});

it('columns that are asked for alone do not keep the connection', async () => {
  const stream = client.stream("select repeat('x', 10000) as v from generate_series(1, 2000)");
  expect((await stream.columns).map(({ name }) => name)).toEqual(['v']);
  expect(await client.queryValue('select 3')).toBe(3);
  const rest = async () => {
    for await (const rows of stream.batches()) expect(rows.length).toBeLessThan(2000);
  };
  expect(await failure(rest())).toMatchObject({ code: 'usage', safeToRetry: false });
  expect(await client.queryValue('select 4')).toBe(4);
});

describe('the server’s own time limit', () => {
  const shown = (of: Pick<Client, 'queryValue'>, options = {}) =>
    of.queryValue("select current_setting('statement_timeout')", [], options);

  it('is a start-up parameter of a connection', async () => {
    await using limited = await connect(url(), { statementTimeoutMs: 1234.5 });
    expect(await shown(limited)).toBe('1235ms');
  });

  it('is left out behind a pooler that refuses it', async () => {
    const { pgbouncer } = inject('servers');
    await using pooled = await connect(url(`localhost:${pgbouncer.port}`), { statementTimeoutMs: 5000 });
    expect(await pooled.queryValue('select 1')).toBe(1);
  });

  it('is a statement’s, and goes with it; VACUUM is not in a transaction for it', async () => {
    const [first, second, third] = await Promise.all([
      shown(client, { serverTimeoutMs: 700 }),
      shown(client, { serverTimeoutMs: 900 }),
      shown(client),
    ]);
    expect([first, second, third]).toEqual(['700ms', '900ms', '0']);
    await client.query('vacuum turns', [], { serverTimeoutMs: 5000 });
    expect(await failure(client.query('select pg_sleep(2)', [], { serverTimeoutMs: 50 }))).toMatchObject({
      server: { code: '57014' },
    });
  });

  it('is local to a reader’s transaction', async () => {
    const time = await shown(client, { readOnly: true, timeoutMs: 2000 });
    expect(time).toMatch(/^(3s|29\d\dms)$/);
    expect(await shown(client)).toBe('0');
    await client.begin(
      async (tx) => {
        expect(await shown(tx)).toMatch(/^[5-6]\d*(s|ms)$/);
      },
      { readOnly: true, timeoutMs: 5000 },
    );
  });
});

it('a COPY of the server’s own files and programs runs', async () => {
  await using master = await connect(url(direct, 'harbourmaster'));
  expect(await master.query("copy (select 1) to program 'cat > /dev/null'")).toMatchObject({
    command: 'COPY',
    rowCount: 1,
  });
  await master.script('create temp table passwd (line text)');
  expect((await master.query("copy passwd from '/etc/hostname'")).rowCount).toBe(1);
  expect((await master.script("copy passwd from '/etc/hostname'; select 1"))[0]?.rowCount).toBe(1);
  const stream = master.stream("copy passwd from '/etc/hostname'");
  for await (const _ of stream) expect.unreachable();
  expect(stream.summary).toEqual({ command: 'COPY', rowCount: 1 });
  const hidden = await Promise.all([
    failure(master.query('copy /* from here */ passwd from/**/stdin')),
    master.queryValue('select 9'),
  ]);
  expect(hidden[0]).toMatchObject({ code: 'usage', safeToRetry: false });
  expect(hidden[1]).toBe(9);
  expect(await failure(master.query('copy passwd from stdin'))).toMatchObject({
    code: 'usage',
    safeToRetry: true,
  });
});

it('what ran is not called safe to retry', async () => {
  const none: string[] = [];
  const nothing = await failure(client.copyFrom("insert into turns values ('x')", none));
  expect(nothing).toMatchObject({ code: 'usage', safeToRetry: true });
  expect(await stored()).toEqual([]);
  const script = "insert into turns values ('a'); copy turns to stdout; insert into turns values ('b')";
  expect(await failure(client.script(script))).toMatchObject({ code: 'usage', safeToRetry: false });
  expect(await failure(client.copyFrom("insert into turns values ('copy')", none))).toMatchObject({
    code: 'usage',
    safeToRetry: false,
  });
  expect(await stored()).toContain('copy');
});

it('a password is asked for at each login', async () => {
  let asked = 0;
  const password = async () => {
    asked += 1;
    return 'scram-password';
  };
  const target = `postgres://scram@${direct}/fairlead?sslmode=disable`;
  for (const eager of [false, true]) {
    await using here = await connect(target, { password, eager });
    expect(await here.queryValue('select 1')).toBe(1);
  }
  expect(asked).toBe(2);
  expect(await failure(connect(target, { password: () => 7 as never }))).toMatchObject({ code: 'usage' });
});

it('SHOW and EXPLAIN count their rows', async () => {
  expect(await client.query('show time zone')).toMatchObject({ rowCount: 1, command: 'SHOW' });
  const plan = await client.query('explain select * from turns order by v');
  expect(plan.rowCount).toBe(plan.rows.length);
});
