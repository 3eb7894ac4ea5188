// How MySQL and MariaDB read their texts. integration/test/modules/sql-scanner holds the same against servers.
import { describe, expect, it } from 'vitest';
import { MysqlScanner, type MysqlSettings } from '../src/index.ts';
import { tokensOf } from './tokens.ts';

const PLAIN: MysqlSettings = { server: 'mysql', noBackslashEscapes: true, ansiQuotes: false };
const DEFAULT: MysqlSettings = { server: 'mysql', noBackslashEscapes: false, ansiQuotes: false };
const read = (text: string, settings: MysqlSettings = {}): string[] =>
  tokensOf(new MysqlScanner(text, settings));

describe('white space and comments', () => {
  it.each<[string, string[]]>([
    ['a--b', ['word:a', 'operator:-', 'operator:-', 'word:b']],
    ['a-- b\nc', ['word:a', 'word:c']],
    ['a--\u0001b\nc', ['word:a', 'word:c']],
    ['a--\u007fb\nc', ['word:a', 'word:c']],
    ['a--', ['word:a']],
    ['a--\u00a0b', ['word:a', 'operator:-', 'operator:-', 'word:\u00a0b']],
    ['a--\u0085b', ['word:a', 'operator:-', 'operator:-', 'word:\u0085b']],
    ['a\u2028b', ['word:a\u2028b']],
    ['a # b \r c\nd', ['word:a', 'word:d']],
    ['a/* b /* c */d', ['word:a', 'word:d']],
    ['a/*/b*/c', ['word:a', 'word:c']],
    ['a/**/c', ['word:a', 'word:c']],
    ['---- a', ['operator:-', 'operator:-']],
    ['/*+ a */ b', ['hint:/*+ a */', 'word:b']],
    ['/*+ a', ['unsure:unclosed']],
    ['/*+ `*/` */', ['unsure:hint']],
    ['a /* b', ['word:a', 'unsure:unclosed']],
    ['a /*! b */ c', ['word:a', 'unsure:executable-comment']],
    ['/*!50000 b */', ['unsure:executable-comment']],
  ])('of %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('has M comments for MariaDB', () => {
    expect(read('a/*M! b */c')).toEqual(['word:a', 'unsure:executable-comment']);
    expect(read('a/*M! b */c', { server: 'mariadb' })).toEqual(['word:a', 'unsure:executable-comment']);
    expect(read('a/*M! b */c', { server: 'mysql' })).toEqual(['word:a', 'word:c']);
  });
});

describe('quotes', () => {
  it.each<[string, string[]]>([
    ["'a''b'c", ["text:'a''b'", 'word:c']],
    ["x'41'N'b'b'1'_utf8'd'", ["text:x'41'", "text:N'b'", "text:b'1'", 'word:_utf8', "text:'d'"]],
    ["ax'41'", ['word:ax', "text:'41'"]],
    ['`a``"b` (', ['name:`a``"b`', 'operator:(']],
    ['`a\\`b', ['name:`a\\`', 'word:b']],
    ["'a\\nb'", ["text:'a\\nb'"]],
    ["'a\\\\'b", ["text:'a\\\\'", 'word:b']],
    ["'a\\'b'", ['unsure:backslash']],
    ["'a\\''", ['unsure:backslash']],
    ["'a", ['unsure:unclosed']],
    ['`a', ['unsure:unclosed']],
    ['"a""b"', ['text-or-name:"a""b"']],
    ['"a\\"', ['unsure:backslash']],
    ['a \\N', ['word:a', 'unsure:backslash']],
  ])('of %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('depend on sql_mode', () => {
    expect(read("'a\\'b'", DEFAULT)).toEqual(["text:'a\\'b'"]);
    expect(read("'a\\'b", PLAIN)).toEqual(["text:'a\\'", 'word:b']);
    expect(read('"a\\"b"', DEFAULT)).toEqual(['text:"a\\"b"']);
    expect(read('"a\\"b', { ...DEFAULT, ansiQuotes: true })).toEqual(['name:"a\\"', 'word:b']);
    expect(read('"a\\"b', { ...DEFAULT, ansiQuotes: undefined })).toEqual(['unsure:backslash']);
    expect(read('"a\\"b', { ...PLAIN, ansiQuotes: undefined })).toEqual(['text-or-name:"a\\"', 'word:b']);
  });

  it('of dollars and brackets belong to some servers', () => {
    expect(read('$a, $b')).toEqual(['word:$a', 'operator:,', 'word:$b']);
    expect(read('a$b$')).toEqual(['word:a$b$']);
    expect(read('$$ a')).toEqual(['unsure:dollar-quote']);
    expect(read('$a$ a')).toEqual(['unsure:dollar-quote']);
    expect(read('$a$', { server: 'mariadb' })).toEqual(['word:$a$']);
    expect(read('[a', { server: 'mysql' })).toEqual(['operator:[', 'word:a']);
    expect(read('[a')).toEqual(['unsure:bracket']);
  });

  it('give names without quotes', () => {
    const tokens = new MysqlScanner('`a``b` "c""d" e');
    const values: string[] = [];
    while (tokens.next() !== 'end') values.push(tokens.value);
    expect(values).toEqual(['a`b', 'c"d', 'e']);
  });
});

