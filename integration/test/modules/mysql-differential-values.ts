// Values for the differential test, column type by column type. Data only: the answers are mysql2's to know.

/** A server. */
export type ServerName = 'mysql' | 'mariadb';

/** One statement. */
export interface DifferentialCase {
  readonly name: string;
  readonly sql: string;
  readonly params?: readonly (string | number | null)[];
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** Default: both. */
  readonly only?: ServerName;
  /** Default: both ways. */
  readonly how?: 'query' | 'execute';
}

type ColumnCase = readonly [type: string, literals: readonly string[], only?: ServerName];

const LONG = "repeat('ü', 200)";
const LONGER = "repeat('長', 30000)";

/** A column type, and the literals that go in beside NULL. */
const COLUMNS: readonly ColumnCase[] = [
  ['tinyint', ['-128', '127', '0']],
  ['tinyint unsigned', ['0', '255']],
  ['tinyint(1)', ['true', 'false', '-1']],
  ['smallint', ['-32768', '32767', '0']],
  ['smallint unsigned', ['0', '65535']],
  ['mediumint', ['-8388608', '8388607', '-1']],
  ['mediumint unsigned', ['0', '16777215']],
  ['int', ['-2147483648', '2147483647', '0']],
  ['int unsigned', ['0', '4294967295']],
  ['int(8) unsigned zerofill', ['0', '42', '4294967295']],
  ['bigint', ['-9223372036854775808', '9223372036854775807', '9007199254740993', '0', '-1']],
  ['bigint zerofill', ['0', '42', '18446744073709551615']],
  ['bigint unsigned', ['0', '9223372036854775808', '18446744073709551615']],
  [
    'decimal(65, 30)',
    [`${'9'.repeat(35)}.${'9'.repeat(30)}`, `-${'9'.repeat(35)}.${'9'.repeat(30)}`, '0', '1e-30'],
  ],
  ['decimal(65, 0)', ['9'.repeat(65), `-${'9'.repeat(65)}`, '0']],
  ['decimal(4, 4)', ['0.0001', '-0.9999']],
  ['decimal(10, 2) unsigned', ['0', '99999999.99']],
  ['decimal(8, 2) zerofill', ['0', '1.5']],
  ['float', ['0', '-0e0', '0.1', '1.5', '-3.402823e38', '1.17549435e-38']],
  [
    'double',
    ['0', '-0e0', '0.1', '-1.7976931348623157e308', '2.2250738585072014e-308', '1e21', '123456789.123456789'],
  ],
  ['double(10, 2)', ['0', '99999999.99', '-1.005']],
  ['bit(1)', ["b'0'", "b'1'"]],
  ['bit(17)', ["b'0'", "b'10000000000000001'"]],
  ['bit(64)', ["b'1'", '18446744073709551615']],
  ['date', ["'0000-00-00'", "'2024-00-00'", "'2024-02-00'", "'1000-01-01'", "'9999-12-31'", "'0001-01-01'"]],
  ['datetime', ["'0000-00-00 00:00:00'", "'2024-00-15 01:02:03'", "'1000-01-01'", "'9999-12-31 23:59:59'"]],
  ['datetime(1)', ["'2024-02-29 00:00:00.5'", "'2024-02-29'", "'0000-00-00'"]],
  ['datetime(3)', ["'2024-02-29 12:34:56.120'", "'2024-02-29 12:34:56'"]],
  [
    'datetime(6)',
    ["'2024-02-29 12:34:56.000001'", "'9999-12-31 23:59:59.499999'", "'2024-02-29'", "'0000-00-00'"],
  ],
  ['timestamp null', ["'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'"]],
  ['timestamp(6) null', ["'2024-02-29 12:34:56.123456'", "'2024-02-29 00:00:00'", "'2024-02-29 00:00:00.1'"]],
  ['time', ["'00:00:00'", "'-838:59:59'", "'838:59:59'", "'23:59:59'", "'-00:00:01'"]],
  ['time(2)', ["'00:00:00'", "'00:00:00.10'", "'-100:00:00.99'"]],
  ['time(6)', ["'-838:59:58.999999'", "'00:00:00.000001'", "'24:00:00'"]],
  ['year', ['1901', '2155', '0', '1999']],
  ['char(5)', ["''", "'ab'", "'ab '", "'横浜🚢'"]],
  ['char(5) character set latin1', ["'é'", "''"]],
  ['char(5) character set ucs2', ["'横'"]],
  ['char(5) character set utf8mb4 collate utf8mb4_bin', ["'Aa'"]],
  ['varchar(300)', ["''", "'a\\nb\\tc\\0d\\'\\\"\\\\'", LONG]],
  ['varchar(20) character set latin1', ["'Göteborg'"]],
  ['tinytext', ["''", "'ü'"]],
  ['text', ["''", LONG]],
  ['mediumtext', [LONGER]],
  ['longtext', ["'x'", LONGER]],
  ['binary(4)', ["x''", "x'00ff'", "x'00000000'"]],
  ['varbinary(300)', ["x''", "x'00ff0d0a'", "repeat(x'ff', 251)", "repeat(x'00', 300)"]],
  ['tinyblob', ["x'80'"]],
  ['blob', ["x''", "x'00ff'"]],
  ['longblob', ["repeat(x'fe', 70000)"]],
  ["enum('', 'sloop', 'kétch')", ["'sloop'", "'kétch'", "''", "'no such'", '0']],
  ["set('a', 'b', 'ç')", ["''", "'a'", "'a,ç'", '7']],
  [
    'json',
    [
      "'null'",
      "'true'",
      '\'"ü\\\\n"\'',
      "'[1, 2.50, 1e100, 12345678901234567890]'",
      '\'{"b": {}, "a": [null]}\'',
    ],
  ],
  [
    'geometry',
    ["st_geomfromtext('POINT(1 -2.5)')", "st_geomfromtext('POLYGON((0 0, 1 0, 1 1, 0 0))', 4326)"],
  ],
  ['point', ["st_geomfromtext('POINT(0 0)')"]],
  ['vector(3)', ["to_vector('[1, -2.5, 3e10]')"], 'mysql'],
  ['vector(3)', ["vec_fromtext('[1, -2.5, 3e10]')"], 'mariadb'],
  ['uuid', ["'00000000-0000-0000-0000-000000000000'", "'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'"], 'mariadb'],
  ['inet4', ["'0.0.0.0'", "'255.255.255.255'"], 'mariadb'],
  ['inet6', ["'::'", "'2001:db8::1'"], 'mariadb'],
];

