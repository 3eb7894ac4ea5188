// What the differential test asks MySQL and MariaDB. Data only: the answers are mysql2's to know.
import { type DifferentialCase, VALUE_CASES } from './mysql-differential-values.ts';

const DIGITS = Array.from({ length: 10 }, (_, digit) => `select ${digit} as d`).join(' union all ');

const QUERIES: readonly DifferentialCase[] = [
  { name: 'the sample table', sql: 'select * from harbours order by id' },
  { name: 'no rows', sql: 'select * from harbours where 1 = 0' },
  {
    name: 'aggregates',
    sql: 'select count(*), sum(id), avg(id), sum(depth_m), avg(depth_m), max(opened), min(name), std(id) from harbours',
  },
  {
    name: 'aggregates of nothing',
    sql: 'select count(*), sum(id), avg(depth_m), bit_or(id) from harbours where 1 = 0',
  },
  {
    name: 'groups',
    sql: "select country, group_concat(name separator '|') from harbours group by country with rollup",
  },
  {
    name: 'JSON of rows',
    sql: 'select json_arrayagg(name), json_objectagg(country, depth_m) from harbours where id < 3',
  },
  {
    name: 'windows',
    sql: 'select id, row_number() over w, rank() over w, lag(name) over w, ntile(2) over w from harbours window w as (order by id)',
  },
  {
    name: 'a recursion',
    sql: 'with recursive n (i, t) as (select 1, cast("x" as char(600)) union all select i + 1, concat(t, "x") from n where i < 300) select * from n',
  },
  {
    name: '10,000 rows',
    sql: `with d as (${DIGITS}) select a.d, b.d * 1.5, c.d + 0e0, concat(e.d, 'x') from d a, d b, d c, d e order by 1, 2, 3, 4`,
  },
  {
    name: 'a union of types',
    sql: "select 1 as v union all select 'x' union all select null union all select 1.5",
  },
  {
    name: 'a join with names twice',
    sql: 'select * from harbours a join harbours b on b.id = a.id where a.id = 3',
  },
  { name: 'a table constructor', sql: 'values row(1, "x"), row(2, null)', only: 'mysql' },
  { name: 'a table constructor', sql: 'values (1, "x"), (2, null)', only: 'mariadb' },
  {
    name: 'json_table',
    sql: `select * from json_table('[{"a": 1}, {"a": null}]', '$[*]' columns (n for ordinality, a int path '$.a')) t`,
  },
  { name: 'describe', sql: 'describe harbours' },
  { name: 'show columns', sql: 'show full columns from harbours' },
  { name: 'show create table', sql: 'show create table harbours' },
  { name: 'show variables', sql: "show variables like 'lower_case%'" },
  { name: 'show warnings', sql: 'show warnings' },
  { name: 'explain', sql: 'explain select * from harbours where id = 1' },
  {
    name: 'parameters',
    sql: 'select id, name from harbours where name = ? or id = ? or opened <=> ?',
    params: ['横浜', 1, null],
  },
  {
    name: 'parameters that quoting must stand',
    sql: 'select concat(?, ?) as v',
    params: ['\'\\"`;--\n\r\0\u001a', '🚢%_'],
  },
  {
    name: 'parameters in casts',
    sql: 'select cast(? as signed) as a, cast(? as char) as b, cast(? as decimal(65, 2)) as c',
    params: [-42, 'ü', '1e60'],
  },
];

/** A table that each statement has to itself. */
const onTable = (name: string, sql: string, before: readonly string[] = []): DifferentialCase => ({
  name,
  sql,
  before: [
    `create temporary table differential (id bigint unsigned primary key auto_increment, name varchar(10) not null unique,
      small tinyint unsigned, opened date, check (small < 200)) character set utf8mb4`,
    "insert into differential (name, small) values ('a', 1), ('b', 2), ('c', null)",
    ...before,
  ],
  after: ['drop temporary table differential'],
});

