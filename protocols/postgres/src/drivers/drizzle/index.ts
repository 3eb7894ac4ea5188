// Drizzle over a client of this package: Drizzle's own Postgres dialect, and our client as the driver. It opens no
// connection.
import {
  chosenLogger,
  readArguments,
  relationalSchema,
  type Schema,
  withClient,
} from '@fairlead/sql-client/drizzle';
import { type DrizzleConfig, type ExtractTablesWithRelations, entityKind } from 'drizzle-orm';
import { PgDatabase, PgDialect } from 'drizzle-orm/pg-core';
import type { Client } from '../../types.ts';
import { clientScope, type FairleadQueryResultHKT, FairleadSession } from './session.ts';

export { type FairleadQueryResultHKT, FairleadSession, FairleadTransaction } from './session.ts';

/** What `drizzle` returns. */
export class FairleadDatabase<TSchema extends Schema = Record<string, never>> extends PgDatabase<
  FairleadQueryResultHKT,
  TSchema
> {
  static override readonly [entityKind]: string = 'FairleadDatabase';
}

/**
 * Lets Drizzle run on a client.
 *
 * Columns get what Drizzle's other Postgres drivers give them. `db.execute`, and statements without `returning`, resolve
 * with the client's `QueryResult`, with dates and times as the server writes them. Transactions are the client's: while
 * one runs, queries on `db` itself wait. What fails at the server or on the way to it is a `FairleadError`, not wrapped.
 * @throws FairleadError `usage` without a client: opening one takes time, so that `connect` has to be awaited first.
 * @example
 * ```ts
 * import { connect } from '@fairlead/postgres';
 * import { drizzle } from '@fairlead/postgres/drizzle';
 * import { integer, pgTable } from 'drizzle-orm/pg-core';
 *
 * const orders = pgTable('orders', { id: integer().primaryKey() });
 * const drizzled = drizzle(await connect(env.DATABASE_URL), { schema: { orders } });
 * const rows = await drizzled.select().from(orders);
 * ```
 */
export function drizzle<TSchema extends Schema = Record<string, never>>(
  client: Client,
  config?: DrizzleConfig<TSchema>,
): FairleadDatabase<TSchema> & { $client: Client };
/** The same, the client among the options. */
export function drizzle<TSchema extends Schema = Record<string, never>>(
  config: DrizzleConfig<TSchema> & { readonly client: Client },
): FairleadDatabase<TSchema> & { $client: Client };
export function drizzle<TSchema extends Schema>(
  first: Client | (DrizzleConfig<TSchema> & { readonly client: Client }),
  second: DrizzleConfig<TSchema> = {},
): FairleadDatabase<TSchema> & { $client: Client } {
  const [client, config] = readArguments<Client, DrizzleConfig<TSchema>>(first, second);
  return construct(client, config);
}

function construct<TSchema extends Schema>(
  client: Client,
  { schema, logger, casing, cache }: DrizzleConfig<TSchema>,
): FairleadDatabase<TSchema> & { $client: Client } {
  const dialect = new PgDialect(casing === undefined ? {} : { casing });
  const relational = relationalSchema<TSchema>(schema);
  const options = { logger: chosenLogger(logger), cache };
  const session = new FairleadSession<TSchema, ExtractTablesWithRelations<TSchema>>(
    clientScope(client),
    dialect,
    relational,
    options,
  );
  return withClient(new FairleadDatabase<TSchema>(dialect, session, relational), client, cache);
}
