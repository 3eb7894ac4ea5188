// What POST /mysql/query of the built Worker refuses, against MySQL 9.7 and MariaDB 11.8: writes by readers, whatever
// they hide in, wrong logins and requests, files; and what it says of links that break.
import { faultProxyControl } from '@fairlead/testkit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { allLines } from './lines.ts';
import { type MysqlGateway, mysqlConnections, reader, SERVERS, startMysqlGateway } from './mysql.ts';
import type { Json } from './support.ts';

const NDJSON = { Accept: 'application/x-ndjson' };
const proxy = faultProxyControl(inject('servers').proxies.gatewayMysql.controlUrl);

let at: MysqlGateway;
beforeAll(async () => {
  at = await startMysqlGateway();
  await Promise.all(
    SERVERS.map((server) =>
      at.run(server, [
        ...CLEAR,
        'create table gateway_log (id int primary key auto_increment, note varchar(100))',
        "create procedure gateway_write() insert into gateway_log (note) values ('procedure')",
        "create function gateway_write() returns int deterministic begin insert into gateway_log (note) values ('function'); return 1; end",
      ]),
    ),
  );
});
afterAll(async () => {
  await Promise.all(SERVERS.map((server) => at.run(server, CLEAR)));
  await at.gateway.close();
});

const CLEAR = [
  'drop table if exists gateway_log',
  'drop procedure if exists gateway_write',
  'drop function if exists gateway_write',
];

