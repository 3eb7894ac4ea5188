// The `postgres` driver over an authenticated transport: one statement in, rows and an outcome out. It never opens,
// cancels or reopens a connection: that is decided above.
import { Stream } from 'node:stream';
import { type TransportSocket, toNodeSocket } from '@fairlead/node-stream';
import { FairleadError, type Transport } from '@fairlead/transport';
import postgres from 'postgres';
import type { Greeting } from './session.ts';
import { StartupTransport } from './startup-transport.ts';
import { parsers, type Value } from './values.ts';

/** A column as the driver describes it. */
export interface DriverColumn {
  readonly name: string;
  readonly type: number;
}

/** The end of a statement as the driver describes it. */
export interface DriverResult {
  readonly columns: readonly DriverColumn[] | null;
  readonly count: number | null;
  readonly command: string | null;
}

/** Gets each row, with the statement's columns. */
export type OnRow = (row: Value[], columns: readonly DriverColumn[]) => void;

/**
 * The parts of the driver's query that are used and its types leave out (postgres 3.4.9, src/query.js and
 * src/connection.js). A contract test holds the driver to them.
 */
interface DriverQuery extends Promise<unknown> {
  /** Set before the query runs, they spare it a round trip: the driver asks for their types only if it has to encode them. */
  parameters: (string | null)[];
  /** Gets each row. `forEach()` would also start the query, as `then()` does once more. */
  forEachFn: RowCallback;
  values(): DriverQuery;
}

type RowCallback = (row: Value[], result: { statement: { columns: readonly DriverColumn[] } }) => void;

/** How many texts stay prepared on one connection. */
const MAX_PREPARED = 256;

/** The driver's options as it has read them, which it takes as they are the next time (its src/index.js, `parseOptions`). */
type ReadOptions = postgres.ParsedOptions<Record<string, postgres.PostgresType>>;

const commonByJson = new Map<'parsed' | 'raw', ReadOptions>();

/** What all connections have in common. Reading options takes the driver longer than everything else it does to begin. */
function commonOptions(json: 'parsed' | 'raw'): ReadOptions {
  let found = commonByJson.get(json);
  if (found === undefined) {
    const { options } = postgres({
      user: 'fairlead',
      pass: '',
      ssl: false,
      max: 1,
      fetch_types: false,
      connect_timeout: 0,
      idle_timeout: 0,
      max_lifetime: null,
      keep_alive: null,
      backoff: false,
      no_subscribe: true,
      onnotice: () => undefined,
    } as postgres.Options<Record<string, postgres.PostgresType>>);
    // No encoding: parameters arrive as text.
    const own = { parsers: Object.fromEntries(parsers(json)), serializers: {}, no_subscribe: true };
    found = { ...options, ...own } as ReadOptions;
    commonByJson.set(json, found);
  }
  return found;
}

/** The driver, bound to one connection. */
export class Driver {
  readonly #socket: TransportSocket;
  readonly #sql: postgres.Sql;
  readonly #prepare: boolean;
  readonly #seen = new Set<string>();
  #used = false;

  /**
   * @param options.lost What to answer if the driver wants a second connection: why there is none.
   * @param options.owed Whether a statement is under way, of which the server owes the end.
   */
  constructor(
    transport: Transport,
    greeting: Greeting,
    options: { json: 'parsed' | 'raw'; prepare: boolean; lost: () => Error; owed: () => boolean },
  ) {
    const { owed } = options;
    // Of what the server said, the driver needs to know no more than that it is ready.
    const ready = replay({ frames: greeting.frames.slice(-1), rest: greeting.rest });
    this.#socket = toNodeSocket(new StartupTransport(transport, async () => ready), { owed });
    this.#prepare = options.prepare;
    this.#sql = postgres({
      ...commonOptions(options.json),
      // Shown in the driver's messages only: the connection is open already.
      host: [transport.peer.hostname],
      port: [transport.peer.port],
      parameters: {},
      shared: { retries: 0, typeArrayMap: {} },
      socket: () => {
        if (this.#used || this.#socket.readyState === 'closed') throw options.lost();
        this.#used = true;
        return this.#socket;
      },
    } as unknown as postgres.Options<Record<string, postgres.PostgresType>>);
  }

  /** Runs one statement by the extended protocol, in one flight. Rejects with the driver's error. */
  run(text: string, params: (string | null)[], onRow: OnRow): Promise<unknown> {
    const query = this.#sql.unsafe(text, [], {
      prepare: this.#shallPrepare(text),
      simple: false,
    } as postgres.UnsafeQueryOptions) as unknown as DriverQuery;
    query.parameters = params;
    query.forEachFn = (row, result) => {
      onRow(row, result.statement.columns);
    };
    return query.values();
  }

  /** Stops reading from the network, until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Reads and reports nothing any more. Only for the time after the last statement. */
  leave(): void {
    this.#socket.removeAllListeners();
  }

  /** Ends at once. Queries under way reject with `reason`. */
  destroy(reason: Error): void {
    this.#socket.destroy(reason);
  }

  /**
   * What `run` resolved with, as a result.
   * @throws FairleadError `usage` after COPY: the driver then answers with a stream in the middle of the
   *   conversation, which nobody here feeds.
   */
  accept(outcome: unknown): DriverResult {
    if (Array.isArray(outcome)) return outcome as unknown as DriverResult;
    const error = new FairleadError(
      'usage',
      'Postgres: COPY from or to the client is not spoken by query() and stream(); the connection was ended.',
    );
    // Ending the connection fails the driver's stream too, and nobody else listens to it.
    if (outcome instanceof Stream) outcome.on('error', () => undefined);
    this.#socket.destroy(error);
    throw error;
  }

  /** Prepared statements stay on the server until the connection ends, so only so many texts become one. */
  #shallPrepare(text: string): boolean {
    if (!this.#prepare) return false;
    if (this.#seen.has(text)) return true;
    if (this.#seen.size >= MAX_PREPARED) return false;
    this.#seen.add(text);
    return true;
  }
}

/** What the server said when the session began, for a driver that expects to hear it. */
export function replay(greeting: Pick<Greeting, 'frames' | 'rest'>): Uint8Array {
  const parts = [...greeting.frames, greeting.rest];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