const ofColumn = ([type, literals, only]: ColumnCase): DifferentialCase => ({
  name: `a column ${type}`,
  sql: 'select v from differential order by id',
  before: [
    // Zero dates, and what does not fit, as servers took them for decades.
    "set sql_mode = ''",
    `create temporary table differential (id int primary key auto_increment, v ${type}) character set utf8mb4`,
    `insert into differential (v) values ${[...literals, 'null'].map((each) => `(${each})`).join(', ')}`,
  ],
  after: ['drop temporary table differential', 'set sql_mode = default'],
  ...(only !== undefined && { only }),
});

/** What `select` makes without a table. */
const EXPRESSIONS: readonly string[] = [
  '1, -1, 0, 255, 2147483648, -2147483649',
  '9223372036854775807, -9223372036854775808, 18446744073709551615, ~0, -9223372036854775807 - 1',
  '18446744073709551616, -18446744073709551616, 0.1, -0.10, 1.0, .5',
  '1e0, 1e308, -1e-308, 1e21, 0.1e0 + 0.2e0, pi()',
  '1 / 3, 10 div 3, 10 % 3, 10.0 / 4, 7.5 div 2, -7 % 3, 1 / 0',
  "null, true, false, not 1, null is null, 1 = 1, null = null, 'a' < 'b'",
  "'', 'x', 'it''s', '横浜 🚢', concat('a', 1, null), concat('a', 1)",
  "x'00ff', 0xff, b'101', 0xff + 0, hex(255), unhex('00ff'), char(0), char(255)",
  "_binary 'abc', _latin1 x'e9', convert('é' using latin1), cast('é' as binary), cast(x'c3a9' as char)",
  "cast('12' as signed), cast('-1' as unsigned), cast('12.345' as decimal(10, 2)), cast(1 as double)",
  "cast('2024-02-29' as date), cast('2024-02-29' as datetime), cast('2024-02-29 1:2:3.45' as datetime(3))",
  "cast('12:34:56.789' as time), cast('12:34:56.789' as time(6)), cast('-1' as time), cast('nonsense' as date)",
  "date '2024-02-29', time '12:00:00', timestamp '2024-02-29 12:34:56.123456', timestamp '2024-02-29 00:00:00'",
  "date_add('2024-02-29', interval 1 year), date_add(date '2024-02-29', interval 1 microsecond)",
  "timediff('10:00:00', '11:30:00.5'), sec_to_time(100000), maketime(-1, 2, 3.5), addtime('1:00', '0:30')",
  "year('2024-02-29'), dayname('2024-02-29'), unix_timestamp('2024-02-29'), unix_timestamp('2024-02-29 0:0:0.25')",
  'from_unixtime(0), from_unixtime(0.5), from_unixtime(1e9), from_days(0), last_day("2024-02-01")',
  "json_object('a', 1, 'b', null), json_array(1, 'x', true), json_extract('{\"a\": [1, 2]}', '$.a')",
  "json_unquote('\"ü\"'), json_extract('{}', '$.none'), json_valid('x'), json_type('[]')",
  "coalesce(null, 1), ifnull(null, 'x'), nullif(1, 1), if(1, 2, 'x'), case when 0 then 1 end, greatest(1, 2.5)",
  "md5('a'), sha2('a', 256), crc32('a'), inet_aton('255.255.255.255'), inet6_aton('::1'), uuid_to_bin(uuid())=1",
  'round(2.5), round(-2.5e0), truncate(1.999, 2), ceil(1.1), floor(-1.1), sqrt(2), sqrt(-1), log(0), rand(1)',
  "length('横'), char_length('横'), reverse('横浜'), repeat('x', 0), lpad('x', 3, '横'), ascii(''), field('b', 'a', 'b')",
  "database(), charset('x'), @@autocommit, @@sql_safe_updates, @nothing, @@lc_time_names",
  '1 as a, 2 as a, 3 as `a b`, 4 as `横浜`, 5 as `it\'s`, 6 as `"`',
  "1 & 3, 1 | 2, 1 ^ 3, 1 << 63, -1 >> 1, bit_count(255), x'0f' | x'f0'",
  "st_astext(st_geomfromtext('POINT(1 2)')), st_geomfromtext('LINESTRING(0 0, 1 1)'), st_x(point(1.5, 2))",
  "cast('[1]' as json), cast(true as json), json_merge_preserve('[1]', '[2]')",
  Array.from({ length: 200 }, (_, index) => `${index % 3 === 0 ? 'null' : index} as c${index}`).join(', '),
];

/** Servers do not agree on every function: an error is an answer like any other. */
const ofExpression = (list: string): DifferentialCase => ({
  name: `select ${list.slice(0, 80)}`,
  sql: `select ${list}`,
});

/** Each column type, and what SELECT makes without a table. */
export const VALUE_CASES: readonly DifferentialCase[] = [
  ...COLUMNS.map(ofColumn),
  ...EXPRESSIONS.map(ofExpression),
];
