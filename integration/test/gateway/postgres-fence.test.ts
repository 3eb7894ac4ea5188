// Callers with the scope `pg:read`, on a connection of a superuser: whatever they ask for, nothing changes on the server
// outside the list in the README. A second, unrestricted connection looks before and after.
import { type Client, connect } from '@fairlead/postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ALLOWED, HARMLESS, HELD, REFUSED } from './postgres-fence-statements.ts';
import { type Gateway, type Json, startGateway } from './support.ts';

const { port } = inject('servers').postgresFence;
const url = `postgres://harbourmaster:harbourmaster-password@localhost:${port}/fairlead?sslmode=disable`;
const token = 'token-fence';

/** What there is to be changed, and what would do it. */
const SETUP = `
  drop schema if exists fence cascade;
  create schema fence;
  create table fence.kept (id int constraint kept_pkey primary key, words tsvector);
  create index kept_brin on fence.kept using brin (id) with (pages_per_range = 1);
  create index kept_gin on fence.kept using gin (words);
  insert into fence.kept select n, to_tsvector('word' || n) from generate_series(1, 1000) n;
  create materialized view fence.kept_view as select count(*) from fence.kept;
  create sequence fence.kept_seq;
  create function fence.writes() returns int language sql as 'insert into fence.kept values (9001) returning id';
  create function fence.writes_in_plpgsql() returns void language plpgsql as 'begin insert into fence.kept values (9001); end';
  create function fence.made_writable() returns void language plpgsql
    as 'begin perform set_config(''transaction_read_only'', ''off'', true); insert into fence.kept values (9001); end';
  create function fence.sets_read_write() returns void language plpgsql
    as 'begin set transaction read write; insert into fence.kept values (9001); end';
  create function fence.commits() returns void language plpgsql as 'begin commit; insert into fence.kept values (9001); end';
  create function fence.makes_table() returns void language plpgsql as 'begin create table fence.made (id int); end';
  create function fence.truncates() returns void language plpgsql as 'begin truncate fence.kept; end';
  create function fence.vacuums() returns void language plpgsql as 'begin vacuum fence.kept; end';
  create function fence.alters_system() returns void language plpgsql
    as 'begin execute ''alter system set work_mem = ''''1MB''''''; end';
  create function fence.catches() returns text language plpgsql
    as 'begin insert into fence.kept values (9001); return ''written''; exception when others then return sqlstate; end';
  create function fence.sets_work_mem() returns void language plpgsql as 'begin set work_mem = ''1MB''; end';
  create procedure fence.writes_and_commits() language plpgsql as 'begin insert into fence.kept values (9001); commit; end';
  create view fence.writing_view as select fence.writes() as id;
  create extension if not exists dblink schema fence;
  create extension if not exists tablefunc schema fence;
  create extension if not exists xml2 schema fence;
  create extension if not exists pg_visibility;
  create extension if not exists pg_surgery;
  select lo_from_bytea(1, 'kept');
  select pg_create_physical_replication_slot('kept', true);
  select pg_replication_origin_create('kept_origin');
  vacuum analyze fence.kept;
  checkpoint`;

