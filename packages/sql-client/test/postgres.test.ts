// How Postgres reads its texts. integration/test/modules/sql-scanner holds the same against servers.
import { describe, expect, it } from 'vitest';
import {
  firstPostgresWord,
  firstWord,
  MysqlScanner,
  PostgresScanner,
  type PostgresSettings,
} from '../src/index.ts';
import { tokensOf } from './tokens.ts';

const ON: PostgresSettings = { standardConformingStrings: true };
const OFF: PostgresSettings = { standardConformingStrings: false };
const read = (text: string, settings: PostgresSettings = {}): string[] =>
  tokensOf(new PostgresScanner(text, settings));

describe('white space and comments', () => {
  it.each<[string, string[]]>([
    ['a--b\nc', ['word:a', 'word:c']],
    ['a--b\rc', ['word:a', 'word:c']],
    ['a--b\u2028c', ['word:a']],
    ['a--', ['word:a']],
    ['a\u00a0b', ['word:a\u00a0b']],
    ['a/* b /* c */ d */e', ['word:a', 'word:e']],
    ['a/*/b*/c', ['word:a', 'word:c']],
    ['a/**/c', ['word:a', 'word:c']],
    ['a /*/* */ b', ['word:a', 'unsure:unclosed']],
    ['+--x', ['operator:+']],
    ['*/*x*/y', ['operator:*', 'word:y']],
    ['/*! a */ b', ['word:b']],
    ['# a', ['operator:#', 'word:a']],
  ])('of %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('quotes', () => {
  it.each<[string, string[]]>([
    ["'a''b'c", ["text:'a''b'", 'word:c']],
    ["E'a\\'b'c", ["text:E'a\\'b'", 'word:c']],
    ["e'a\\\\'c", ["text:e'a\\\\'", 'word:c']],
    ["fe'a\\b'c", ['word:fe', "text:'a\\b'", 'word:c']],
    [
      "b'1'X'f'n'c'U&'d\\'",
      ["text:b'1'", "text:X'f'", 'unsure:backslash'].slice(0, 2).concat(["text:n'c'", "text:U&'d\\'"]),
    ],
    ["x'a''b'", ["text:x'a'", "text:'b'"]],
    ['"a""b"', ['name:"a""b"']],
    ['"a\\"b', ['name:"a\\"', 'word:b']],
    ['U&"a\\0062"', ['escaped-name:U&"a\\0062"']],
    ["u & 'a'", ['word:u', 'operator:&', "text:'a'"]],
    ["'a\\'", ['unsure:backslash']],
    ["'a", ['unsure:unclosed']],
    ['"a', ['unsure:unclosed']],
    ["E'a'\n'b\\'c'd", ["text:E'a'\n'b\\'c'", 'word:d']],
    ["E'a'--x\n\t--y\r'b\\'c'd", ["text:E'a'--x\n\t--y\r'b\\'c'", 'word:d']],
    ["E'a' 'b'", ["text:E'a'", "text:'b'"]],
    ["E'a'--x", ["text:E'a'"]],
    ["'a'\n'b'", ["text:'a'\n'b'"]],
  ])('of %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('depend on standard_conforming_strings', () => {
    expect(read("'a\\'b", ON)).toEqual(["text:'a\\'", 'word:b']);
    expect(read("'a\\'b'", OFF)).toEqual(["text:'a\\'b'"]);
  });

  it.each<[string, string[]]>([
    ['$$a$$b', ['text:$$a$$', 'word:b']],
    ['$a$ $b$ $$ $ $a $a$c', ['text:$a$ $b$ $$ $ $a $a$', 'word:c']],
    ['$a$b$a', ['unsure:unclosed']],
    ['a$b$c', ['word:a$b$c']],
    ['$1$2', ['parameter:$1', 'parameter:$2']],
    ['$1a$b', ['parameter:$1', 'word:a$b']],
    ['$ a', ['operator:$', 'word:a']],
    ['$é$x$é$', ['text:$é$x$é$']],
  ])('in dollars of %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('numbers', () => {
  it.each<[string, string[]]>([
    [
      '1 1.5 .5 1. 1e5 1.5E-5 0x1_F 0b01 0o7 1_000',
      ['1', '1.5', '.5', '1.', '1e5', '1.5E-5', '0x1_F', '0b01', '0o7', '1_000'].map((n) => `number:${n}`),
    ],
    ['1union', ['number:1', 'word:union']],
    ['1..5', ['number:1', 'operator:.', 'number:.5']],
    ["1.E'\\''", ['number:1.', "text:E'\\''"]],
    ['t.1', ['word:t', 'number:.1']],
  ])('of %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

it('refuses NUL wherever it is', () => {
  for (const text of ["'a\0b'", 'a\0', '-- \0', '"a\0"']) expect(read(text).at(-1)).toBe('unsure:nul');
});

describe('first words', () => {
  it.each([
    [' /* a /* b */ c */ -- d\n ((select 1))', 'SELECT'],
    ['select1', 'SELECT1'],
    ['"select"', ''],
    ['/* a', ''],
    ['', ''],
    ["e'a'", ''],
    [';; ( copy t to stdout', 'COPY'],
    ['(/*', ''],
    ['\u017felect 1', ''],
    [`${'a'.repeat(65)} 1`, ''],
  ])('of %j', (text, expected) => {
    expect(firstWord(new PostgresScanner(text))).toBe(expected);
    expect(firstPostgresWord(text)).toBe(expected);
  });

  it('stand behind hints', () => {
    expect(firstWord(new MysqlScanner('/*+ a */ (select 1)'))).toBe('SELECT');
  });
});
