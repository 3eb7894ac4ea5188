// What a token that may only read can do through an account with every right, on MySQL 9.7 and MariaDB 11.8: nothing that
// another session can see, before or after. Each statement is sent over HTTP; a second connection looks.
import { type Client, connect } from '@fairlead/mysql';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { READS, STATEMENTS } from './mysql-reader-statements.ts';
import { type Gateway, startGateway } from './support.ts';

const { mysql, mariadb } = inject('servers');
const SERVERS = ['mysql', 'mariadb'] as const;
const login = 'overlord:overlord-password@localhost';
const urls = {
  mysql: `mysql://${login}:${mysql.port}/fairlead`,
  mariadb: `mariadb://${login}:${mariadb.good.port}/fairlead`,
};
const token = 'token-overlord-reader';
const SECRET = 'what-no-reader-sees';

const SETUP = [
  'drop table if exists reader_log, reader_new',
  'drop view if exists reader_view_of_writes',
  'drop procedure if exists reader_write',
  'drop function if exists reader_write',
  'create table reader_log (id int primary key auto_increment, note varchar(100))',
  "insert into reader_log (note) values ('a'), ('b')",
  "create procedure reader_write() insert into reader_log (note) values ('procedure')",
  "create function reader_write() returns int deterministic begin insert into reader_log (note) values ('function'); return 1; end",
  'create view reader_view_of_writes as select reader_write() as n',
];

/** What another session can see, each by one statement. */
const LOOKS = [
  'select * from reader_log order by id',
  'select auto_increment from information_schema.tables where table_name = "reader_log"',
  'show tables',
  'show databases',
  'select user, host from mysql.user order by 1, 2',
  'select routine_schema, routine_name from information_schema.routines where routine_schema = "fairlead" order by 2',
  'select event_name from information_schema.events',
  'select name from mysql.func',
  'show global variables where Variable_name not like "%gtid%" and Variable_name not like "timestamp"',
  "select load_file('/tmp/fairlead-reader')",
  "select is_free_lock('reader'), is_used_lock('bystander')",
  'show open tables where In_use > 0 or Name_locked > 0',
  'select count(*) from information_schema.innodb_trx',
  // Those of this file: others use the same account at the same time.
  'select count(*) from information_schema.processlist where id in (OWN)',
  'xa recover',
];
const MYSQL_LOOKS = [
  'select * from mysql.replication_asynchronous_connection_failover',
  'select resource_group_name from information_schema.resource_groups order by 1',
];
const MARIADB_LOOKS = ['select next_not_cached_value from reader_sequence'];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    // Each request has a connection of its own, so that the server's sessions can be counted.
    connections: {
      overlordMysql: { url: urls.mysql, pool: false },
      overlordMariadb: { url: urls.mariadb, pool: false },
    },
    tokens: [{ name: 'overlord', token, scopes: ['mysql:read:overlordMysql', 'mysql:read:overlordMariadb'] }],
  });
});
afterAll(() => gateway.close());

describe.each(SERVERS)('%s', (server) => {
  const connection = server === 'mysql' ? 'overlordMysql' : 'overlordMariadb';
  const looks = [...LOOKS, ...(server === 'mysql' ? MYSQL_LOOKS : MARIADB_LOOKS)];
  let watcher: Client;
  let bystander: Client;

  beforeAll(async () => {
    watcher = await connect(urls[server]);
    bystander = await connect(urls[server]);
    for (const sql of SETUP) await watcher.query(sql);
    if (server === 'mariadb') {
      await watcher.query('create or replace sequence reader_sequence nocache');
      await watcher.query('select nextval(reader_sequence)');
    }
    await watcher
      .query(`select '${SECRET}' into outfile '/tmp/fairlead-secret'`)
      // It is there from an earlier run.
      .catch(() => undefined);
    expect(await watcher.query("select load_file('/tmp/fairlead-secret') as t")).toMatchObject({
      rows: [{ t: expect.anything() }],
    });
    await bystander.query("select get_lock('bystander', 5)");
  });
  afterAll(async () => {
    await bystander.close();
    for (const sql of SETUP.slice(0, 4)) await watcher.query(sql);
    if (server === 'mariadb') await watcher.query('drop sequence reader_sequence');
    await watcher.close();
  });

  const look = async (): Promise<unknown[]> => {
    const own = `${watcher.connectionId}, ${bystander.connectionId}`;
    const results = await Promise.all(
      looks.map((sql) => watcher.query(sql.replace('OWN', own), [], { rowMode: 'array' })),
    );
    return results.map(({ rows }, i) => [looks[i], rows]);
  };
  const ask = async (sql: string): Promise<{ status: number; text: string }> => {
    const response = await gateway.fetch('/mysql/query', { json: { sql, connection }, token });
    return { status: response.status, text: await response.text() };
  };

  it('lets a reader leave nothing behind', async () => {
    expect(STATEMENTS.length).toBeGreaterThan(150);
    const counts: Record<number, number> = {};
    let before = await look();
    for (const statement of STATEMENTS) {
      const sql = statement.replace('BYSTANDER', String(bystander.connectionId));
      const { status, text } = await ask(sql);
      expect([sql, [200, 400, 403]]).toEqual([sql, expect.arrayContaining([status])]);
      expect([sql, text]).not.toEqual([sql, expect.stringContaining(SECRET)]);
      const after = await look();
      expect([sql, after]).toEqual([sql, before]);
      before = after;
      counts[status] = (counts[status] ?? 0) + 1;
    }
    console.log(`${server}: ${STATEMENTS.length} statements of a reader: ${JSON.stringify(counts)}`);
    await bystander.query('select 1');
  });

  it('runs what reads', async () => {
    for (const sql of READS) expect([sql, await ask(sql)]).toMatchObject([sql, { status: 200 }]);
  });
});
