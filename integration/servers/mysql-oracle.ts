// Runs statements through mysql2 over its own sockets, in the run's own process: what the tests compare our client with.
// It judges nothing, and changes values only where JSON has no word for them.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type Connection, createConnection, type FieldPacket, type QueryError } from 'mysql2';
import type { Running } from './container.ts';

/** Where the oracle listens. */
export interface MysqlOracleAddress {
  /** `POST` an `OracleRequest`, get an `OracleAnswer[]`. */
  readonly url: string;
}

/** A statement, with what has to be run before and behind it. */
interface OracleStep {
  readonly how: 'query' | 'execute';
  readonly before: readonly string[];
  readonly sql: string;
  readonly params: readonly (string | number | null)[];
  readonly after: readonly string[];
}

/** Statements that are run one after another on one connection, without TLS, as the account `trusted`. */
export interface OracleRequest {
  readonly port: number;
  readonly steps: readonly OracleStep[];
}

/** A value as mysql2 gives it; bytes, and the zero that JSON would lose the sign of, as objects. */
export type OracleValue =
  | string
  | number
  | null
  | readonly number[]
  | { readonly $base64: string }
  | { readonly $minusZero: true };

/** A column, as the server described it to mysql2. */
export interface OracleColumn {
  readonly name: string;
  readonly type: number;
  readonly decimals: number;
}

/** One result: rows, or what was done. */
export type OracleResult =
  | { readonly columns: readonly OracleColumn[]; readonly rows: readonly (readonly OracleValue[])[] }
  | {
      readonly affectedRows: number;
      readonly insertId: string;
      readonly warningCount: number;
      readonly info: string;
    };

/** What became of a statement. */
export type OracleAnswer =
  | { readonly results: readonly OracleResult[] }
  | { readonly error: { readonly errno: number; readonly sqlState: string; readonly message: string } };

/** Starts the oracle. */
export async function startMysqlOracle(): Promise<Running<MysqlOracleAddress>> {
  const server = createServer(async (request, response) => {
    const answers = await answer((await json(request)) as OracleRequest).catch((error: unknown) => {
      response.statusCode = 500;
      return String(error);
    });
    response.setHeader('Connection', 'close');
    response.end(JSON.stringify(answers));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    at: { url: `http://127.0.0.1:${port}/` },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer({ port, steps }: OracleRequest): Promise<OracleAnswer[]> {
  const connection = createConnection({
    host: 'localhost',
    port,
    user: 'trusted',
    database: 'fairlead',
    charset: 'utf8mb4',
    timezone: 'Z',
    // Nothing rounded, nothing parsed: text is compared with text.
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    rowsAsArray: true,
    // Points and lines would come as objects without their SRID.
    typeCast: (field, next) => (field.type === 'GEOMETRY' ? field.buffer() : next()),
  });
  try {
    const answers: OracleAnswer[] = [];
    for (const step of steps) answers.push(await runStep(connection, step));
    return answers;
  } finally {
    connection.destroy();
  }
}

async function runStep(connection: Connection, step: OracleStep): Promise<OracleAnswer> {
  const plain = (sql: string) => run(connection, { ...step, how: 'query', sql, params: [] });
  for (const sql of step.before) {
    const prepared = await plain(sql);
    if ('error' in prepared) throw new Error(`${sql}: ${prepared.error.message}`);
  }
  const answered = await run(connection, step);
  for (const sql of step.after) await plain(sql);
  return answered;
}

function run(connection: Connection, { how, sql, params }: OracleStep): Promise<OracleAnswer> {
  return new Promise((resolve, reject) => {
    const answered = (error: QueryError | null, rows: unknown, fields: unknown): void => {
      if (error === null) resolve({ results: resultsOf(rows, fields) });
      else if (error.sqlState === undefined) reject(error);
      else resolve({ error: { errno: error.errno ?? 0, sqlState: error.sqlState, message: error.message } });
    };
    if (how === 'query') connection.query(sql, [...params], answered);
    else connection.execute(sql, [...params], answered);
  });
}

/** Of several results mysql2 gives a list, and a list of their columns. */
function resultsOf(rows: unknown, fields: unknown): OracleResult[] {
  const isSeveral =
    Array.isArray(fields) && fields.some((field) => field === undefined || Array.isArray(field));
  if (!isSeveral) return [resultOf(rows, fields)];
  return fields.map((each, index) => resultOf((rows as unknown[])[index], each));
}

/** What mysql2 makes of an OK packet, `warningStatus` included, which its types do not know. */
interface Done {
  readonly affectedRows: number;
  readonly insertId: number | string;
  readonly warningStatus: number;
  readonly info: string;
}

function resultOf(rows: unknown, fields: unknown): OracleResult {
  if (fields === undefined) {
    const { affectedRows, insertId, warningStatus, info } = rows as Done;
    return { affectedRows, insertId: String(insertId), warningCount: warningStatus, info };
  }
  const columns = (fields as FieldPacket[]).map(({ name, columnType = -1, decimals = 0 }) => ({
    name,
    type: columnType,
    decimals,
  }));
  return { columns, rows: (rows as unknown[][]).map((row) => row.map(inJson)) };
}

function inJson(value: unknown): OracleValue {
  if (value instanceof Uint8Array) return { $base64: Buffer.from(value).toString('base64') };
  return Object.is(value, -0) ? { $minusZero: true } : (value as OracleValue);
}
