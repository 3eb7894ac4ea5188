// Time grows with the text, not with its square: texts that make scanners look at the same characters again and again.
import { describe, expect, it } from 'vitest';
import { MysqlScanner, PostgresScanner, type SqlScanner } from '../src/index.ts';

const MIB = 1 << 20;
/** Four times the text is four times the work; if it were 16 times, it would be quadratic. */
const MAX_RATIO = 10;
/** What takes less has no ratio that says anything on a busy machine. Quadratic work takes minutes for a MiB. */
const FLOOR_MS = 150;

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

  it.each(UNITS)('time grows with a text of %j', async (unit) => {
    const small = await time(unit, MIB / 4);
    const large = await time(unit, MIB);
    expect(large).toBeLessThan(Math.max(small, FLOOR_MS) * MAX_RATIO);
  });

  it('4 MiB are read', async () => {
    for (const unit of ['/* ', '-- ', "'", '$a$', "E'a'\n", '"a" ']) await time(unit, 4 * MIB);
  });
});
