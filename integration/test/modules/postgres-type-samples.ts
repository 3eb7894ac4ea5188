// A value or more of every type that a Postgres server has built in, and types of a database's own. Data only.

/** Types of every kind that a database can define; the schema is to be first in the search path. */
export const OWN_TYPES = `drop schema if exists every_type cascade;
create schema every_type;
create type every_type.rig as enum ('sloop', 'full-rigged ship', 'with "quotes", and comma', '');
create domain every_type.depth as numeric(6, 2) check (value > 0);
create domain every_type.deeper as every_type.depth not null;
create domain every_type.days as date[];
create type every_type.nothing as ();
create type every_type.berth as (n int, name text, depth every_type.depth, rig every_type.rig, since date, kept timestamptz,
  tags text[], more jsonb, raw bytea, until daterange, "With ""quotes""" text);
create type every_type.quay as (berths every_type.berth[], first every_type.berth, deepest every_type.deeper);
create type every_type.dates as range (subtype = date);
create type every_type.rigs as range (subtype = every_type.rig);
create table every_type.sample (id int, at timestamp, dropped int, place point);
alter table every_type.sample drop column dropped;`;

const BERTH =
  '(1,"a ""name"", with \\\\ comma",2.50,"full-rigged ship","0044-03-15 BC","10000-01-01 00:00:00+00","{a,NULL,""b c""}","{""a"": [1]}","\\\\x00ff","[2024-01-01,)",q)';

