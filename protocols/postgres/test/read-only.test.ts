// What the guard of readers refuses and lets through; the integration tests show it on servers.

import { firstPostgresWord } from '@fairlead/sql-client';
import { describe, expect, it } from 'vitest';
import { assertReading } from '../src/route/reader/read-only.ts';

describe('a reader may run', () => {
  it.each([
    'select 1',
    '(select 1) union (select 2);',
    'select 1; -- bye',
    'with a as (select 1) table a',
    "select 'pg_read_file', $$ lo_import $$, E'it\\'s', 'a\\b'",
    'select a /* pg_read_file */ from t -- dblink',
    'select "Pg", nextval($1), pg_terminate_backend($2), pg_advisory_lock(1) from pg_file_settings',
    'show all',
    'explain (analyze) select 1',
    'values (1)',
  ])('%s', (sql) => {
    expect(() => assertReading(sql)).not.toThrow();
  });
});

describe('a reader may not run', () => {
  it.each([
    "select pg_read_file('PG_VERSION')",
    "select PG_Read_File('PG_VERSION')",
    `select "pg_read_file"('PG_VERSION')`,
    "select pg_catalog . /* c */ pg_read_file('PG_VERSION')",
    "select ('PG_VERSION'::text).pg_read_file",
    `select U&"pg\\005fread\\005ffile"('PG_VERSION')`,
    `select U&"pg!005fread_file" ('x') UESCAPE '!'`,
    "select PG_READ_F\u0130LE('PG_VERSION')",
    "select 1union select pg_read_file('x')",
    "select * from pg_ls_dir('.')",
    'select dblink_connect($1)',
    "select query_to_xml('select pg_switch_wal()', true, true, '')",
    "select set_config('statement_timeout', '0', false)",
    "select lo_import('/etc/passwd')",
    'select pg_stat_reset()',
    "select 'a\\', pg_switch_wal(), '\\'",
    "select 'a",
    'select 1 /* /* */',
    'select $a$ $b$',
    'select 1; select 2',
    'select \0',
    'explain analyze create table t as select 1',
    'explain analyze select 1 as a into t',
    'explain analyze select 1 insert/**/into t',
    'copy t to stdout',
    'do $$begin end$$',
    '"select" 1',
    '',
  ])('%s', (sql) => {
    expect(() => assertReading(sql)).toThrow(expect.objectContaining({ code: 'policy', safeToRetry: true }));
  });
});

describe('a text of 4 MiB is judged while nobody waits', () => {
  // Quadratic work would take hours.
  it.each(['/* ', '-- ', "'", '$a$', "E'a'\n", '(', 'U&"', 'a.', ';'])('%j', (unit) => {
    const sql = `select 1 ${unit.repeat((4 << 20) / unit.length)}`;
    try {
      assertReading(sql);
    } catch (error) {
      expect(error).toMatchObject({ code: 'policy' });
    }
    firstPostgresWord(`${unit.repeat((4 << 20) / unit.length)}select`);
  });
});
