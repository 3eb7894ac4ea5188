// Two tables and two boats, in a schema of its own for each test file, by way of the real Kysely on our client.
import { type Client, connect } from '@fairlead/postgres';
import { FairleadDialect } from '@fairlead/postgres/kysely';
import { type Generated, Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, inject } from 'vitest';

/** What is in the schema. */
export interface Database {
  boat: { id: Generated<number>; name: string; draught: string | null };
  sail: { id: Generated<number>; boat_id: number; kind: string };
}

const { postgres } = inject('servers');

/** PostgreSQL 17. */
export const url = `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead`;

/** A Kysely that opens a connection of its own. */
export function open(connection: () => Promise<Client> = () => connect(url)): Kysely<Database> {
  return new Kysely<Database>({ dialect: new FairleadDialect({ connection }) });
}

async function create(db: Kysely<Database>, schema: string): Promise<void> {
  await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db);
  await db.schema.createSchema(schema).execute();
  await sql`set search_path to ${sql.id(schema)}`.execute(db);
  await db.schema
    .createTable('boat')
    .addColumn('id', 'integer', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('draught', 'numeric(4, 2)')
    .execute();
  await db.schema
    .createTable('sail')
    .addColumn('id', 'integer', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('boat_id', 'integer', (column) => column.notNull().references('boat.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .execute();
}

/** Kysely and the client under it; each test finds a Ketch and a Yawl. */
export async function fixture(schema: string): Promise<{ client: Client; db: Kysely<Database> }> {
  const client = await connect(url);
  const db = new Kysely<Database>({ dialect: new FairleadDialect({ connection: client }) });
  beforeAll(() => create(db, schema));
  beforeEach(async () => {
    await sql`truncate boat, sail restart identity`.execute(db);
    const boats = [
      { name: 'Ketch', draught: '1.80' },
      { name: 'Yawl', draught: null },
    ];
    await db.insertInto('boat').values(boats).execute();
  });
  afterAll(async () => {
    await sql`drop schema ${sql.id(schema)} cascade`.execute(db);
    await client.close();
  });
  return { client, db };
}

/** The names of all boats. */
export async function names(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('boat').select('name').orderBy('id').execute();
  return rows.map(({ name }) => name);
}
