// What the differential test asks PostgreSQL. Data only: the answers are pg's to know.
import { ERRORS, onTable } from './postgres-differential-errors.ts';
import { type DifferentialCase, VALUE_CASES } from './postgres-differential-values.ts';

/** What `select` makes without a table. */
const EXPRESSIONS: readonly string[] = [
  '1, -1, 2147483648, 1.0, 1e0, .5, 1 / 3, 1.0 / 3, 1e0 / 3, 10 % 3, 2 ^ 0.5, |/ 2, @ -5',
  "null, true, false, not true, null is null, 1 = 1, null = null, 1 is distinct from null, 'a' < 'b'",
  "'', 'x', 'it''s', E'tab\\t', U&'\\+01F6A2', $$dollar$$, 'a' || 'b' || null, 'a' || 1, chr(128512)",
  "sum(g), avg(g), stddev(g), count(*), max(g), string_agg(g::text, ','), array_agg(g), bit_or(g) from generate_series(1, 5) g",
  'sum(g), avg(g), count(*), max(g), array_agg(g), json_agg(g), bool_and(g > 0) from generate_series(1, 0) g',
  'sum(9223372036854775807::int8), avg(2147483647) from generate_series(1, 3)',
  "date '2024-02-29' + 1, date '2024-03-01' - date '2024-02-28', date '2024-02-29' + interval '1 year 1 day'",
  "timestamp '2024-02-29 12:00' - timestamp '2023-02-28 11:59:59.5', age('2024-02-29', '2000-02-29'), age(date '2001-01-01', date '2024-12-31')",
  "extract(epoch from timestamptz '2024-02-29 12:34:56.789+00'), date_trunc('hour', timestamptz '2024-02-29 12:34:56+00'), date_part('dow', date '2024-02-29')",
  "make_date(-44, 3, 15), make_time(1, 2, 3.5), make_interval(1, 2, 3, 4, 5, 6, 7.8), make_timestamptz(2024, 2, 29, 1, 2, 3.456, 'UTC')",
  "to_timestamp(0), to_timestamp(1709210096.789), to_timestamp('infinity'), to_char(1234.5, '9G999D99'), justify_interval('100 days 50:00')",
  "'a'::bytea, decode('AP8=', 'base64'), sha256(''), encode('\\x00ff', 'escape'), get_byte('\\x01ff', 1), '\\x01'::bytea || '\\x02'",
  `jsonb_build_object('a', 1, 'b', null, 'c', array[1, 2]), json_build_array(1, 'x', true, null), '{"a": [1, {"b": 2}]}'::jsonb #> '{a,1}'`,
  `'{"a": 1}'::jsonb || '{"b": 2}', '[1, 2]'::jsonb - 0, '{"a": "x"}'::jsonb ->> 'a', jsonb_path_query_array('[1, 2, 3]', '$[*] ? (@ > 1)')`,
  `row_to_json(h), to_jsonb(h) from harbours h where id <= 4 order by id`,
  "array[1, 2] || 3, array[1, 2] || array[3], array_append(null::int[], 1), array_remove(array[1, 2, 1], 1), array_dims('[5:6]={1,2}'::int[])",
  "string_to_array('a,b,,c', ','), string_to_array('', ','), regexp_matches('foobar', '(o)(b)?(x)?'), '{1,2,3}'::int[] @> '{2}'",
  'array(select generate_series(1, 3)), array(select null::text), (array[[1, 2], [3, 4]])[2:2], cardinality(array[[1, 2]])',
  "int4range(1, 5) + int4range(5, 7), int4range(1, 5) * int4range(7, 9), lower('[1,5)'::int4range), upper_inf('[1,)'::int4range)",
  "row(1, 'a', null), row(), row(row(1, array['x,y', '\"'])), (1, 'a')",
  'harbours from harbours where id <= 4 order by id',
  "inet '10.0.0.1/8' + 1, network('10.0.0.1/8'), inet_same_family('::', '0.0.0.0'), host('::1'), masklen('10/8'::cidr)",
  "md5('a'), length('横浜'), octet_length('横浜'), reverse('横浜'), upper('é'), lpad('x', 3, '横'), initcap('ahoy there'), quote_literal(E'a\\'b')",
  "to_tsvector('english', 'The fat cats ate fat rats'), 'fat & rat'::tsquery, ts_rank('a:1'::tsvector, 'a'::tsquery)",
  "current_user, session_user, current_database(), current_schema(), current_setting('server_encoding'), version()",
  "pg_typeof(1), pg_typeof(null), 'pg_class'::regclass, 'int4'::regtype, 'sum(int4)'::regprocedure, '+(int4,int4)'::regoperator",
  '1 as a, 2 as a, 3 as "A b", 4 as "横浜", 5 as "it\'s", 6 as """", 7 as __proto__, 8 as "constructor"',
  'void_of.* from (select pg_sleep(0)) void_of',
  "pg_sleep(0), pg_notify('differential', 'nobody')",
  "greatest(1, 2.5, null), least('a', 'b'), nullif(1, 1), coalesce(null, 'x'), case when false then 1 end, width_bucket(5, 1, 10, 3)",
  'round(2.5), round(-2.5::float8), trunc(1.999, 2), ceil(1.1), floor(-1.1), sqrt(2::numeric), ln(10), exp(1::numeric), factorial(30), gcd(12, 18)',
  "B'101' & B'011', B'1' || B'0', 5 # 3, ~1, 1 << 31, 1::int8 << 63, X'ff', get_bit('\\x01', 0)",
  "point(1, 2) <-> point(4, 6), box '(0,0),(1,1)' && box '(0.5,0.5),(2,2)', area(circle '<(0,0),1>'), center(box '(0,0),(1,1)')",
  "'1'::money * 3, '12.34'::float8::numeric::money, cash_words('1.23')",
  `xmlelement(name a, xmlattributes(1 as b), 'c'), xmlforest(1 as x, 'y' as y)`,
  Array.from({ length: 300 }, (_, index) => `${index % 3 === 0 ? 'null' : index} as c${index}`).join(', '),
];