/** Everything that a caller could have changed, as one text. */
const STATE = `select jsonb_pretty(jsonb_build_object(
  'rows', (select md5(string_agg(k::text, ',' order by id)) from fence.kept k),
  'relations', (select md5(string_agg(c::text, ',' order by oid)) from (select oid, relname, relnamespace, reltuples, relfilenode,
     relacl from pg_class) c),
  'types', (select count(*) from pg_type), 'functions', (select count(*) from pg_proc), 'casts', (select count(*) from pg_cast),
  'collations', (select count(*) from pg_collation), 'comments', (select count(*) from pg_description),
  'columns', (select count(*) from pg_attribute), 'schemas', (select count(*) from pg_namespace),
  'sequence', (select (last_value, is_called)::text from fence.kept_seq),
  'roles', (select md5(string_agg(r::text, ',' order by oid)) from pg_authid r),
  'databases', (select string_agg(datname, ',' order by oid) from pg_database),
  'extensions', (select string_agg(extname, ',' order by oid) from pg_extension),
  'large objects', (select md5(string_agg(l::text, ',' order by loid, pageno)) from pg_largeobject l),
  'slots', (select jsonb_agg(s order by slot_name) from (select slot_name, slot_type, active, restart_lsn, confirmed_flush_lsn
     from pg_replication_slots) s),
  'origins', (select jsonb_agg(o order by roident) from pg_replication_origin o),
  'origin status', (select jsonb_agg(o) from pg_replication_origin_status o),
  'publications', (select count(*) from pg_publication), 'subscriptions', (select count(*) from pg_subscription),
  'role settings', (select jsonb_agg(s order by setdatabase, setrole) from pg_db_role_setting s),
  'file settings', (select md5(string_agg(s::text, ',' order by seqno)) from pg_file_settings s),
  'configuration read', pg_conf_load_time(), 'started', pg_postmaster_start_time(),
  'WAL segment', pg_walfile_name(pg_current_wal_insert_lsn()),
  'checkpoint', (select checkpoint_time from pg_control_checkpoint()),
  'next transaction', pg_snapshot_xmax(pg_current_snapshot())::text,
  'prepared', (select count(*) from pg_prepared_xacts),
  'statistics reset', (select jsonb_agg(d order by datid) from (select datid, stats_reset from pg_stat_database) d),
  'bgwriter reset', (select stats_reset from pg_stat_bgwriter), 'WAL reset', (select stats_reset from pg_stat_wal),
  'archiver reset', (select stats_reset from pg_stat_archiver),
  'SLRU reset', (select jsonb_agg(stats_reset) from pg_stat_slru),
  'table scans', (select seq_scan is not null from pg_stat_all_tables where relid = 'fence.kept'::regclass),
  'visibility', (select md5(string_agg(v::text, ',' order by blkno)) from pg_visibility_map('fence.kept') v),
  'pages', (select md5(string_agg(pg_read_binary_file(pg_relation_filepath(i))::text, '')) from unnest(array['fence.kept_brin',
     'fence.kept_gin']::regclass[]) i),
  'files', (select string_agg(f, ',' order by f) from unnest(array['.', 'global', 'pg_replslot', 'pg_snapshots', 'pg_logical',
     'pg_twophase', 'pg_stat_tmp', '/tmp']) d, pg_ls_dir(d) f where f !~ '^(pg_internal|pgsql_tmp)'),
  'locks', (select count(*) from pg_locks where locktype = 'advisory'),
  'listeners', (select count(*) from pg_stat_activity where query ilike 'listen%' and pid <> pg_backend_pid()),
  'log', (select string_agg(f, ',' order by f) from pg_ls_dir('log', true, false) f)
)) as state`;

let gateway: Gateway | undefined;
let admin: Client;

async function clear(): Promise<void> {
  await admin.query(
    "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = 'kept'",
  );
  await admin.query(
    "select pg_replication_origin_drop(roname) from pg_replication_origin where roname = 'kept_origin'",
  );
  await admin.query('select lo_unlink(oid) from pg_largeobject_metadata');
  await admin.query('drop schema if exists fence cascade');
}

beforeAll(async () => {
  admin = await connect(url, { prepare: false });
  await clear();
  for (const statement of SETUP.split(';\n')) await admin.query(statement);
  gateway = await startGateway({
    connections: { fence: { url } },
    tokens: [{ name: 'fence', token, scopes: ['pg:read:fence'] }],
  });
});
afterAll(async () => {
  await gateway?.close();
  await clear();
  await admin.close();
});

const state = (): Promise<string | undefined> => admin.queryValue<string>(STATE);

function query(sql: string): Promise<{ status: number; body: Json }> {
  return (gateway as Gateway).ask('/pg/query', { json: { sql, connection: 'fence' }, token });
}

it('asks for more than 150 statements, each once', () => {
  const all = [...REFUSED, ...HELD.map(([sql]) => sql), ...HARMLESS, ...ALLOWED];
  expect(all.length).toBeGreaterThan(250);
  expect(new Set(all).size).toBe(all.length);
});

