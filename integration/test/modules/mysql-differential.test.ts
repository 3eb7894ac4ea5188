// The same statements through mysql2 on Node and through @fairlead/mysql in workerd, against MySQL 9.7 and MariaDB 11.8:
// values, columns, counts and errors are the same, by the text protocol and by the binary one.
import { isFairleadError } from '@fairlead/errors';
import { type ArrayRow, type Client, connect, type StatementResult } from '@fairlead/mysql';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { CASES, PROCEDURES } from './mysql-differential-cases.ts';
import type { DifferentialCase, ServerName } from './mysql-differential-values.ts';
import { askOracle, type Shape, showBytes } from './mysql-oracle.ts';

const { mysql, mariadb, mysqlOracle } = inject('servers');
const PORTS: Readonly<Record<ServerName, number>> = { mysql: mysql.port, mariadb: mariadb.good.port };
const WAYS = ['query', 'execute'] as const;
type Way = (typeof WAYS)[number];

/** What our client makes of a statement, in the oracle's form. */
async function ours(
  client: Client,
  how: Way,
  { sql, params = [], before = [], after = [] }: DifferentialCase,
) {
  for (const each of before) await client.query(each);
  try {
    const { results } = await client[how](sql, params, { rowMode: 'array' });
    return { results: results.map(shown) };
  } catch (error) {
    if (!isFairleadError(error) || error.server === undefined) throw error;
    const { code, message, fields } = error.server;
    return { error: { errno: Number(fields?.errno), sqlState: code, message } };
  } finally {
    for (const each of after) await client.query(each);
  }
}

function shown({ columns, rows, affectedRows, lastInsertId, warningCount }: StatementResult<ArrayRow>) {
  if (columns.length === 0) return { affectedRows, lastInsertId, warningCount };
  const values = rows.map((row) =>
    row.map((value, index) => {
      if (value instanceof Uint8Array) return showBytes(value);
      return typeof value === 'number' && columns[index]?.type === 'float' ? Math.fround(value) : value;
    }),
  );
  return { columns: columns.map(({ name }) => name), rows: values };
}

describe.each(['mysql', 'mariadb'] as const)('%s', (server) => {
  const port = PORTS[server];
  const cases = CASES.filter(({ only }) => only === undefined || only === server);
  const asked = WAYS.flatMap((how) =>
    cases.filter((each) => each.how === undefined || each.how === how).map((each) => ({ how, each })),
  );
  let client: Client;
  let answers: ReadonlyMap<DifferentialCase, Readonly<Partial<Record<Way, Shape>>>>;

  beforeAll(async () => {
    const options = { json: 'raw', tls: false } as const;
    client = await connect(`mysql://trusted@localhost:${port}/fairlead`, options);
    for (const [name, body] of Object.entries(PROCEDURES)) {
      await client.query(`drop procedure if exists ${name}`);
      await client.query(`create procedure ${name}${body}`);
    }
    const steps = asked.map(({ how, each: { sql, params = [], before = [], after = [] } }) => {
      return { how, sql, params, before, after };
    });
    const all = await askOracle(mysqlOracle.url, { port, steps });
    const byCase = new Map<DifferentialCase, Partial<Record<Way, Shape>>>();
    for (const [index, { how, each }] of asked.entries()) {
      const answer = all[index];
      if (answer !== undefined) byCase.set(each, { ...byCase.get(each), [how]: answer });
    }
    answers = byCase;
  }, 60_000);
  afterAll(async () => {
    for (const name of Object.keys(PROCEDURES)) await client.query(`drop procedure if exists ${name}`);
    await client.close();
  });

  it.each(asked.map(({ how, each }) => [how, each.name, each] as const))(
    '%s: %s',
    async (how, _name, each) => {
      const expected = answers.get(each)?.[how];
      expect(expected).toBeDefined();
      expect(await ours(client, how, each)).toEqual(expected);
    },
  );
});