const QUERIES: readonly DifferentialCase[] = [
  ...EXPRESSIONS.map((list) => ({ name: `select ${list.slice(0, 80)}`, sql: `select ${list}` })),
  { name: 'the sample table', sql: 'select * from harbours where id <= 4 order by id' },
  { name: 'no rows', sql: 'select * from harbours where false' },
  { name: 'no columns', sql: 'select from generate_series(1, 3)' },
  { name: 'neither', sql: 'select where false' },
  { name: 'an empty query', sql: '' },
  { name: 'nothing but a comment', sql: '-- ahoy' },
  { name: 'a comment behind', sql: 'select 1 -- ahoy' },
  { name: 'values', sql: "values (1, 'x'), (2, null)" },
  { name: 'table', sql: 'table harbours order by id limit 4' },
  {
    name: 'windows',
    sql: 'select id, row_number() over w, rank() over w, lag(name) over w, ntile(2) over w from harbours where id <= 4 window w as (order by id)',
  },
  {
    name: 'a recursion',
    sql: "with recursive n (i, t) as (select 1, 'x' union all select i + 1, t || 'x' from n where i < 300) select * from n",
  },
  {
    name: '10,000 rows',
    sql: "select g, g::int8, g / 7.0, g::float8 / 7, g::text || 'ü', timestamptz 'epoch' + g * interval '1.001 hour', g % 2 = 0, case when g % 3 = 0 then g end from generate_series(1, 10000) g",
  },
  {
    name: 'a join with names twice',
    sql: 'select * from harbours a join harbours b on b.id = a.id where a.id = 3',
  },
  {
    name: 'a lateral',
    sql: 'select h.id, l.* from harbours h, lateral (select h.id * 2, upper(h.name)) l where h.id <= 4 order by 1',
  },
  {
    name: 'grouping sets',
    sql: 'select country, count(*) from harbours where id <= 4 group by rollup (country) order by 1 nulls last',
  },
  { name: 'unnest', sql: "select * from unnest(array[1, 2], array['a', 'b', 'c']) with ordinality" },
  { name: 'explain', sql: 'explain (costs off) select * from harbours' },
  { name: 'explain as JSON', sql: 'explain (costs off, format json) select 1' },
  { name: 'show', sql: 'show TimeZone' },
  {
    name: 'xmltable',
    sql: `select * from xmltable('/r/a' passing '<r><a>1</a><a>2</a></r>' columns v int path '.')`,
  },
  {
    name: 'json_table',
    sql: `select * from json_table('[{"a": 1}]'::jsonb, '$[*]' columns (n for ordinality, a int path '$.a'))`,
    since: 17,
  },
  { name: 'uuidv7', sql: 'select uuid_extract_version(uuidv7())', since: 18 },
  {
    name: 'parameters',
    sql: 'select id, name from harbours where name = $1 or id = $2 or opened is not distinct from $3 order by id',
    params: ['横浜', 1, null],
  },
  {
    name: 'parameters that quoting must stand',
    sql: 'select $1::text, $2 || $1',
    params: ['\'"`;--\n\r\\u0000 $1', '🚢%_'],
  },
  { name: 'one parameter often', sql: 'select $1::int + $1, $1', params: [21] },
  { name: 'parameters out of order', sql: 'select $3::int, $1::text, $2::bool', params: ['a', true, 3] },
  {
    name: 'numbers',
    sql: 'select $1::int4, $2::float8, $3::numeric, $4::int8',
    params: [-5, 1e-7, 1.1, 9007199254740991],
  },
  { name: 'objects are JSON', sql: 'select $1::jsonb, $2::json', params: [{ a: [1, null, { b: 'ü' }] }, {}] },
  {
    name: 'nested arrays',
    sql: 'select $1::int[], $2::text[]',
    params: [
      [
        [1, 2],
        [3, 4],
      ],
      [
        ['a,b', '{'],
        ['"', '\\'],
      ],
    ],
  },
  { name: 'empty arrays', sql: 'select $1::int[], $2::text[]', params: [[], ['']] },
  { name: 'booleans in arrays', sql: 'select $1::bool[]', params: [[true, false, null]] },
  {
    name: '1,000 parameters',
    sql: `select array[${Array.from({ length: 1000 }, (_, i) => `$${i + 1}::int`).join()}]`,
    params: Array.from({ length: 1000 }, (_, i) => i),
  },
  {
    name: 'a list by an array',
    sql: 'select id from harbours where id = any($1) order by id',
    params: [[1, 3, 99]],
  },
  { name: 'like', sql: "select name from harbours where name like $1 || '%' order by 1", params: ['Rott'] },
];

