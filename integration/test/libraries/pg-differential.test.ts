// The same calls through `pg` and through @fairlead/postgres/pg, both in Node, against PostgreSQL 17: results, values and errors are
// the same.
import { type FieldDef, Client as OurClient, type QueryConfig } from '@fairlead/postgres/pg';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CASES } from '../modules/postgres-differential-cases.ts';
import { OWN_TYPES } from '../modules/postgres-differential-values.ts';
import { login } from '../pg-login.ts';

/** Objects that are made here have higher OIDs (FirstNormalObjectId). */
const FIRST_OWN_OID = 16_384;

/** What both clients can do. */
interface AnyClient {
  connect(): Promise<unknown>;
  query(query: QueryConfig | string): Promise<unknown>;
  end(): Promise<void>;
}

/** Without the class, and what only `pg` has: its own bookkeeping. */
function shownResult(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(shownResult);
  const { command, rowCount, oid, rows, fields } = result as Record<string, unknown>;
  return { command, rowCount, oid, rows, fields: (fields as FieldDef[]).map(shownField) };
}

/** A case's own tables are made once more for each client, with another OID. */
function shownField({ tableID, ...field }: FieldDef): object {
  return { ...field, tableID: tableID > FIRST_OWN_OID ? 'own' : tableID };
}

/** Names of prepared statements differ: `pg` prepares nothing that is not asked for by name. */
function shownError(error: unknown): unknown {
  if (!(error instanceof Error)) throw error;
  const { length, stack, cause, ...fields } = error as Error & { length?: number };
  const message = error.message.replace(/prepared statement "\w+"/, 'prepared statement ""');
  return { error: { ...fields, message } };
}

async function outcome(client: AnyClient, query: QueryConfig | string): Promise<unknown> {
  try {
    return shownResult(await client.query(query));
  } catch (error) {
    return shownError(error);
  }
}

let theirs: AnyClient;
let ours: AnyClient;

beforeAll(async () => {
  theirs = new pg.Client({
    ...login,
    ssl: false,
    options: '-c TimeZone=Europe/Berlin',
  }) as unknown as AnyClient;
  ours = new OurClient({ ...login, options: '-c TimeZone=Europe/Berlin' });
  await Promise.all([theirs.connect(), ours.connect()]);
  for (const sql of [...OWN_TYPES.drop, ...OWN_TYPES.make]) await theirs.query(sql);
});

afterAll(async () => {
  for (const sql of OWN_TYPES.drop) await theirs.query(sql);
  await Promise.all([theirs.end(), ours.end()]);
});

/** Runs a query through both, one after the other, each in the same surroundings. */
async function both(
  query: QueryConfig | string,
  { before = [], after = [] }: { before?: readonly string[]; after?: readonly string[] } = {},
): Promise<[unknown, unknown]> {
  const outcomes: unknown[] = [];
  for (const client of [theirs, ours]) {
    for (const sql of before) await client.query(sql);
    outcomes.push(await outcome(client, query));
    for (const sql of after) await client.query(sql);
  }
  return [outcomes[0], outcomes[1]];
}

describe('statements', () => {
  const cases = CASES.filter(({ since = 0 }) => since <= 17);
  it.each(cases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    const { sql: text, params: values } = each;
    for (const rowMode of [undefined, 'array'] as const) {
      const [expected, got] = await both({ text, values, rowMode }, each);
      expect(got).toEqual(expected);
    }
  });
});

describe('values as parameters', () => {
  const parameters: readonly (readonly [string, unknown])[] = [
    ['timestamptz', new Date('2024-02-29T12:34:56.789Z')],
    ['timestamp', new Date(-62_198_755_200_000)],
    ['date', new Date(2024, 1, 29)],
    ['timestamptz', new Date('0044-03-15T00:00:00Z')],
    ['int8', 2n ** 62n],
    ['bytea', new Uint8Array([0, 255, 10])],
    ['bytea', Buffer.from('ahoy')],
    ['bytea[]', [Buffer.from([0, 255])]],
    ['text[]', ['a', null, 'NULL', '"\\', '']],
    ['jsonb', { a: [1, { b: null }], at: new Date(0) }],
    ['jsonb[]', [{ a: 1 }, { b: '"' }]],
    ['int[]', []],
    ['int', undefined],
    ['text', 'ü\n'],
    ['bool', true],
    ['float8', -0],
    ['text', { toPostgres: () => ['x'] }],
  ];
  it.each(parameters)('%s %s', async (type, value) => {
    const [expected, got] = await both({
      text: `select $1::${type} as value, $1::${type} is null as "null"`,
      values: [value],
    });
    expect(got).toEqual(expected);
  });
});

describe('forms of a query', () => {
  const queries: readonly (QueryConfig | string)[] = [
    'select 1 as a; select 2 as b, 3 as c; create temp table if not exists t (id int)',
    'begin; rollback',
    'select 1;;',
    '',
    ';',
    { text: 'select 1', values: [] },
    { text: 'select $1::int', values: [1], name: 'named' },
    { name: 'named', values: [2] },
    { text: 'select 2', name: 'named' },
    { text: 'select 1; select 2', queryMode: 'extended' },
    { text: 'select $1::int as a', values: [5], types: { getTypeParser: () => () => 'parsed' } },
    { text: 'select 1', values: 'x' as never },
    {},
    'select 1; select 1 / 0; select 2',
    "select '{' || 'a'::text; select 'not json'::text",
    'insert into harbours (id) values (null)',
  ];
  it.each(queries.map((query) => [JSON.stringify(query), query] as const))('%s', async (_name, query) => {
    const [expected, got] = await both(query);
    expect(got).toEqual(expected);
  });

  it('fails with what a parser throws', async () => {
    const types = {
      getTypeParser: () => () => {
        throw new Error('no such value');
      },
    };
    const [expected, got] = await both({ text: 'select 1', types });
    expect(got).toEqual(expected);
  });
});
