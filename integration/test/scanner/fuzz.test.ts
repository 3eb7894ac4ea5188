// The scanner's reading of random texts against the servers' own, in every mode that changes it: MySQL 9.7, MariaDB 11.8,
// PostgreSQL 17. FAIRLEAD_FUZZ_TEXTS and FAIRLEAD_FUZZ_SEED make longer and other runs.
import { MysqlScanner, type MysqlSettings, PostgresScanner, type SqlScanner } from '@fairlead/sql-client';
import { expect, inject, it } from 'vitest';
import { mysqlOracle, type Oracle, postgresOracle, prepareMysql, preparePostgres } from './servers.ts';
import { randomOf, textOf } from './texts.ts';
import { difference, verdictOf } from './verdict.ts';

const TEXTS = Number(process.env.FAIRLEAD_FUZZ_TEXTS ?? 1000);
const SEED = Number(process.env.FAIRLEAD_FUZZ_SEED ?? 9);
/** Enough to see what is wrong. */
const MAX_SHOWN = 10;

const { mysql, mariadb, postgres } = inject('servers');
const MYSQL = `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead`;
const MARIADB = `mariadb://native:native-password@localhost:${mariadb.good.port}/fairlead`;
const POSTGRES = `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead`;

type Scan = (text: string) => SqlScanner;

/** Without settings it may be unsure more often, never otherwise wrong. */
async function run(name: string, oracle: Oracle, exact: Scan, blind: readonly Scan[]): Promise<void> {
  const random = randomOf(SEED);
  const wrong: string[] = [];
  const counts = { texts: 0, ran: 0, stopped: 0, unsure: 0, blindUnsure: 0 };
  try {
    while (counts.texts < TEXTS && wrong.length < MAX_SHOWN) {
      const text = textOf(random);
      const finding = await oracle.find(text);
      counts.texts += 1;
      if (finding.columns !== undefined) counts.ran += 1;
      if (finding.errorAt !== undefined) counts.stopped += 1;
      for (const scan of [exact, ...blind]) {
        const verdict = verdictOf(scan(text));
        if (verdict.sure < text.length) counts[scan === exact ? 'unsure' : 'blindUnsure'] += 1;
        const found = difference(verdict, finding, text);
        if (found !== undefined) wrong.push(`${JSON.stringify(text)}: ${found}`);
      }
    }
  } finally {
    await oracle.close();
  }
  console.log(`${name}: ${JSON.stringify(counts)}`);
  expect(wrong).toEqual([]);
}

const MODES: readonly (readonly [mode: string, settings: MysqlSettings])[] = [
  ['', { noBackslashEscapes: false, ansiQuotes: false }],
  ['ANSI_QUOTES', { noBackslashEscapes: false, ansiQuotes: true }],
  ['NO_BACKSLASH_ESCAPES', { noBackslashEscapes: true, ansiQuotes: false }],
  ['NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT', { noBackslashEscapes: true, ansiQuotes: true }],
  ['IGNORE_SPACE', { noBackslashEscapes: false, ansiQuotes: false }],
];
const MARIADB_MODES: typeof MODES = [
  ...MODES,
  ['ORACLE', { noBackslashEscapes: false, ansiQuotes: true }],
  ['MSSQL', { noBackslashEscapes: false, ansiQuotes: true }],
];
const SERVERS = [
  ['mysql', MYSQL, MODES],
  ['mariadb', MARIADB, MARIADB_MODES],
] as const;

for (const [server, url, modes] of SERVERS) {
  it(`reads texts as ${server} does`, async () => {
    await prepareMysql(url);
    const blind: Scan[] = [(text) => new MysqlScanner(text), (text) => new MysqlScanner(text, { server })];
    for (const [mode, settings] of modes) {
      const exact: Scan = (text) => new MysqlScanner(text, { server, ...settings });
      await run(`${server} in mode "${mode}"`, await mysqlOracle(url, mode), exact, blind);
    }
  });
}

it('reads texts as postgres does', async () => {
  await preparePostgres(POSTGRES);
  for (const setting of ['on', 'off'] as const) {
    const exact: Scan = (text) => new PostgresScanner(text, { standardConformingStrings: setting === 'on' });
    const blind: Scan = (text) => new PostgresScanner(text);
    await run(
      `postgres, standard_conforming_strings = ${setting}`,
      await postgresOracle(POSTGRES, setting),
      exact,
      [blind],
    );
  }
});