const STATEMENTS: readonly DifferentialCase[] = [
  onTable('insert', "insert into differential_t (name) values ('x'), ('y')"),
  onTable('insert returning', 'insert into differential_t (name) values ($1) returning *', ['x']),
  onTable('insert select', 'insert into differential_t (name) select name || name from differential_t'),
  onTable('insert of nothing', "insert into differential_t (name) select 'x' where false returning id"),
  onTable(
    'on conflict',
    "insert into differential_t (name, small) values ('a', 9) on conflict (name) do update set small = excluded.small returning id, small",
  ),
  onTable('on conflict do nothing', "insert into differential_t (name) values ('a') on conflict do nothing"),
  onTable('update', 'update differential_t set small = 1 where id < 3'),
  onTable('update returning', 'update differential_t set small = small + 1 returning id, small'),
  onTable('update of nothing', 'update differential_t set small = 1 where id > 100'),
  onTable('delete', 'delete from differential_t where small is null'),
  onTable(
    'delete using',
    'delete from differential_t a using differential_t b where a.id = b.id returning a.name',
  ),
  onTable(
    'merge',
    "merge into differential_t t using (values ('a'), ('z')) v (name) on t.name = v.name when matched then update set small = 7 when not matched then insert (name) values (v.name)",
  ),
  onTable('truncate', 'truncate differential_t'),
  onTable('alter', 'alter table differential_t add further int'),
  onTable('create index', 'create index on differential_t (small)'),
  onTable('comment', "comment on table differential_t is 'for a while'"),
  onTable('analyze', 'analyze differential_t'),
  onTable(
    'create table as',
    'create temporary table differential_u on commit drop as select * from differential_t',
  ),
  {
    name: 'select into',
    sql: 'select * into temporary differential_v from harbours where id <= 4',
    after: ['drop table differential_v'],
  },
  onTable('lock outside of a transaction', 'lock table differential_t'),
  onTable(
    'with insert',
    "with w as (insert into differential_t (name) values ('x') returning id) select * from w",
  ),
  { name: 'set', sql: "set application_name = 'differential'", after: ['reset application_name'] },
  { name: 'begin', sql: 'begin isolation level serializable', after: ['rollback'] },
  { name: 'commit of nothing', sql: 'commit' },
  { name: 'rollback in a failed transaction', sql: 'rollback', before: ['begin'] },
  { name: 'savepoint', sql: 'savepoint s', before: ['begin'], after: ['rollback'] },
  {
    name: 'declare and fetch',
    sql: 'fetch 2 from c',
    before: ['begin', 'declare c cursor for select * from harbours order by id'],
    after: ['rollback'],
  },
  {
    name: 'move',
    sql: 'move 2 from c',
    before: ['begin', 'declare c cursor for select * from harbours'],
    after: ['rollback'],
  },
  { name: 'prepare', sql: 'prepare differential_p as select 1', after: ['deallocate differential_p'] },
  {
    name: 'execute',
    sql: 'execute differential_p',
    before: ['prepare differential_p as select 1 as one'],
    after: ['deallocate differential_p'],
  },
  { name: 'do', sql: "do $$ begin raise notice 'ahoy'; end $$" },
  { name: 'listen', sql: 'listen differential', after: ['unlisten *'] },
  { name: 'notify', sql: "notify differential, 'x'" },
  { name: 'discard', sql: 'discard plans' },
  { name: 'vacuum', sql: 'vacuum harbours' },
  {
    name: 'call',
    sql: 'call pg_temp.p(1, null)',
    before: [
      "create procedure pg_temp.p(a int, inout b text) language plpgsql as $$ begin b := 'got ' || a; end $$",
    ],
    after: ['drop procedure pg_temp.p'],
  },
];

/** All of them. */
export const CASES: readonly DifferentialCase[] = [...VALUE_CASES, ...QUERIES, ...STATEMENTS, ...ERRORS];
