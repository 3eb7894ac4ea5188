// Connections with `readUrl`, on real servers: who readers are there, what they cannot do to the writer, pools of their own, and
// what errors say.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DEAD_PORT, type Gateway, type Json, startGateway } from './support.ts';

const { postgres, mysql, mariadb } = inject('servers');
const pg = (login: string, port = postgres.good.port, name = 'read-role') =>
  `postgres://${login}@localhost:${port}/fairlead?sslmode=require&application_name=${name}`;
const WRITER = 'scram:scram-password';
const READER = 'tlsonly:tlsonly-password';

const SQL_SERVERS = {
  mysql: { login: 'sha2:sha2-password', port: mysql.port },
  mariadb: { login: 'native:native-password', port: mariadb.good.port },
} as const;
const NAMES = ['mysql', 'mariadb'] as const;
const my = (login: string, port: number) => `mysql://${login}@localhost:${port}/fairlead`;

const connections = {
  roles: { url: pg(WRITER), readUrl: pg(READER), pool: { max: 2, waitMs: 30_000 } },
  alone: { url: pg(WRITER, postgres.good.port, 'alone'), pool: { max: 1, waitMs: 30_000 } },
  deadReader: { url: pg(WRITER), readUrl: pg('tlsonly:hidden-password', DEAD_PORT) },
  wrongReader: { url: pg(WRITER), readUrl: pg('tlsonly:hidden-password') },
  ...Object.fromEntries(
    NAMES.flatMap((name) => {
      const { login, port } = SQL_SERVERS[name];
      const overlord = my('overlord:overlord-password', port);
      return [
        [`${name}Roles`, { url: my(login, port), readUrl: my('shop_reader:shop-reader-password', port) }],
        [`${name}Alone`, { url: my(login, port) }],
        [`${name}Overlord`, { url: overlord, pool: false }],
      ];
    }),
  ),
};

/** As in the README of `@fairlead/mysql`. */
const READER_SETUP = [
  "create user 'shop_reader'@'%' identified by 'shop-reader-password' with max_user_connections 20",
  "grant select, show view on fairlead.* to 'shop_reader'@'%'",
];
const LOCKING = 'create function read_role_lock() returns int no sql return get_lock("read-role", 0)';
const CLEAN = ["drop user if exists 'shop_reader'@'%'", 'drop function if exists read_role_lock'];

let gateway: Gateway;
beforeAll(async () => {
  const scopes = ['pg:read', 'mysql:read', 'tcp:ping'];
  gateway = await startGateway({ connections, tokens: [{ name: 'read', token: 'token-read', scopes }] });
  for (const name of NAMES)
    for (const sql of [...CLEAN, ...READER_SETUP, LOCKING]) await run('mysql', `${name}Overlord`, sql);
});
afterAll(async () => {
  for (const name of NAMES) for (const sql of CLEAN) await run('mysql', `${name}Overlord`, sql);
  await gateway.close();
});

async function ask(
  protocol: 'pg' | 'mysql',
  connection: string,
  sql: string,
  token = 'token-read',
  params: unknown[] = [],
) {
  const json = { sql, connection, params, rowMode: 'array' };
  return gateway.ask(`/${protocol}/query`, { json, token });
}

/** The first cell of a statement that must succeed. @param token Default: the one that may do everything. */
async function run(
  protocol: 'pg' | 'mysql',
  connection: string,
  sql: string,
  token = 'token-all',
  params: unknown[] = [],
) {
  const { status, body } = await ask(protocol, connection, sql, token, params);
  expect(status, JSON.stringify(body)).toBe(200);
  return (body.rows as unknown[][])[0]?.[0];
}