describe('numbers, names and variables', () => {
  it.each<[string, string[]]>([
    [
      '1 1.5 .5 1e5 1.5e-5 0x1F 0b01',
      ['1', '1.5', '.5', '1e5', '1.5e-5', '0x1F', '0b01'].map((n) => `number:${n}`),
    ],
    ['1a 1e 0xg 0x 0b2 0X1', ['1a', '1e', '0xg', '0x', '0b2', '0X1'].map((n) => `word:${n}`)],
    ['1e1union', ['number:1e1', 'word:union']],
    ['.1union', ['number:.1', 'word:union']],
    ['1.union', ['number:1.', 'word:union']],
    ['1e+x', ['word:1e', 'operator:+', 'word:x']],
    ['1.e-- x', ['unsure:number']],
    ["1.e'x'", ['unsure:number']],
    ['1..2', ['unsure:number']],
    ['a..b', ['word:a', 'unsure:number']],
    ['t.1e5', ['word:t', 'operator:.', 'word:1e5']],
    ['t.1.2', ['word:t', 'operator:.', 'word:1', 'operator:.', 'word:2']],
    ['t .1b', ['word:t', 'number:.1', 'word:b']],
    ['`t`.1b', ['name:`t`', 'number:.1', 'word:b']],
    ['é.ü', ['word:é', 'operator:.', 'word:ü']],
    ['@a.b(', ['variable:@a.b', 'operator:(']],
    ["@'a' @`b`", ['variable:@', "text:'a'", 'variable:@', 'name:`b`']],
    ['@@global.x', ['variable:@@global', 'operator:.', 'word:x']],
    ['@ -- x', ['variable:@']],
    ['?a :b', ['parameter:?', 'word:a', 'operator::', 'word:b']],
  ])('of %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('NUL', () => {
  it('ends what can be told, but in texts', () => {
    expect(read("'a\0b' c")).toEqual(["text:'a\0b'", 'word:c']);
    expect(read("'a\0b' \0")).toEqual(["text:'a\0b'", 'unsure:nul']);
    for (const text of ['a \0', '`a\0` b', '"a\0" b', '# a\0\n b', '# a\0', '/* \0 */ b', '\0'])
      expect(read(text).at(-1)).toBe('unsure:nul');
  });
});

it('stays at the end', () => {
  const tokens = new MysqlScanner('a /*');
  expect([1, 2, 3, 4].map(() => tokens.next())).toEqual(['word', 'unsure', 'end', 'end']);
  expect(tokens.why).toBe('unclosed');
});
