// Values for the differential test, type by type. Data only: the answers are pg's to know.

/** One statement. */
export interface DifferentialCase {
  readonly name: string;
  readonly sql: string;
  readonly params?: readonly unknown[];
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** The oldest version that knows what is asked. Default: all do. */
  readonly since?: number;
}

/** The enum, the domain and the composite that the values need: statements to make them, and to drop them. */
export const OWN_TYPES: Readonly<Record<'make' | 'drop', readonly string[]>> = {
  make: [
    'create schema differential',
    "create type differential.rig as enum ('sloop', 'kétch', 'full-rigged ship', 'with \"quotes\", and comma')",
    'create domain differential.depth as numeric(6, 2) check (value > 0)',
    'create type differential.berth as (number int, name text, kept timestamptz)',
    "create function differential.fails(text) returns int language plpgsql as $$ begin raise exception 'failed with %', $1 using errcode = 'FL001', detail = 'the detail', hint = 'the hint', column = 'c', constraint = 'k', datatype = 'd', table = 't', schema = 's'; end $$",
  ],
  drop: ['drop schema if exists differential cascade'],
};

const LONG = 'ü'.repeat(3000);

/** A type, and values in the form in which the server reads them. */
const VALUES: readonly (readonly [type: string, texts: readonly string[]])[] = [
  ['bool', ['t', 'f']],
  ['int2', ['-32768', '32767', '0', '-1']],
  ['int4', ['-2147483648', '2147483647', '0', '-1']],
  ['int8', ['-9223372036854775808', '9223372036854775807', '9007199254740993', '0', '-1']],
  ['oid', ['0', '4294967295']],
  [
    'float4',
    ['0', '-0', '0.1', '1e10', '-3.4028235e38', '1.1754944e-38', '1e-45', 'NaN', 'Infinity', '-Infinity'],
  ],
  [
    'float8',
    [
      '0',
      '-0',
      '0.1',
      '0.30000000000000004',
      '1e21',
      '-1.7976931348623157e308',
      '2.2250738585072014e-308',
      '5e-324',
      '123456789012345680',
      'NaN',
      'Infinity',
      '-Infinity',
    ],
  ],
  [
    'numeric',
    [
      '0',
      '-0.00',
      '1.50',
      '10000',
      '9999.9999',
      '0.0001',
      '-0.00010000',
      '123456789012345678901234567890.000000010',
      `${'9'.repeat(200)}.${'9'.repeat(200)}`,
      '1e100',
      '1e-100',
      'NaN',
      'Infinity',
      '-Infinity',
    ],
  ],
  ['numeric(10,2)', ['0', '-12345678.90', '0.01']],
  ['money', ['0', '-92233720368547758.08', '92233720368547758.07', '1234.5']],
  [
    'text',
    ['', ' ', 'NULL', 'null', '{a,"b"}', `it's "quoted" \\ back`, 'tab\tline\ncarriage\r', '横浜 🚢 é', LONG],
  ],
  ['varchar(10)', ['', 'ten chars!', '横浜']],
  ['char(5)', ['', 'ab', '横浜']],
  ['"char"', ['a', '']],
  ['name', ['a name', 'x'.repeat(63)]],
  ['bytea', ['\\x', '\\x00', '\\x00ff0d0a5c27', '\\000\\\\a', `\\x${'fe'.repeat(5000)}`]],
  [
    'date',
    [
      '2024-02-29',
      '0001-01-01',
      '0001-12-31 BC',
      '0044-03-15 BC',
      '4713-01-01 BC',
      '9999-12-31',
      '10000-01-01',
      '5874897-12-31',
      '2000-01-01',
      '1999-12-31',
      '1970-01-01',
      'infinity',
      '-infinity',
    ],
  ],
  ['time', ['00:00:00', '23:59:59.999999', '24:00:00', '12:34:56', '12:34:56.1', '00:00:00.000001']],
  [
    'timetz',
    ['00:00:00+00', '23:59:59.999999-15:59', '12:34:56.5+05:30', '24:00:00+14', '12:00:00+01:02:03'],
  ],
  [
    'timestamp',
    [
      '2024-02-29 12:34:56.123456',
      '2024-02-29 00:00:00',
      '2024-02-29 12:34:56.1',
      '1999-12-31 23:59:59.999999',
      '0001-01-01 00:00:00',
      '0044-03-15 01:02:03.000004 BC',
      '4713-01-01 00:00:00 BC',
      '10000-01-01 00:00:00',
      '294276-12-31 23:59:59.999999',
      'infinity',
      '-infinity',
    ],
  ],
  [
    'timestamptz',
    [
      '2024-02-29 12:34:56.123456+00',
      '2024-02-29 12:34:56.123456+05:30',
      '2024-02-29 00:00:00-15:59',
      '1969-12-31 23:59:59.999999+00',
      '0001-01-01 00:00:00+00',
      '0044-03-15 01:02:03.000004+00 BC',
      '10000-01-01 00:00:00+00',
      '294276-12-31 23:59:59.999999+00',
      'infinity',
      '-infinity',
    ],
  ],
  [
    'interval',
    [
      '0',
      '1 year 2 mons 3 days 04:05:06.789',
      '-1 year -2 mons +3 days -04:05:06.000001',
      '1 mon -1 day',
      '23:59:59.999999',
      '-00:00:00.1',
      '100000:00:00',
      '178000000 years',
      '-178000000 years',
      '12 mons',
      '13 mons 1 sec',
    ],
  ],
  ['uuid', ['00000000-0000-0000-0000-000000000000', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6']],
  [
    'json',
    ['null', 'true', '""', '"ü\\u00e9\\n"', '[1, 2.50, 1e100]', '{"b": {}, "a": [null], "b": 2}', ' [ ] '],
  ],
  ['jsonb', ['null', 'false', '"null"', '[1, 2.50, 1e10]', '{"b": {}, "a": [null], "__proto__": 1}', '-0.5']],
  ['jsonpath', ['$', '$.a[*] ? (@ > 1)']],
  ['xml', ['<a b="c">ü</a>', 'text']],
  ['inet', ['0.0.0.0', '255.255.255.255/8', '10.1.2.3/32', '::', '2001:db8::1/64', '::ffff:1.2.3.4']],
  ['cidr', ['10.0.0.0/8', '192.168.1.1/32', '::/0', '2001:db8::/32']],
  ['macaddr', ['08:00:2b:01:02:03']],
  ['macaddr8', ['08:00:2b:01:02:03:04:05']],
  ['bit(3)', ['101', '000']],
  ['varbit', ['', '1', '101010101']],
  ['point', ['(0,-0)', '(1.5,-2e300)', '(NaN,Infinity)']],
  ['line', ['{1,2,3}']],
  ['lseg', ['[(0,0),(1,1)]']],
  ['box', ['(1,1),(0,0)']],
  ['path', ['[(0,0),(1,1)]', '((0,0),(1,1))']],
  ['polygon', ['((0,0),(1,0),(1,1))']],
  ['circle', ['<(0,0),1.5>']],
  ['tsvector', ["'a':1A 'fat':2,4C 'it''s':3"]],
  ['tsquery', ["'fat' & !'rat':AB | ( 'cat' <-> 'dog' )"]],
  ['pg_lsn', ['0/0', 'FFFFFFFF/FFFFFFFF']],
  ['xid8', ['0', '18446744073709551615']],
  ['tid', ['(0,1)']],
  ['regclass', ['pg_class', 'harbours']],
  ['regtype', ['integer', 'timestamp with time zone']],
  ['int4range', ['empty', '[1,5)', '(,5)', '[1,)', '(,)', '[-2147483648,2147483647)']],
  ['int8range', ['[9007199254740993,9007199254740995)']],
  ['numrange', ['[1.10,2.20]', '(0,1)', '(NaN,)']],
  ['daterange', ['[2024-01-01,2024-02-29)', '[infinity,)', '(,-infinity]', '[0044-03-15 BC,10000-01-01)']],
  ['tsrange', ['["2024-01-01 00:00:00","2024-02-29 12:34:56.123456"]', '("2024-01-01 00:00:00",infinity)']],
  ['tstzrange', ['["2024-01-01 00:00:00+00","2024-02-29 12:34:56.123456+00")']],
  ['int4multirange', ['{}', '{[1,3),[5,7)}', '{(,)}', '{[1,)}']],
  ['nummultirange', ['{[1.5,2.5],(3,4)}']],
  ['datemultirange', ['{[2024-01-01,2024-02-01),[2024-03-01,infinity]}']],
  ['tstzmultirange', ['{["2024-01-01 00:00:00+00","2024-01-02 00:00:00+00")}']],
  ['differential.rig', ['sloop', 'kétch', 'full-rigged ship', 'with "quotes", and comma']],
  ['differential.depth', ['0.01', '9999.99']],
  ['differential.berth', ['(1,"a ""name"", with comma","2024-01-01 00:00:00+00")', '(,,)', '(2,"",)']],
];

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A type's name with its own brackets off, as arrays of it are named. */
const arrayOf = (type: string): string => `${type}[]`;

function casesOf([type, texts]: (typeof VALUES)[number]): DifferentialCase[] {
  const literals = texts.map((text) => `${quoted(text)}::${type}`);
  const [first = 'null', second = first] = literals;
  const array = arrayOf(type);
  const rows = [...literals, 'null'].map((literal, index) => `(${index}, ${literal})`);
  const nested = `array[[${first}, null], [${second}, ${first}]]::${array}`;
  const cases = [
    { name: type, sql: `select v::${type} from (values ${rows.join(', ')}) t (i, v) order by i` },
    {
      name: `${type} in arrays`,
      sql: `select array[${literals.join(', ')}, null]::${array} a, '{}'::${array} b, ${nested} c,
        array_fill(${second}, array[2, 1, 2], array[0, -1, 7]) d, array[[[null]]]::${array} e, null::${array} f`,
    },
    {
      name: `${type} in rows`,
      sql: `select row(${first}, null, row(${second}), array[${first}]) r, ${first} a, ${second} b`,
    },
    {
      name: `${type} as parameters`,
      sql: `select ${[...texts, null].map((_, index) => `$${index + 1}::${type} as c${index}`).join(', ')}`,
      params: [...texts, null],
    },
  ];
  // pg puts commas between boxes.
  if (type === 'box') return cases;
  const parameter = {
    sql: `select $1::${array} v, $2::${array} w`,
    params: [[...texts, null], [[first, null]].slice(1)],
  };
  return [...cases, { name: `${type} in array parameters`, ...parameter }];
}

/** Each type: alone, in arrays, in rows, as parameters. */
export const VALUE_CASES: readonly DifferentialCase[] = VALUES.flatMap(casesOf);