/** By the type's name, in the form in which the server reads them. */
export const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  boolean: ['t', 'f'],
  bytea: ['\\x', '\\x00ff5c27'],
  '"char"': ['a', '', '\\', '"'],
  name: ['a name', 'x'.repeat(63)],
  bigint: ['-9223372036854775808', '9223372036854775807', '9007199254740993'],
  smallint: ['-32768', '32767'],
  int2vector: ['', '1 -2 3'],
  integer: ['-2147483648', '2147483647'],
  regproc: ['pg_backend_pid', '0'],
  text: ['', 'NULL', '{a,"b"}', 'it\'s "q" \\ back\n', '-000043-03-15', '横浜 🚢'],
  oid: ['0', '4294967295'],
  tid: ['(0,1)', '(4294967295,65535)'],
  xid: ['0', '4294967295'],
  cid: ['7'],
  oidvector: ['', '1 4294967295'],
  json: ['{"b":{},"a":[null]}', '"text"', 'true', '[1,2.5]', '-0.5'],
  jsonb: ['{"b": {}, "a": [null]}', '"text"', 'true', '[1, 2.5]', '-0.5'],
  xml: ['<a b="c">ü</a>', 'text'],
  point: ['(0,-0)', '(1.5,-2e300)', '(NaN,Infinity)', '(1e15,1e-05)'],
  lseg: ['[(0,0),(1,1)]'],
  path: ['[(0,0),(1,1)]', '((0,0),(1,1))'],
  box: ['(1,1),(0,0)', '(3,3),(2,2)'],
  polygon: ['((0,0),(1,0),(1,1))'],
  line: ['{1,2,3}'],
  circle: ['<(0,0),1.5>'],
  cidr: ['10.0.0.0/8', '2001:db8::/32'],
  inet: ['10.1.2.3', '10.1.2.3/8', '::ffff:1.2.3.4'],
  real: ['0', '0.1', '0.000100000005', '-3.4028235e38', '1e-45', 'NaN', 'Infinity'],
  'double precision': [
    '0',
    '0.30000000000000004',
    '5e-324',
    '-Infinity',
    '9007199254740991',
    '1.7976931348623157e308',
  ],
  macaddr: ['08:00:2b:01:02:03'],
  macaddr8: ['08:00:2b:01:02:03:04:05'],
  money: ['0', '-92233720368547758.08', '1234.5'],
  aclitem: ['postgres=arwdDxt/postgres', '=r/postgres'],
  bpchar: ['', 'ab ', '横浜'],
  'character varying': ['', 'a "b"'],
  date: [
    '2024-02-29',
    '0001-01-01',
    '0001-12-31 BC',
    '0044-03-15 BC',
    '4714-11-24 BC',
    '10000-01-01',
    '5874897-12-31',
    'infinity',
  ],
  'time without time zone': ['00:00:00', '24:00:00', '12:34:56.000001'],
  'timestamp without time zone': [
    '2024-02-29 12:34:56.123456',
    '0044-03-15 01:02:03.000004 BC',
    '4714-11-24 00:00:00 BC',
    '10000-01-01 00:00:00',
    '294276-12-31 23:59:59.999999',
    '-infinity',
  ],
  'timestamp with time zone': [
    '2024-02-29 12:34:56.123456+05:30',
    '0044-03-15 01:02:03.000004+00 BC',
    '4714-11-24 00:00:00+00 BC',
    '10000-01-01 00:00:00+00',
    '294276-12-31 23:59:59.999999+00',
    'infinity',
  ],
  interval: [
    '0',
    '1 year 2 mons 3 days 04:05:06.789',
    '-1 year -2 mons +3 days -04:05:06.000001',
    '178000000 years',
    '-178000000 years',
    '2562047788:00:54.775807',
    '-2562047788:00:54.775807',
    '-00:00:00.000001',
  ],
  'time with time zone': ['00:00:00+00', '24:00:00-15:59', '12:00:00+01:02:03'],
  '"bit"': ['1', '101'],
  'bit varying': ['', '101010101'],
  numeric: ['0', '-0.00', '123456789012345678901234567890.10', '1e-100', 'NaN', '-Infinity'],
  refcursor: ['c', 'a "cursor"'],
  regprocedure: ['abs(integer)', '0'],
  regoper: ['pg_catalog.||/', '0'],
  regoperator: ['+(integer,integer)', '0'],
  regclass: ['pg_class', '0'],
  regtype: ['integer', 'timestamp with time zone', '0'],
  uuid: ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
  txid_snapshot: ['10:20:10,14,15', '1:1:'],
  pg_lsn: ['0/0', 'FFFFFFFF/FFFFFFFF', '1/A0'],
  tsvector: ['', "'a':1A 'fat':2,4C 'it''s':3B 'back\\\\slash'"],
  tsquery: ["'fat' & !'rat':AB | ( 'cat' <-> 'dog' )", "!( 'a' | 'b' ) <5> 'c':*D"],
  regconfig: ['simple', 'english'],
  regdictionary: ['simple'],
  int4range: ['empty', '[1,5)', '(,)', '[1,)'],
  numrange: ['[1.10,2.20]', '(0,1)', '(NaN,)'],
  tsrange: ['["2024-01-01 00:00:00",infinity)', '["0044-03-15 00:00:00 BC","10000-01-01 00:00:00"]'],
  tstzrange: ['["2024-01-01 00:00:00+00",)', '["0044-03-15 00:00:00+00 BC","10000-01-01 00:00:00+00"]'],
  daterange: ['[2024-01-01,2024-02-29)', '[0044-03-15 BC,10000-01-01)', '(,-infinity)'],
  int8range: ['[9007199254740993,9007199254740995)'],
  jsonpath: ['$', '$."a"[*]?(@ > 1)'],
  regnamespace: ['pg_catalog', '0'],
  regrole: ['harbourmaster', '0'],
  regcollation: ['"C"', '0'],
  int4multirange: ['{}', '{[1,3),[5,7)}', '{(,)}'],
  nummultirange: ['{[1.5,2.5],(3,4)}'],
  tsmultirange: ['{["2024-01-01 00:00:00","2024-01-02 00:00:00")}'],
  tstzmultirange: ['{["0044-03-15 00:00:00+00 BC","2024-01-02 00:00:00+00")}'],
  datemultirange: ['{[0044-03-15 BC,2024-02-01),[10000-03-01,infinity)}'],
  int8multirange: ['{[9007199254740993,9007199254740995)}'],
  pg_snapshot: ['10:20:10,14,15', '1:1:'],
  xid8: ['0', '18446744073709551615'],
  'information_schema.yes_or_no': ['YES'],
  'information_schema.cardinal_number': ['7'],
  rig: ['sloop', 'with "quotes", and comma', ''],
  depth: ['0.01', '9999.99'],
  deeper: ['0.01'],
  days: ['{2024-02-29,"0044-03-15 BC",NULL}'],
  berth: [BERTH, '(,,,,,,,,,,)'],
  dates: ['[2024-01-01,2024-02-29)', '["0044-03-15 BC",10000-01-01)', 'empty'],
  dates_multirange: ['{[2024-01-01,2024-02-29),["0044-03-15 BC",2000-01-01]}', '{}'],
  rigs_multirange: ['{[sloop,"full-rigged ship"]}'],
  // It has no NULL; and of an array of arrays nobody knows where a dimension ends and an element begins.
  'deeper[]': ['{0.01}'],
  'days[]': ['{"{2024-02-29}",NULL,"{}"}'],
  // Nor where a dimension ends, and a JSON array begins.
  'json[]': ['{"{\\"b\\":[1]}","\\"text\\"",true,NULL}', '{{1},{NULL}}'],
  'jsonb[]': ['{"{\\"b\\": [1]}","\\"text\\"",true,NULL}', '{{1},{NULL}}'],
  rigs: ['[sloop,"full-rigged ship")', '(,)'],
};

/** What the server itself takes no value of (its input function refuses). */
export const UNWRITABLE: readonly string[] = [
  'pg_node_tree',
  'pg_ndistinct',
  'pg_dependencies',
  'pg_mcv_list',
  'pg_brin_bloom_summary',
  'pg_brin_minmax_multi_summary',
  'gtsvector',
];

/** What the server itself has no binary format of. */
export const WITHOUT_BINARY = /^aclitem/;
