// JSON from callers: as JSON.parse reads it, but that no digit is lost and no member stands twice.
import { describe, expect, it } from 'vitest';
import { JsonNumber } from '../src/json/number.ts';
import { JsonFault, JsonPart, parseJson } from '../src/json/parser.ts';

const read = (text: string) => parseJson(text, { maxDepth: 64 });

function faultOf(text: string, maxDepth = 64): JsonFault {
  try {
    parseJson(text, { maxDepth });
  } catch (error) {
    if (error instanceof JsonFault) return error;
  }
  throw new Error(`${text} was taken`);
}

describe('numbers', () => {
  it.each([
    '0',
    '-1',
    '1.10',
    '1e2',
    '1E-2',
    '0e999999999',
    '0.1',
    '0.30000000000000004',
    '5e-324',
    '9007199254740991',
    '-9007199254740991',
    '1000000000000000.50',
    '-0',
  ])('%s is a number', (text) => expect(read(text)).toBe(Number(text)));

  it.each([
    '363896575396806667',
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '1.7976931348623157e308',
    '1e400',
    '-1e400',
    '1e-400',
    '1e21',
    '0.1000000000000000055511151231',
    '123456789012345678.5',
    '2e-324',
    `0.${'0'.repeat(400)}1`,
    '9'.repeat(400),
  ])('%s keeps its digits', (text) => expect(read(`[${text}]`)).toEqual([new JsonNumber(text)]));
});

const VALUES = [
  '{}',
  '[]',
  'true',
  'false',
  'null',
  '""',
  ' [ 1 , "a" , { "b" : [ ] } ]\r\n\t',
  '"\\u00e9\\n\\"\\\\\\ud83d\\ude00"',
  '{"__proto__":{"a":1},"constructor":2}',
  '{"a":{"a":{"a":[[1]]}}}',
  '"\u2028\u007f"',
];

it.each(VALUES)('%s is what JSON.parse makes of it', (text) => {
  expect(read(text)).toEqual(JSON.parse(text));
  expect(JSON.stringify(read(text))).toBe(JSON.stringify(JSON.parse(text)));
});

const BROKEN = [
  '',
  ' ',
  '[',
  '{',
  '"',
  '"a',
  '"\\',
  '"a\\',
  '"\\x"',
  '"\\u12"',
  '"a\nb"',
  '"a\0b"',
  '[1,]',
  '[,1]',
  '{,}',
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  '{a:1}',
  "{'a':1}",
  '01',
  '-',
  '1.',
  '.5',
  '+1',
  '1e',
  '0x1',
  'NaN',
  'Infinity',
  'nul',
  'truee',
  '1 2',
  '[1}',
  '{]',
  '[1 2]',
  '\ufeff1',
  '\u00a01',
  '// 1\n1',
];

it.each(BROKEN)('%j is no JSON', (text) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(faultOf(text).kind).toBe('syntax');
});

it('every beginning of a document is refused', () => {
  const text = '{"a":[1.5e3,true,null,"\\u00e9\\ud83d\\ude00",{"b":-0.1}],"c":{}}';
  for (let end = 0; end < text.length; end++) expect(faultOf(text.slice(0, end)).kind).toBe('syntax');
});

describe('what JSON.parse takes in silence', () => {
  it.each([
    ['{"a":1,"b":{"c":[0,{"d":1,"d":2}]}}', ['b', 'c', 1, 'd'], 26],
    ['{"a":1,"\\u0061":2}', ['a'], 7],
    ['{"__proto__":1,"__proto__":2}', ['__proto__'], 15],
    ['{"toString":1,"toString":2}', ['toString'], 14],
  ])('%s: two members of one name', (text, path, position) => {
    expect(faultOf(text)).toMatchObject({ kind: 'duplicate', path, position });
  });

  it('one name in two objects is no fault', () => {
    expect(read('[{"a":1},{"a":2}]')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it.each(['"\\ud800"', '"\\udc00x"', '"\\ude00\\ud83d"', '{"\\ud800":1}'])(
    '%s: half a surrogate pair',
    (text) => {
      expect(faultOf(text).kind).toBe('surrogate');
    },
  );
});

it('what is nested too deeply is refused where it begins', () => {
  expect(read(`${'['.repeat(64)}${']'.repeat(64)}`)).toBeDefined();
  expect(faultOf(`[${'['.repeat(1e6)}`)).toMatchObject({ kind: 'depth', position: 64 });
  expect(faultOf('{"a":[{}]}', 2)).toMatchObject({ kind: 'depth', path: ['a', 0] });
});

it('arrays and objects in a named member come with their own text', () => {
  const text =
    '{"q":[{"params":[1.0, {"b":1.10,"2":2, "1":{"params":[{}]}},\n[ 9007199254740993, {"c":[]} ]]}],"x":[{}]}';
  expect(parseJson(text, { maxDepth: 64, partsIn: 'params' })).toEqual({
    q: [
      {
        params: [
          1,
          new JsonPart({ b: 1.1, 2: 2, 1: { params: [{}] } }, '{"b":1.10,"2":2, "1":{"params":[{}]}}'),
          new JsonPart(
            [new JsonNumber('9007199254740993'), new JsonPart({ c: [] }, '{"c":[]}')],
            '[ 9007199254740993, {"c":[]} ]',
          ),
        ],
      },
    ],
    x: [{}],
  });
});

/** Each of 1 MiB and of 4: what grows with the square takes 16 times as long for 4 times the text. */
it.each([
  ['a string', (n: number) => `"${'a'.repeat(n)}"`],
  ['escapes', (n: number) => `"${'\\n'.repeat(n / 2)}"`],
  ['an open string', (n: number) => `["${'\\"'.repeat(n / 2)}`],
  ['white space', (n: number) => `${' '.repeat(n)}x`],
  ['digits', (n: number) => '9'.repeat(n)],
  ['zeros', (n: number) => `0.${'0'.repeat(n)}1e5`],
  ['numbers', (n: number) => `[${'1.5e5,'.repeat(n / 6)}1]`],
  ['names', (n: number) => `{${Array.from({ length: n / 12 }, (_, i) => `"k${i}":1`).join()}}`],
  ['objects', (n: number) => `[${'{},'.repeat(n / 3)}0]`],
])('%s: time grows with the length', (_what, text) => {
  const small = timeOf(text(2 ** 19));
  const large = timeOf(text(2 ** 22));
  expect(large).toBeLessThan(40 * small + 400);
});

function timeOf(text: string): number {
  const start = Date.now();
  for (let i = 0; i < 2; i++) {
    try {
      read(text);
    } catch {
      // Refused: also that has to be quick.
    }
  }
  return Date.now() - start;
}
