// DocumentDB's functions in SQL, each called with BSON and answered by BSON.
import { type Document, deserialize } from 'bson';
import { Pool, type PoolClient } from 'pg';
import type { ScramKeys } from './scram.ts';

/** What an engine call may run on: the pool, or the connection that a transaction or a cursor has. */
type Queryable = Pick<PoolClient, 'query'>;

/** The first page of a cursor. */
export interface CursorPage {
  readonly page: Uint8Array;
  /** In decimal digits. */
  readonly id: string;
  /** What the next page is asked with; `null` after the last. */
  readonly continuation: Uint8Array | null;
  /** Whether the next page has to be asked on the same connection. */
  readonly isBound: boolean;
}

/** Of images/postgres. */
const SUPERUSER = { user: 'harbourmaster', password: 'harbourmaster-password', database: 'postgres' };
const MAX_CONNECTIONS = 40;

const BSON = 'documentdb_core.bson';

/** Commands whose answer is a cursor's first page, and the function of each. */
export const FIRST_PAGES: Readonly<Record<string, string>> = {
  find: 'find_cursor_first_page',
  aggregate: 'aggregate_cursor_first_page',
  listCollections: 'list_collections_cursor_first_page',
  listIndexes: 'list_indexes_cursor_first_page',
};

/** Commands that one function answers whole: what is selected, of `$1` (the database) and `$2` (the command). */
export const CALLS: Readonly<Record<string, string>> = {
  insert: `(documentdb_api.insert($1, $2::bytea::${BSON})).p_result`,
  update: `(documentdb_api.update($1, $2::bytea::${BSON})).p_result`,
  delete: `(documentdb_api.delete($1, $2::bytea::${BSON})).p_result`,
  findAndModify: `(documentdb_api.find_and_modify($1, $2::bytea::${BSON})).p_result`,
  count: `documentdb_api.count_query($1, $2::bytea::${BSON})`,
  distinct: `documentdb_api.distinct_query($1, $2::bytea::${BSON})`,
  create: `documentdb_api.create_collection_view($1, $2::bytea::${BSON})`,
  createIndexes: `documentdb_api_internal.create_indexes_non_concurrently($1, $2::bytea::${BSON}, true)`,
};

/** Those that are asked without a database, `$1` being the command. */
export const SERVER_CALLS: Readonly<Record<string, string>> = {
  listDatabases: `documentdb_api.list_databases($1::bytea::${BSON})`,
  renameCollection: `documentdb_api.rename_collection($1::bytea::${BSON})`,
  createUser: `documentdb_api.create_user($1::bytea::${BSON})`,
  updateUser: `documentdb_api.update_user($1::bytea::${BSON})`,
  dropUser: `documentdb_api.drop_user($1::bytea::${BSON})`,
  usersInfo: `documentdb_api.users_info($1::bytea::${BSON})`,
};

/** The engine behind a gateway. */
export class Engine implements ScramKeys {
  readonly #pool: Pool;

  /** @param port Of PostgreSQL, on this machine. */
  constructor(port: number) {
    this.#pool = new Pool({ ...SUPERUSER, host: '127.0.0.1', port, max: MAX_CONNECTIONS });
    this.#pool.on('error', () => undefined);
  }

  /** A connection of one's own. */
  reserve(): Promise<PoolClient> {
    return this.#pool.connect();
  }

  /** One of `CALLS`. */
  call(command: string, database: string, spec: Uint8Array, on: Queryable = this.#pool): Promise<Uint8Array> {
    return this.#one(on, command, `SELECT (${CALLS[command]})::bytea`, [database, spec]);
  }

  /** One of `SERVER_CALLS`. */
  serverCall(command: string, spec: Uint8Array, on: Queryable = this.#pool): Promise<Uint8Array> {
    return this.#one(on, command, `SELECT (${SERVER_CALLS[command]})::bytea`, [spec]);
  }

  /** One of `FIRST_PAGES`. */
  async firstPage(command: string, database: string, spec: Uint8Array, on: Queryable): Promise<CursorPage> {
    const call = `documentdb_api.${FIRST_PAGES[command]}($1, $2::bytea::${BSON})`;
    const text = `SELECT cursorpage::bytea, continuation::bytea, persistconnection, cursorid FROM ${call}`;
    const { rows } = await on.query({ name: command, text, values: [database, spec], rowMode: 'array' });
    const [page, continuation, isBound, id] = rows[0] as [Uint8Array, Uint8Array | null, boolean, string];
    return { page, continuation, isBound, id };
  }

  /** The next page of a cursor. */
  async nextPage(
    database: string,
    spec: Uint8Array,
    before: Uint8Array,
    on: Queryable = this.#pool,
  ): Promise<Pick<CursorPage, 'page' | 'continuation'>> {
    const call = `documentdb_api.cursor_get_more($1, $2::bytea::${BSON}, $3::bytea::${BSON})`;
    const text = `SELECT cursorpage::bytea, continuation::bytea FROM ${call}`;
    const { rows } = await on.query({
      name: 'getMore',
      text,
      values: [database, spec, before],
      rowMode: 'array',
    });
    const [page, continuation] = rows[0] as [Uint8Array, Uint8Array | null];
    return { page, continuation };
  }

  /** What answers no command as it is. */
  async run(text: string, values: readonly unknown[], on: Queryable = this.#pool): Promise<void> {
    await on.query(text, [...values]);
  }

  /** The salt and the iterations of a user's key of SCRAM-SHA-256. */
  async saltOf(user: string): Promise<Document> {
    const text = 'SELECT documentdb_api_internal.scram_sha256_get_salt_and_iterations($1)::bytea';
    return deserialize(await this.#one(this.#pool, 'salt', text, [user]));
  }

  /** Checks a proof of SCRAM-SHA-256. */
  async authenticate(user: string, authMessage: string, proof: string): Promise<Document> {
    const text = 'SELECT documentdb_api_internal.authenticate_with_scram_sha256($1, $2, $3)::bytea';
    return deserialize(await this.#one(this.#pool, 'authenticate', text, [user, authMessage, proof]));
  }

  async #one(on: Queryable, name: string, text: string, values: unknown[]): Promise<Uint8Array> {
    const { rows } = await on.query({ name, text, values, rowMode: 'array' });
    return (rows[0] as [Uint8Array])[0];
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#pool.end();
  }
}
