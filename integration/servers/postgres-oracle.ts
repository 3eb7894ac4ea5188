// Runs statements through pg over its own sockets, in the run's own process: what the tests compare our client with.
// It judges nothing. To have round trips counted, it also connects with pg and postgres.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { faultProxyControl } from '@fairlead/testkit';
import { Client, DatabaseError, types } from 'pg';
import postgres from 'postgres';
import type { Running } from './container.ts';

/** Where the oracle listens. */
export interface PostgresOracleAddress {
  /** `POST` an `OracleRequest`, get an `OracleAnswer[]`. */
  readonly url: string;
  /** `POST` a `JourneyRequest`, get the proxy's count of round trips behind each query: `number[]`. */
  readonly journeyUrl: string;
}

/** A statement, with what has to be run before and behind it. */
interface OracleStep {
  readonly before: readonly string[];
  readonly sql: string;
  readonly params: readonly unknown[];
  readonly after: readonly string[];
}

/** Statements that are run one after another on one connection, without TLS, as the account `trusted`. */
export interface OracleRequest {
  readonly port: number;
  readonly steps: readonly OracleStep[];
}

/** A connection, and queries on it one after another, as the account `scram`. */
export interface JourneyRequest {
  readonly driver: 'pg' | 'postgres';
  /** The fault proxy's. */
  readonly port: number;
  readonly controlUrl: string;
  readonly tls: boolean;
  readonly queries: number;
}

/** A column, as the server described it to pg. */
interface OracleColumn {
  readonly name: string;
  readonly oid: number;
}

/** A cell: the server's text, what pg takes an array's text apart into, and what pg makes of it where JSON can say it. */
export type OracleCell = {
  readonly text: string;
  readonly elements?: unknown;
  readonly value?: string | number | boolean;
  /** Milliseconds since 1970. */
  readonly date?: number;
} | null;

/** A statement's result, or the server's refusal. */
export type OracleAnswer =
  | {
      readonly columns: readonly OracleColumn[];
      readonly rows: readonly (readonly OracleCell[])[];
      readonly command: string;
      readonly rowCount: number;
    }
  | { readonly error: Readonly<Record<string, string>> };

/** Starts the oracle. */
export async function startPostgresOracle(): Promise<Running<PostgresOracleAddress>> {
  const server = createServer(async (request, response) => {
    const asked: unknown = await json(request);
    const work =
      request.url === '/journey' ? journey(asked as JourneyRequest) : answer(asked as OracleRequest);
    const answered = await work.catch((error: unknown) => {
      response.statusCode = 500;
      return String(error);
    });
    response.setHeader('Connection', 'close');
    response.end(JSON.stringify(answered));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    at: { url, journeyUrl: `${url}journey` },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer({ port, steps }: OracleRequest): Promise<OracleAnswer[]> {
  const client = new Client({ host: '127.0.0.1', port, user: 'trusted', database: 'fairlead' });
  await client.connect();
  try {
    const arrays = await arrayTypes(client);
    const answers: OracleAnswer[] = [];
    for (const step of steps) answers.push(await runStep(client, arrays, step));
    return answers;
  } finally {
    await client.end();
  }
}

/** The OIDs whose text pg's parser of arrays understands. */
async function arrayTypes(client: Client): Promise<ReadonlySet<number>> {
  const sql =
    "select oid::int from pg_type where typcategory = 'A' and typdelim = ',' and typsend = 'array_send'::regproc";
  const { rows } = await client.query<[number]>({ text: sql, rowMode: 'array' });
  return new Set(rows.map(([oid]) => oid));
}

async function runStep(client: Client, arrays: ReadonlySet<number>, step: OracleStep): Promise<OracleAnswer> {
  for (const sql of step.before) await client.query(sql);
  try {
    return await run(client, arrays, step);
  } catch (error) {
    if (error instanceof DatabaseError) return { error: wordsOf(error) };
    throw error;
  } finally {
    for (const sql of step.after) await client.query(sql);
  }
}

async function run(
  client: Client,
  arrays: ReadonlySet<number>,
  { sql, params }: OracleStep,
): Promise<OracleAnswer> {
  const getTypeParser = (oid: number) => (text: string) => cellOf(text, oid, arrays.has(oid));
  const { fields, rows, command, rowCount } = await client.query<OracleCell[]>({
    text: sql,
    values: [...params],
    rowMode: 'array',
    // As pg calls it, which is not all that its types say.
    types: { getTypeParser: getTypeParser as typeof types.getTypeParser },
  });
  const columns = fields.map(({ name, dataTypeID }) => ({ name, oid: dataTypeID }));
  return { columns, rows, command, rowCount: rowCount ?? 0 };
}

/** Whose parser leaves the elements of any array as text. */
const TEXT_ARRAY: number = 1009;

function cellOf(text: string, oid: number, isArray: boolean): OracleCell {
  if (isArray) return { text, elements: types.getTypeParser(TEXT_ARRAY)(text) };
  const value: unknown = types.getTypeParser(oid)(text);
  if (value instanceof Date) return { text, date: value.getTime() };
  // JSON has no word for NaN and infinity, nor for the sign of zero.
  if (typeof value === 'number') return { text, value: String(Object.is(value, -0) ? '-0' : value) };
  return typeof value === 'string' || typeof value === 'boolean' ? { text, value } : { text };
}

const WORDS = [
  'code',
  'severity',
  'message',
  'detail',
  'hint',
  'position',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
] as const;

function wordsOf(error: DatabaseError): Record<string, string> {
  const words = WORDS.map((name) => [name, error[name]] as const);
  return Object.fromEntries(
    words.filter((word): word is [(typeof WORDS)[number], string] => word[1] !== undefined),
  );
}

async function journey(request: JourneyRequest): Promise<number[]> {
  const control = faultProxyControl(request.controlUrl);
  await control.clearStats();
  const trips: number[] = [];
  const options = { ...LOGIN, port: request.port, ssl: request.tls && { rejectUnauthorized: false } };
  await JOURNEYS[request.driver](options, request.queries, async () => {
    trips.push((await control.stats()).roundTrips);
  });
  return trips;
}

const LOGIN = { host: 'localhost', user: 'scram', password: 'scram-password', database: 'fairlead' };

interface Login extends Readonly<typeof LOGIN> {
  readonly port: number;
  readonly ssl: false | { readonly rejectUnauthorized: boolean };
}

/** Connects as users of the driver do, asks so many queries, and closes. */
type Journey = (login: Login, queries: number, arrived: () => Promise<void>) => Promise<void>;

const JOURNEYS: Readonly<Record<JourneyRequest['driver'], Journey>> = {
  async pg(login, queries, arrived) {
    const client = new Client(login);
    await client.connect();
    for (let n = 0; n < queries; n += 1) {
      await client.query('select $1::int as v', [n]);
      await arrived();
    }
    await client.end();
  },
  async postgres(login, queries, arrived) {
    const sql = postgres({ ...login, max: 1 });
    for (let n = 0; n < queries; n += 1) {
      await sql`select ${n}::int as v`;
      await arrived();
    }
    await sql.end();
  },
};
