// Two tables and two boats on a real server, by way of the real Kysely on one of our clients. It knows no database.
import { type ColumnDefinitionBuilder, type Dialect, type Generated, Kysely, type RawBuilder } from 'kysely';
import { afterAll, beforeAll, beforeEach } from 'vitest';

/** The tables of the tests. */
export interface Database {
  kysely_boat: { id: Generated<number>; name: string; draught: string | null };
  kysely_sail: { id: Generated<number>; boat_id: number; kind: string };
}

/** What our SQL clients have in common here. */
export interface SqlClient {
  readonly closed: Promise<unknown>;
  query(text: string): Promise<{ readonly rows: readonly unknown[] }>;
  close(): Promise<void>;
}

/** A database server, and how its SQL differs from the others'. */
export interface KyselyServer<Client extends SqlClient> {
  connect(): Promise<Client>;
  /** Connects to a port where nothing listens. */
  connectNowhere(): Promise<Client>;
  dialect(connection: Client | (() => Promise<Client>)): Dialect;
  /** Makes room for the tables, or takes away all that there is. */
  clear(db: Kysely<Database>): Promise<void>;
  /** Makes a column the primary key, which the server counts. */
  counted(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  readonly text: 'text' | 'varchar(50)';
  /** Empties the tables, and begins to count anew. */
  truncate(db: Kysely<Database>): Promise<void>;
  /** A parameter that comes back as a number. */
  number(n: number): RawBuilder<number>;
  /** A statement that sleeps for 20 seconds. */
  readonly sleep: RawBuilder<unknown>;
  /** A statement that ends its own connection. */
  readonly die: RawBuilder<unknown>;
  /** What errors of a connection that `die` has ended tell of the server. */
  readonly lastWords: { readonly server?: { readonly code: string } };
  /** SQLSTATEs. */
  readonly states: {
    readonly duplicate: string;
    readonly unknownColumn: string;
  };
  /** What the column types of `kysely_boat` are called. */
  readonly types: readonly [id: string, name: string, draught: string];
  /** The numbers from 1 on. */
  numbers(db: Kysely<Database>, count: number): NumberQuery;
  /** How many numbers the server makes at most. */
  readonly mostNumbers: number;
}

/** A query for numbers. */
export interface NumberQuery {
  stream(chunkSize: number): AsyncIterable<{ readonly n: number | string }>;
}

/** A Kysely that opens a connection of its own. */
export function openKysely<Client extends SqlClient>(
  server: KyselyServer<Client>,
  connection: () => Promise<Client> = () => server.connect(),
): Kysely<Database> {
  return new Kysely<Database>({ dialect: server.dialect(connection) });
}

async function create(db: Kysely<Database>, server: KyselyServer<SqlClient>): Promise<void> {
  const id = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => server.counted(column);
  await server.clear(db);
  await db.schema
    .createTable('kysely_boat')
    .addColumn('id', 'integer', id)
    .addColumn('name', server.text, (column) => column.notNull().unique())
    .addColumn('draught', 'decimal(4, 2)')
    .execute();
  await db.schema
    .createTable('kysely_sail')
    .addColumn('id', 'integer', id)
    .addColumn('boat_id', 'integer', (column) => column.notNull())
    .addColumn('kind', server.text, (column) => column.notNull())
    .execute();
}

/** Kysely and the client under it; each test finds a Ketch and a Yawl. */
export async function kyselyFixture<Client extends SqlClient>(
  server: KyselyServer<Client>,
): Promise<{ readonly client: Client; readonly db: Kysely<Database> }> {
  const client = await server.connect();
  const db = new Kysely<Database>({ dialect: server.dialect(client) });
  beforeAll(() => create(db, server));
  beforeEach(async () => {
    await server.truncate(db);
    const boats = [
      { name: 'Ketch', draught: '1.80' },
      { name: 'Yawl', draught: null },
    ];
    await db.insertInto('kysely_boat').values(boats).execute();
  });
  afterAll(async () => {
    await server.clear(db);
    await client.close();
  });
  return { client, db };
}

/** The names of all boats. */
export async function names(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('kysely_boat').select('name').orderBy('id').execute();
  return rows.map(({ name }) => name);
}
