// Time grows with the text, not with its square: texts that make scanners look at the same characters again and again.
import { describe, expect, it } from 'vitest';
import { MysqlScanner, PostgresScanner, type SqlScanner } from '../src/index.ts';

const LENGTH = 1 << 18;
/**
 * Linear work on such a text takes some 20 ms, the square of it a quarter of a minute and more: what lies between is the
 * business of a busy machine.
 */
const ENOUGH_MS = 5_000;

/** Units that are repeated, behind `select 1 `. */
const UNITS = [
  '/* ',
  '/*+ ',
  '/*! ',
  '*/',
  '/* */',
  '-- ',
  '--',
  '- - ',
  '#',
  '#\n',
  "'",
  "''",
  "'a' ",
  "E'a'\n",
  "E'a' ",
  '"',
  '`',
  '``',
  '$a$',
  '$$',
  '$',
  '$a',
  '$a$ $b$ ',
  '\\',
  "'\\",
  "\\'",
  '(',
  ')',
  'a',
  'a.',
  '1',
  '1e',
  '1.',
  '.1',
  '0x',
  '1_',
  '@',
  '@@',
  '?',
  ' ',
  '\n',
  '\u00a0',
  '\0',
  "'\0'",
  'select ',
  'é',
  '[',
  'U&"',
  "X'",
  ';',
  ':a',
  '\t--\n',
];
const DIALECTS: [string, (text: string) => SqlScanner][] = [
  ['postgres', (text) => new PostgresScanner(text)],
  ['postgres, escaping', (text) => new PostgresScanner(text, { standardConformingStrings: false })],
  ['mysql', (text) => new MysqlScanner(text)],
  [
    'mysql, escaping',
    (text) => new MysqlScanner(text, { server: 'mariadb', noBackslashEscapes: false, ansiQuotes: false }),
  ],
];

/** Inside workerd the clock stands still while code runs, and goes on with the next event. */
async function now(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve));
  return performance.now();
}

async function timed(tokens: SqlScanner): Promise<number> {
  const start = await now();
  while (tokens.next() !== 'end');
  return (await now()) - start;
}

describe.each(DIALECTS)('for %s', (_name, scanner) => {
  const time = (unit: string, length: number): Promise<number> =>
    timed(scanner(`select 1 ${unit.repeat(length / unit.length)}`));

  it.each(UNITS)('time does not grow with the square of a text of %j', async (unit) => {
    // The better of two: the other one may have been interrupted.
    const first = await time(unit, LENGTH);
    expect(first < ENOUGH_MS ? first : await time(unit, LENGTH)).toBeLessThan(ENOUGH_MS);
  });

  it('4 MiB are read', async () => {
    for (const unit of ['/* ', '-- ', "'", '$a$', "E'a'\n", '"a" ']) await time(unit, 16 * LENGTH);
  });
});