describe('over HTTP', () => {
  it.each(REFUSED)('the gateway refuses %j', async (sql) => {
    const before = await state();
    const { status, body } = await query(sql);
    expect(await state()).toBe(before);
    // An empty text is no valid request, whoever sends it.
    expect([403, sql === '' ? 400 : 403]).toContain(status);
    if (sql !== '') expect(body).toMatchObject({ code: 'policy' });
  });

  it.each(HELD)('the server refuses %j', async (sql, code) => {
    const before = await state();
    const { status, body } = await query(sql);
    expect(await state()).toBe(before);
    expect(status).toBe(400);
    expect(body).toMatchObject({ server: { code } });
  });

  it.each(HARMLESS)('nothing stays of %j', async (sql) => {
    const before = await state();
    const { status } = await query(sql);
    expect(await state()).toBe(before);
    expect(status).toBe(200);
  });

  it.each(ALLOWED)('the list allows %j, and nothing stays but a message in the log', async (sql) => {
    // A transaction that writes a message of its own has a number, which is used up.
    const rest = async (): Promise<unknown> => (await state())?.replace(/"next transaction".*/, '');
    const before = await rest();
    const { status } = await query(sql);
    expect(status).toBe(200);
    await expect.poll(rest).toBe(before);
  });

  it('refuses the same through the Neon route, alone and in a transaction', {
    timeout: 120_000,
  }, async () => {
    const before = await state();
    const target = { 'Neon-Connection-String': 'postgres://any@fence.fairlead/any' };
    const post = (json: unknown) => (gateway as Gateway).ask('/pg/sql', { json, token, headers: target });
    for (const sql of REFUSED.filter((text) => text !== '')) {
      expect(await post({ query: sql }), sql).toMatchObject({ status: 403, body: { code: 'policy' } });
      const queries = [{ query: 'select 1' }, { query: sql }];
      expect(await post({ queries }), sql).toMatchObject({ status: 403, body: { code: 'policy' } });
    }
    for (const [sql] of HELD) {
      expect((await post({ queries: [{ query: 'select 1' }, { query: sql }] })).status, sql).toBe(400);
    }
    expect(await state()).toBe(before);
  });
});

describe('with readOnly of the client', () => {
  it('the server refuses what it can be told, and undoes the rest', { timeout: 120_000 }, async () => {
    await using client = await connect(url);
    const before = await state();
    for (const [sql, code] of HELD) {
      const failed = client.query(sql, [], { readOnly: true });
      await expect(failed, sql).rejects.toMatchObject({ code: 'server', server: { code } });
    }
    for (const sql of HARMLESS) await client.query(sql, [], { readOnly: true });
    await client.query("select set_config('work_mem', '1MB', false)", [], { readOnly: true });
    expect(await client.queryValue('show work_mem')).toBe('4MB');
    expect(await client.queryValue('show transaction_read_only')).toBe('off');
    expect(await state()).toBe(before);
  });
});

describe('no other way leads to a function of the list', () => {
  /** Exact names and beginnings, as the gateway has them. */
  const NAMES =
    '^(pg_ls_.*|pg_file_.*|pg_logical_slot_.*|pg_replication_origin_.*|pg_stat_reset.*|binary_upgrade_.*|dblink.*|pg_read_.*|' +
    'pg_stat_file|pg_switch_wal|pg_reload_conf|pg_promote|pg_rotate_logfile.*|lo_(creat|create|import|export|from_bytea|put|' +
    'truncate|truncate64|unlink)|lowrite|set_config|query_to_.*|cursor_to_.*|ts_stat|pg_create_.*|pg_drop_.*|pg_copy_.*_slot)$';

  it.each([
    ['operators', 'select oprname from pg_operator o join pg_proc p on p.oid = oprcode where proname ~ $1'],
    ['casts', 'select castfunc from pg_cast join pg_proc p on p.oid = castfunc where proname ~ $1'],
    [
      'aggregates',
      'select aggfnoid from pg_aggregate join pg_proc p on p.oid in (aggtransfn, aggfinalfn) where proname ~ $1',
    ],
    [
      'types',
      'select typname from pg_type join pg_proc p on p.oid in (typinput, typoutput, typsubscript) where proname ~ $1',
    ],
    [
      'support functions',
      'select o.proname from pg_proc o join pg_proc p on p.oid = o.prosupport where p.proname ~ $1',
    ],
  ])('%s', async (_kind, sql) => {
    expect((await admin.query(sql, [NAMES])).rows).toEqual([]);
  });
});