describe('Postgres', () => {
  it('knows readers by their own role, in both shapes, and writers by theirs even where they read', async () => {
    expect(await run('pg', 'roles', 'select current_user', 'token-read')).toBe('tlsonly');
    expect(await run('pg', 'roles', 'select current_user')).toBe('scram');
    const neon = async (token: string) => {
      const headers = { 'Neon-Connection-String': 'postgres://x:y@roles.fairlead/z' };
      const { body } = await gateway.ask('/pg/sql', {
        json: { query: 'select current_user' },
        headers,
        token,
      });
      return body.rows;
    };
    expect(await neon('token-read')).toEqual([{ current_user: 'tlsonly' }]);
    expect(await neon('token-all')).toEqual([{ current_user: 'scram' }]);
  });

  it('lets no reader end the writer’s connections', async () => {
    const writer = await run('pg', 'roles', 'select pg_backend_pid()');
    for (const call of ['pg_terminate_backend', 'pg_cancel_backend']) {
      const { status, body } = await ask('pg', 'roles', `select ${call}($1::int)`, 'token-read', [writer]);
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'server', server: { code: '42501' } });
    }
    expect(
      await run('pg', 'roles', 'select count(*)::int from pg_stat_activity where pid = $1', 'token-all', [
        writer,
      ]),
    ).toBe(1);
    // The same over a connection without readUrl.
    expect(await run('pg', 'alone', 'select current_user', 'token-read')).toBe('scram');
    const call = 'select pg_terminate_backend($1::int)';
    expect(await run('pg', 'alone', call, 'token-read', [writer])).toBe(true);
    // One request may meet the ended connection before the pool has seen its end.
    await expect.poll(async () => (await ask('pg', 'roles', 'select 1', 'token-all')).status).toBe(200);
  });

  it('keeps the fence up around the reader’s role', async () => {
    const refused = await ask('pg', 'roles', "insert into harbours (name, country) values ('x', 'XX')");
    expect(refused).toMatchObject({ status: 403, body: { code: 'policy' } });
    expect(await run('pg', 'roles', "select current_setting('transaction_read_only')", 'token-read')).toBe(
      'on',
    );
  });

  it('has a pool for each role, each of at most "max" connections', async () => {
    const tokens = ['token-read', 'token-all'];
    const all = Array.from({ length: 16 }, (_, i) =>
      run('pg', 'roles', 'select pg_sleep(0.05), pg_backend_pid()', tokens[i % 2]),
    );
    await Promise.all(all);
    const seen = `select array_agg(usename || ' ' || n order by usename) from (select usename::text, count(*)::text n
      from pg_stat_activity where application_name = 'read-role' and usename in ('scram', 'tlsonly') group by 1) s`;
    expect(await run('pg', 'main', seen)).toEqual(['scram 2', 'tlsonly 2']);
    const { body } = await gateway.ask('/connections?connection=roles');
    const [{ shards, reader, limits }] = body.connections as [Json & { shards: Json[] }];
    expect(limits).toMatchObject({ max: 2 });
    expect(reader).toEqual({ host: 'localhost', port: postgres.good.port });
    expect(shards).toEqual([
      expect.objectContaining({ role: 'writer', open: 2 }),
      expect.objectContaining({ role: 'reader', open: 2 }),
    ]);
    const metrics = await (await gateway.fetch('/metrics?connection=roles')).text();
    expect(metrics).toMatch(
      /fairlead_pool_connections\{connection="roles",protocol="pg",role="reader",shard="0",state="idle"\} 2/,
    );
    const drained = await gateway.ask('/connections/roles/drain', { method: 'POST' });
    expect(drained.body.shards).toEqual([
      { role: 'writer', shard: 0, closing: 2 },
      { role: 'reader', shard: 0, closing: 2 },
    ]);
  });

  it.each([
    ['deadReader', 502, 'connect_failed'],
    ['wrongReader', 502, 'auth'],
  ])('says nothing of the reader’s URL: %s', async (connection, status, code) => {
    const answer = await ask('pg', connection, 'select 1');
    expect(answer).toMatchObject({ status, body: { code } });
    expect(JSON.stringify(answer.body)).not.toMatch(/hidden-password|tlsonly|localhost|127\.0\.0\.1/);
    // Whoever may write, and who measures, goes to the writer.
    expect(await run('pg', connection, 'select 1')).toBe(1);
    expect(await gateway.ask(`/tcp/ping?connection=${connection}`, { token: 'token-read' })).toMatchObject({
      status: 200,
    });
  });
});

describe.each(NAMES)('%s', (name) => {
  const roles = `${name}Roles`;

  it('knows readers by their own role, and writers by theirs even where they read', async () => {
    const user = "select substring_index(current_user(), '@', 1)";
    expect(await run('mysql', roles, user, 'token-read')).toBe('shop_reader');
    expect(await run('mysql', roles, user)).toBe(SQL_SERVERS[name].login.split(':')[0]);
  });

  it('lets no reader end or lock the writer’s connections', async () => {
    // The fence refuses KILL and GET_LOCK; a stored function that locks only the role stops.
    for (const sql of ['kill 1', "select get_lock('read-role', 0)"])
      expect(await ask('mysql', roles, sql)).toMatchObject({ status: 403, body: { code: 'policy' } });
    const locking = 'select fairlead.read_role_lock()';
    expect(await run('mysql', `${name}Alone`, locking, 'token-read')).toBe(1);
    expect(await ask('mysql', roles, locking)).toMatchObject({
      status: 400,
      body: { code: 'server', server: { fields: { errno: '1370' } } },
    });
    expect(await run('mysql', roles, 'select name from harbours where id = 1', 'token-read')).toBe(
      'Rotterdam',
    );
  });
});
