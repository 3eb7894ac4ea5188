// PgBouncer 1.24 in transaction mode in front of PostgreSQL 17: one port follows prepared statements, the other does not and
// so wants `prepare: false`. Sessions are no promise there: what belongs to one fails as it must.
import { type Client, type ConnectOptions, connect } from '@fairlead/postgres';
import { describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { pgbouncer, postgres } = inject('servers');
const url = (port: number, sslmode = 'disable', login = 'scram:scram-password') =>
  `postgres://${login}@localhost:${port}/fairlead?sslmode=${sslmode}`;

describe.each<[name: string, port: number, options: ConnectOptions]>([
  ['followed', pgbouncer.port, {}],
  ['followed, but none is prepared', pgbouncer.port, { prepare: false }],
  ['not followed, and none is prepared', pgbouncer.unpreparedPort, { prepare: false }],
])('prepared statements %s', (_name, port, options) => {
  const open = (sslmode?: string, login?: string) => connect(url(port, sslmode, login), options);

  it.each(['disable', 'require'])('many clients on few connections (sslmode=%s)', async (sslmode) => {
    const clients = await Promise.all(Array.from({ length: 12 }, () => open(sslmode)));
    const ask = (client: Client, n: number) =>
      client.query('select $1::int as v, pg_backend_pid() as pid, pg_sleep(0.01)', [n]);
    const backends = new Set<unknown>();
    for (let round = 0; round < 10; round += 1) {
      const results = await Promise.all(clients.map((client, n) => ask(client, n * 100 + round)));
      for (const [n, { rows }] of results.entries()) {
        expect(rows[0]?.v).toBe(n * 100 + round);
        backends.add(rows[0]?.pid);
      }
    }
    expect(backends.size).toBeGreaterThan(1);
    expect(backends.size).toBeLessThanOrEqual(3);
    await Promise.all(clients.map((client) => client.close()));
  });

  it.each(['md5:md5-password', 'cleartext:cleartext-password', 'trusted'])('as %s', async (login) => {
    await using client = await open('require', login);
    expect(await client.queryValue('select current_user')).toBe(login.split(':')[0]);
  });

  it('pipelines, errors among them', async () => {
    await using client = await open();
    const asked = Array.from({ length: 60 }, (_, n) => client.query('select 10 / ($1::int % 5) as v', [n]));
    const settled = await Promise.allSettled(asked);
    for (const [n, each] of settled.entries()) {
      if (n % 5 === 0) expect(each).toMatchObject({ reason: { server: { code: '22012' } } });
      else expect(each).toMatchObject({ value: { rows: [{ v: Math.trunc(10 / (n % 5)) }] } });
    }
  });

  it('transactions, streams, portals, COPY and scripts', async () => {
    await using client = await open();
    await using other = await open();
    await client.script('drop table if exists bouncer; create table bouncer (id int)');
    await client.begin(async (transaction) => {
      const pid = await transaction.queryValue('select pg_backend_pid()');
      for (let n = 0; n < 5; n += 1) {
        await transaction.query('insert into bouncer values ($1)', [n]);
        await other.query('select $1::text', ['in between']);
      }
      await failure(transaction.savepoint((inner) => inner.query('select 1 / 0')));
      expect(await transaction.queryValue('select pg_backend_pid()')).toBe(pid);
    });
    expect(await client.copyFrom('copy bouncer from stdin', ['5\n6\n'])).toMatchObject({ rowCount: 2 });
    expect(await new Response(client.copyTo('copy bouncer to stdout')).text()).toBe('0\n1\n2\n3\n4\n5\n6\n');
    for (const fetchSize of [0, 3]) {
      const ids: unknown[] = [];
      for await (const row of client.stream('select id from bouncer order by id', [], { fetchSize }))
        ids.push(row.id);
      expect(ids).toEqual([0, 1, 2, 3, 4, 5, 6]);
    }
    await client.query('drop table bouncer');
  });

  it('a statement whose result changes its shape', async () => {
    await using client = await open();
    await client.script(
      'drop table if exists shaped; create table shaped (a int); insert into shaped values (1)',
    );
    for (let n = 0; n < 4; n += 1)
      expect((await client.query('select * from shaped')).rows).toEqual([{ a: 1 }]);
    await client.query('alter table shaped add b text');
    for (let n = 0; n < 4; n += 1) {
      expect((await client.query('select * from shaped')).rows).toEqual([{ a: 1, b: null }]);
    }
    await client.query('drop table shaped');
  });

  it('a cancellation goes through', async () => {
    await using client = await open();
    const startedAt = Date.now();
    const error = await failure(client.query('select pg_sleep(20)', [], { timeoutMs: 200 }));
    expect(error.code).toBe('timeout');
    expect(Date.now() - startedAt).toBeLessThan(3000);
    expect(await client.queryValue('select 1')).toBe(1);
  });

  it('reading alone, for a token that may only read', async () => {
    await using client = await open();
    const write = client.query('create table never (id int)', [], { readOnly: true });
    expect(await failure(write)).toMatchObject({ server: { code: '25006' } });
    expect((await client.query('select 1 as v', [], { readOnly: true })).rows).toEqual([{ v: 1 }]);
  });
});

it('a pooler that follows nothing refuses prepared statements sooner or later, and in words', async () => {
  const clients = await Promise.all(Array.from({ length: 8 }, () => connect(url(pgbouncer.unpreparedPort))));
  const codes = new Set<unknown>();
  for (let round = 0; round < 10; round += 1) {
    const asked = clients.map((client, n) => client.query(`select ${n % 2} as v, $1::int as w`, [round]));
    for (const each of await Promise.allSettled(asked)) {
      if (each.status === 'rejected') codes.add(each.reason.server?.code);
    }
  }
  // Unknown to this connection, or known by another's text: what the option is there for.
  for (const code of codes) expect(['26000', '42P05', '08P01']).toContain(code);
  await Promise.all(clients.map((client) => client.close()));
});

describe('refusals', () => {
  it('a wrong password is `auth`', async () => {
    const error = await failure(connect(url(pgbouncer.port, 'disable', 'scram:wrong-password')));
    expect(error).toMatchObject({ code: 'auth', safeToRetry: true });
    expect(error.message).not.toContain('wrong-password');
  });

  it('an unknown database is the server’s error, which PgBouncer passes on', async () => {
    const error = await failure(connect(url(pgbouncer.port).replace('/fairlead', '/nowhere')));
    expect(error).toMatchObject({ code: 'server', safeToRetry: true });
  });

  it('a parameter that PgBouncer does not know', async () => {
    const parameters = { statement_timeout: '1000' };
    expect(await failure(connect(url(pgbouncer.port), { parameters }))).toMatchObject({
      code: 'server',
      server: { code: '08P01' },
    });
  });

  it('a server connection that is ended in the middle', async () => {
    await using client = await connect(url(pgbouncer.port));
    await using direct = await connect(url(postgres.good.port));
    const query = failure(client.query("select pg_sleep(20), 'bounced'"));
    for (let found = 0; found === 0; await scheduler.wait(20)) {
      const sql =
        "select pg_terminate_backend(pid) from pg_stat_activity where query like '%bounced%' and state = 'active' and pid <> pg_backend_pid()";
      found = (await direct.query(sql)).rowCount;
    }
    expect(await query).toMatchObject({ safeToRetry: false });
  });
});