const STATEMENTS: readonly DifferentialCase[] = [
  onTable('insert', "insert into differential (name) values ('x'), ('y')"),
  onTable('insert with an id of its own', "insert into differential (id, name) values (1000, 'x')"),
  onTable(
    'insert at the end of BIGINT UNSIGNED',
    "insert into differential (id, name) values (18446744073709551610, 'x')",
  ),
  onTable('insert behind that', "insert into differential (name) values ('y')", [
    "insert into differential (id, name) values (18446744073709551610, 'x')",
  ]),
  onTable(
    'insert select',
    'insert into differential (name) select concat(name, name) from differential where id < 3',
  ),
  onTable('insert ignore', "insert ignore into differential (name, small) values ('a', 1), ('x', 3)"),
  onTable(
    'on duplicate key',
    "insert into differential (name, small) values ('a', 9) on duplicate key update small = 9",
  ),
  onTable('replace', "replace into differential (name, small) values ('a', 9)"),
  onTable('update', 'update differential set small = 1 where id < 3'),
  onTable('update of nothing', 'update differential set small = 1 where id > 100'),
  onTable('delete', 'delete from differential where small is null'),
  onTable('truncate', 'truncate differential'),
  onTable('alter', 'alter table differential add further int'),
  onTable('warnings', "insert into differential (name, opened) values ('far too long', '2024-99-99')", [
    "set sql_mode = ''",
  ]),
  { name: 'set', sql: 'set @x = 1' },
  { name: 'do', sql: 'do 1' },
  { name: 'start transaction', sql: 'start transaction', after: ['rollback'] },
  { name: 'use', sql: 'use fairlead', how: 'query' },
  { name: 'a procedure without results', sql: 'call differential_nothing()' },
  { name: 'a procedure with several results', sql: 'call differential_report(?)', params: [3] },
  { name: 'a procedure that fails behind its first result', sql: 'call differential_fails()' },
  { name: 'a procedure that changes rows', sql: 'call differential_changes()' },
];

const ERRORS: readonly DifferentialCase[] = [
  { name: 'a syntax error', sql: 'selec 1' },
  { name: 'a syntax error with a quote that is open', sql: "select 'x" },
  { name: 'an unknown table', sql: 'select * from nowhere' },
  { name: 'an unknown column', sql: 'select nothing from harbours' },
  { name: 'an unknown function', sql: 'select nothing_of_this_name(1)' },
  { name: 'an unknown database', sql: 'select * from nowhere.nothing' },
  { name: 'a forbidden database', sql: 'select * from mysql.user' },
  { name: 'an unknown procedure', sql: 'call nothing_of_this_name()' },
  { name: 'too few arguments', sql: 'call differential_report()' },
  { name: 'an unknown collation', sql: "select 'x' collate nowhere" },
  { name: 'an unknown variable', sql: 'select @@nothing_of_this_name' },
  { name: 'two rows where there can be one', sql: 'select (select id from harbours)' },
  { name: 'two columns where there can be one', sql: 'select (select 1, 2)' },
  {
    name: 'an error behind the first rows',
    sql: 'select id, if(id = 4, (select 1 union select 2), id) from harbours order by id',
  },
  { name: 'a number out of range', sql: 'select 18446744073709551615 + 1' },
  { name: 'json that is none', sql: "select json_extract('{', '$')" },
  { name: 'a regular expression that is none', sql: "select 'x' regexp '('" },
  {
    name: 'a signal',
    sql: "signal sqlstate '45001' set message_text = 'ä of the caller', mysql_errno = 5000",
    how: 'query',
  },
  {
    name: 'what cannot be prepared',
    sql: 'create event e on schedule every 1 day do select 1; select 2',
    how: 'execute',
  },
  { name: 'a privilege that is missing', sql: 'create user nobody' },
  onTable('a duplicate', "insert into differential (name) values ('a')"),
  onTable('a null that may not be', 'insert into differential (name) values (null)'),
  onTable('a default that is missing', 'insert into differential (small) values (1)'),
  onTable('a text that is too long', "insert into differential (name) values ('far too long')"),
  onTable('a number that is too large', "insert into differential (name, small) values ('x', 256)"),
  onTable('a date that is none', "insert into differential (name, opened) values ('x', '2024-02-30')"),
  onTable('a check', "insert into differential (name, small) values ('x', 201)"),
  onTable('columns and values that do not match', "insert into differential (name) values ('x', 1)"),
  onTable('a table that is there already', 'create temporary table differential (id int)'),
];

/** The procedures that the cases call. */
export const PROCEDURES: Readonly<Record<string, string>> = {
  differential_nothing: '() begin end',
  differential_report: `(in least int) begin select id, name from harbours where id >= least order by id;
    select 'none' as why from harbours where 1 = 0; select least / 3 as third; end`,
  differential_fails: '() begin select 1 as one; select * from nowhere; end',
  differential_changes: `() begin create temporary table changed (id int primary key auto_increment);
    insert into changed values (), (), (); drop temporary table changed; end`,
};

/** All of them. */
export const CASES: readonly DifferentialCase[] = [...VALUE_CASES, ...QUERIES, ...STATEMENTS, ...ERRORS];
