// Kysely and Drizzle on a mooring: their own Postgres dialects, on a client that borrows.
import type { Client } from '@fairlead/postgres';
import { drizzle } from '@fairlead/postgres/drizzle';
import { FairleadDialect } from '@fairlead/postgres/kysely';
import { connect } from '@fairlead/postgres/mooring';
import { eq } from 'drizzle-orm';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { type Generated, Kysely } from 'kysely';
import type { Case, Env } from './case.ts';

interface Database {
  library_boats: { id: Generated<number>; name: string };
}

const boats = pgTable('library_boats', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull().unique(),
});

function open(env: Env): Promise<Client> {
  return connect(env.MOORING, env.DATABASE_URL, { pool: { max: 2 }, applicationName: 'library' });
}

export const LIBRARY_CASES: Readonly<Record<string, Case>> = {
  kysely: async (env) => {
    await using client = await open(env);
    const db = new Kysely<Database>({ dialect: new FairleadDialect({ connection: client }) });
    const add = (to: Kysely<Database>, ...names: string[]) =>
      to
        .insertInto('library_boats')
        .values(names.map((name) => ({ name })))
        .execute();
    await db.deleteFrom('library_boats').execute();
    await add(db, 'Ketch');
    await db.transaction().execute((tx) => add(tx, 'Yawl'));
    const refused = await db
      .transaction()
      .execute((tx) => add(tx, 'Lost', 'Ketch'))
      .catch((error) => error.server?.code);
    const names = await db.selectFrom('library_boats').select('name').orderBy('id').execute();
    const streamed: string[] = [];
    for await (const { name } of db.selectFrom('library_boats').select('name').orderBy('id').stream(1))
      streamed.push(name);
    return { refused, names: names.map(({ name }) => name), streamed };
  },

  drizzle: async (env) => {
    await using client = await open(env);
    const db = drizzle(client, { schema: { boats } });
    await db.delete(boats);
    await db.insert(boats).values({ name: 'Ketch' });
    await db.transaction(async (tx) => {
      await tx.insert(boats).values({ name: 'Yawl' });
      await tx
        .transaction(async (inner) => {
          await inner.insert(boats).values({ name: 'Lost' });
          inner.rollback();
        })
        .catch(() => undefined);
    });
    const refused = await db
      .transaction((tx) => tx.insert(boats).values([{ name: 'Lost' }, { name: 'Ketch' }]))
      .catch((error) => error.server?.code);
    const names = (await db.select().from(boats).orderBy(boats.id)).map(({ name }) => name);
    const found = await db.query.boats.findFirst({ where: eq(boats.name, 'Yawl') });
    return { refused, names, found: found?.name };
  },
};