describe.each(SERVERS)('%s: a token that may only read', (server) => {
  it('reads', async () => {
    for (const sql of [
      'select count(*) + 0e0 as n from harbours',
      '/* a comment */ (select count(*) + 0e0 as n from harbours)',
      'with h as (select * from harbours) select count(*) + 0e0 as n from h',
      "select 4e0 as n, 'into; for update; get_lock' as `into` -- into",
    ]) {
      expect((await at.query(server, sql, {}, reader)).body).toMatchObject({ rows: [{ n: 4 }] });
    }
    expect((await at.query(server, 'show tables', {}, reader)).status).toBe(200);
    expect((await at.query(server, 'describe harbours', {}, reader)).body).toMatchObject({ rowCount: 5 });
    const json = { sql: 'select id from harbours', connection: server };
    expect(
      await allLines(await at.gateway.fetch('/mysql/query', { json, headers: NDJSON, ...reader })),
    ).toHaveLength(6);
  });

  it.each([
    "insert into gateway_log (note) values ('x')",
    'update harbours set depth_m = 0',
    'delete from harbours',
    "replace into gateway_log (note) values ('x')",
    'create table gateway_new (id int)',
    'drop table gateway_log',
    'truncate gateway_log',
    'call gateway_write()',
    "do get_lock('gateway', 0)",
    'set @x = 1',
    'commit',
    'lock tables harbours read',
    'handler harbours open',
    'analyze table harbours',
    "load data local infile '/etc/passwd' into table gateway_log (note)",
    "prepare p from 'delete from harbours'",
    '-- select\ndelete from harbours',
    '# select\ndelete from harbours',
    '/* select */ delete from harbours',
    '/*!50000 delete from harbours */',
    '/*M!100000 delete from harbours */',
    "select 1 /*! into outfile '/tmp/gateway' */",
    "select 'x' into outfile '/tmp/gateway'",
    "select 'x' into dumpfile '/tmp/gateway'",
    'select id into @x from harbours limit 1',
    "select load_file('/etc/passwd')",
    "select get_lock('gateway', 0)",
    'select release_all_locks()',
    'select * from harbours for update',
    'select * from harbours for/**/share',
    'select * from harbours lock in share mode',
    'select @x := 1',
    "select '\\' /*' into outfile '/tmp/gateway' #*/",
    'select gateway_write()',
    'with h as (select 1 as id) delete from harbours where id in (select id from h)',
    'select 1; delete from harbours',
  ])('does not run %s', async (sql) => {
    expect(await at.query(server, sql, {}, reader)).toMatchObject({ status: 403, body: { code: 'policy' } });
  });

  it('cannot call a function that writes: the server refuses it', async () => {
    const { status, body } = await at.query(server, 'select fairlead.gateway_write()', {}, reader);
    expect([status, (body.server as Json | undefined)?.code]).toEqual([400, '25006']);
  });

  it('has changed nothing in the end', async () => {
    expect(await at.rows(server, 'select count(*) + 0e0, sum(depth_m) from harbours')).toEqual([
      [4, '76.75'],
    ]);
    expect(
      await at.rows(
        server,
        "select count(*) + 0e0 from gateway_log where note in ('x', 'function', 'procedure')",
      ),
    ).toEqual([[0]]);
    expect(await at.rows(server, "select is_free_lock('gateway') + 0e0")).toEqual([[1]]);
  });

  it('has no other connection', async () => {
    expect(await at.query(`${server}Plain`, 'select 1', {}, reader)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    const headers = { 'Fairlead-Url': mysqlConnections[server].url };
    const response = await at.gateway.fetch('/mysql/query', {
      json: { sql: 'select 1' },
      headers,
      ...reader,
    });
    expect(response.status).toBe(403);
    await response.text();
  });
});

describe('refusals', () => {
  it.each([
    ['a syntax error', 'selec 1', 'mysql', 400, 'server', '42000'],
    ['a syntax error', 'selec 1', 'mariadb', 400, 'server', '42000'],
    ['an unknown table', 'select * from nowhere', 'mysql', 400, 'server', '42S02'],
    ['an unknown table', 'select * from nowhere', 'mariadb', 400, 'server', '42S02'],
    [
      'a duplicate',
      "insert into harbours (name, country) values ('Rotterdam', 'NL')",
      'mysql',
      400,
      'server',
      '23000',
    ],
    ['an account without the right', 'delete from harbours', 'mysqlReader', 400, 'server', '42000'],
    ['a wrong password', 'select 1', 'mysqlWrong', 502, 'auth', undefined],
    ['a wrong password', 'select 1', 'mariadbWrong', 502, 'auth', undefined],
    ['a database of others', 'select 1', 'mysqlNoDatabase', 502, 'auth', undefined],
    ['a certificate for another name', 'select 1', 'mariadbOtherName', 502, 'tls_failed', undefined],
    ['an expired certificate', 'select 1', 'mariadbExpired', 502, 'tls_failed', undefined],
    ['an untrusted certificate', 'select 1', 'mariadbUntrusted', 502, 'tls_failed', undefined],
    ['nobody listening', 'select 1', 'mysqlDead', 502, 'connect_failed', undefined],
    ['an unknown connection', 'select 1', 'nowhere', 404, 'not_found', undefined],
    ['a connection of another protocol', 'select 1', 'redisTls', 404, 'not_found', undefined],
  ])('%s: %s over %s is %i %s', async (_name, sql, connection, status, code, sqlState) => {
    const answer = await at.query(connection, sql);
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.type).toContain('application/problem+json');
    expect((answer.body.server as Json | undefined)?.code).toBe(sqlState);
    if (status === 502) expect(answer.text).not.toContain('localhost');
  });

  it.each([
    ['no SQL', { connection: 'mysql' }],
    ['an unknown member', { sql: 'select 1', connection: 'mysql', more: 1 }],
    ['too few parameters', { sql: 'select ?, ?', params: [1], connection: 'mysql' }],
    ['a name that is missing', { sql: 'select :a', params: {}, connection: 'mysql' }],
    ['half a surrogate pair', { sql: 'select ?', params: ['\ud800'], connection: 'mysql' }],
    ['base64 that is none', { sql: 'select ?', params: [{ $base64: '*' }], connection: 'mysql' }],
  ])('%s is 400, before anything is sent', async (_name, json) => {
    const { status, body } = await at.gateway.ask('/mysql/query', { json });
    expect({ status, server: body.server }).toEqual({ status: 400, server: undefined });
  });

  it('no token is 401', async () => {
    expect((await at.query('mysql', 'select 1', {}, { token: null })).status).toBe(401);
  });

  it.each(SERVERS)('%s gets no file of the Worker’s by LOAD DATA LOCAL', async (server) => {
    const sql = "load data local infile '/etc/passwd' into table gateway_log (note)";
    expect(await at.query(server, sql)).toMatchObject({ status: 403, body: { code: 'policy' } });
    expect(await at.rows(server, "select count(*) + 0e0 from gateway_log where note like '%:%'")).toEqual([
      [0],
    ]);
  });

  it('a connection cut behind the first rows is told in the last line', async () => {
    // Its end comes behind the bytes; a reset would discard those that the gateway has not read yet.
    await proxy.setPlan({ toClient: { cut: { atByte: 1_000_000, how: 'end' } } });
    const sql =
      "with recursive n (i) as (select 1 union all select i + 1 from n where i < 900) select repeat('x', 10000) from n";
    const all = await allLines(
      await at.gateway.fetch('/mysql/query', { json: { sql, connection: 'mysqlCut' }, headers: NDJSON }),
    );
    expect(all.length).toBeGreaterThan(10);
    expect(all.at(-1)).toMatchObject({ error: { code: 'connection_lost' } });
  });

  it('a connection cut before the first row is 502', async () => {
    await proxy.setPlan({ toClient: { cut: { atByte: 20, how: 'reset' } } });
    expect(await at.query('mysqlCut', 'select 1')).toMatchObject({
      status: 502,
      body: { code: 'connection_lost' },
    });
  });
});
