// What the guard of readers refuses and lets through; integration/test/gateway/mysql-reader.test.ts shows it on servers.
import { describe, expect, it } from 'vitest';
import { assertReading } from '../src/route/reader/read-only.ts';
import { firstWord, isReading } from '../src/text/first-word.ts';

describe('a reader may run', () => {
  it.each([
    'select 1',
    '(select 1) union (select 2);',
    'select 1; -- bye',
    'select count(*), max(a), json_extract(b, "$.x"), st_astext(c) from t where a in (1) and (b or not (c))',
    'with a (x, y) as (select 1, 2), b(z) as (select 3) select * from a join b using (x)',
    'select * from (select 1) as t(a), (select 2) u(b)',
    'select cast(a as char(10)), cast(b as decimal(10,2)), group_concat(a separator ",") from t',
    'select sum(a) over (partition by b order by c) from t window w as (partition by b)',
    'select shop.total(1), `shop`.`total` (2)',
    'select `into`, `procedure` from `update`',
    "select 'into outfile', \"load_file('x')\", 'a\\\\b', 'a\\nb'",
    'select a /* into */ from t # load_file(',
    'select /*+ NO_MERGE(t) */ 1',
    'select * from t fetch next 5 rows only',
    'select insert("abc", 1, 1, "x"), replace(a, "b", "c"), left(a, 1), if(a, 1, 2), values(b) from t',
    'select * from json_table("[]", "$[*]" columns(a int path "$")) t',
    'explain update t set a = 1',
    'explain format=json select 1',
    'show procedure status',
    'show create procedure p',
    'describe t',
    'table t',
    'values row(1, 2)',
  ])('%s', (sql) => {
    expect(() => assertReading(sql)).not.toThrow();
  });
});

describe('a reader may not run', () => {
  it.each([
    'select `load_file`("/etc/hostname")',
    "SELECT 1 --\u00a0a AS n INTO OUTFILE '/tmp/x' FROM (SELECT 2 AS \u00a0a) t",
    "select `get_lock`('x',1)",
    'select load_file /* a */ ("x")',
    'select"load_file"("x")',
    'select 1e1,load_file("x")',
    'select 1.e-- load_file("x")',
    'select LÖAD_FILE("x")',
    'select `löad_file`("x")',
    'select mariadb_schema.load_file("x")',
    'select mariadb_schema . `load_file`("x")',
    'select mariadb_schéma.x(1)',
    'select shop.get_lock("x", 1)',
    'select asynchronous_connection_failover_delete_source("a", "b", 1, "")',
    'select sys_exec("id")',
    'select {fn sys_exec("id")}',
    'select (sys_exec("id"))',
    'with a as (select 1), b as (select sys_exec("id")) select 1',
    'with a (sys_exec("id")) as (select 1) select 1',
    'select sys_exec("id") as x',
    'select * from t group by a with rollup order by a, sys_exec("id")',
    'select release_all_locks()',
    'select nextval(s)',
    'select next /* a */ value for s',
    'select s.nextval',
    'select setval(s, 1)',
    'select 1 into @a',
    "select 1 into dumpfile '/tmp/x'",
    'select @a := 1',
    'select * from t procedure analyse()',
    'select * from t for update',
    'select * from t for/**/share',
    'select * from t lock in share mode',
    'select /*!50000 1 */',
    'select /*M! 1 */',
    'select /*+ SET_VAR(sql_mode="") */ 1',
    'select /*+ set_var(max_execution_time=0) */ 1',
    'select /*+ MAX_EXECUTION_TIME(0) */ 1',
    'select /*+ RESOURCE_GROUP(a) */ 1',
    "select '\\' into outfile '",
    'select "\\" into outfile "',
    "select 'a",
    'select 1 /* a',
    'select $$a$$',
    'select [a]',
    'select 1; select 2',
    'select 1;;',
    'select 1 # \0 into outfile "x"',
    'with a as (select 1) update t set a = 1',
    'with a as (select 1) delete from t',
    'explain analyze update t set a = 1',
    'explain analyze delete from t',
    'set @a = 1',
    'do sleep(1)',
    'call p()',
    'handler t open',
    'lock tables t read',
    'flush tables',
    'kill 1',
    'xa start "x"',
    'analyze table t',
    'set statement max_statement_time=1 for select 1',
    '/*! set @a = 1 */',
    '',
  ])('%s', (sql) => {
    expect(() => assertReading(sql)).toThrow(expect.objectContaining({ code: 'policy', safeToRetry: true }));
  });
});

it('tells the first word', () => {
  expect(firstWord('  /* a */ -- d\n# e\n ((select 1))')).toBe('SELECT');
  expect(firstWord('select1')).toBe('SELECT1');
  expect(firstWord('`select`')).toBe('');
  expect(isReading('/*+ a */ desc t')).toBe(true);
  expect(isReading('--\u00a0\nselect 1')).toBe(false);
});

describe('a text of 4 MiB is judged while nobody waits', () => {
  // Quadratic work would take hours.
  it.each(['/* ', '-- ', "'", 'a(', 'f(x) as (', '(', ')', '.a', '`a`.', ':=', 'for '])('%j', (unit) => {
    const sql = `select 1 ${unit.repeat((4 << 20) / unit.length)}`;
    try {
      assertReading(sql);
    } catch (error) {
      expect(error).toMatchObject({ code: 'policy' });
    }
    firstWord(`${unit.repeat((4 << 20) / unit.length)}select`);
  });
});
