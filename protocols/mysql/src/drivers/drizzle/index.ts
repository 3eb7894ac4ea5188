// Drizzle over a client of this package: Drizzle's own MySQL dialect, and our client as the driver. It opens no
// connection.
import {
  type ClientConfig,
  chosenLogger,
  readArguments,
  relationalSchema,
  type Schema,
  withClient,
} from '@fairlead/sql-client/drizzle';
import { type DrizzleConfig, type ExtractTablesWithRelations, entityKind } from 'drizzle-orm';
import { type Mode, MySqlDatabase, MySqlDialect } from 'drizzle-orm/mysql-core';
import type { Client } from '../../types/client.ts';
import type { FairleadPreparedQueryHKT } from './prepared.ts';
import { clientScope, type FairleadQueryResultHKT, FairleadSession } from './session.ts';

export { FairleadPreparedQuery, type FairleadPreparedQueryHKT } from './prepared.ts';
export type { FairleadResult, ResultHeader } from './results.ts';
export { type FairleadQueryResultHKT, FairleadSession, FairleadTransaction } from './session.ts';

/** Options of `drizzle`. */
export interface FairleadDrizzleConfig<TSchema extends Schema> extends DrizzleConfig<TSchema> {
  /**
   * How `db.query` joins relations: `planetscale` without LATERAL, which MariaDB does not have. Default: as the server can;
   * MariaDB runs no relations to one, and none with a limit or an order.
   */
  readonly mode?: Mode | undefined;
}

/** What `drizzle` returns. */
export class FairleadDatabase<TSchema extends Schema = Record<string, never>> extends MySqlDatabase<
  FairleadQueryResultHKT,
  FairleadPreparedQueryHKT,
  TSchema
> {
  static override readonly [entityKind]: string = 'FairleadDatabase';
}

/**
 * Lets Drizzle run on a client.
 *
 * Results and columns are those of `drizzle-orm/mysql2`: `[header, columns]` of a statement that writes, `[rows, columns]`
 * of `db.execute`. Integers of 64 bits are numbers where those hold them, else strings. Statements go by the client's
 * `query`, the text protocol. Transactions are the client's: while one runs, queries on `db` itself wait. What fails at
 * the server or on the way to it is a `FairleadError`, not wrapped.
 * @throws FairleadError `usage` without a client: opening one takes time, so that `connect` has to be awaited first.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mysql';
 * import { drizzle } from '@fairlead/mysql/drizzle';
 * import { int, mysqlTable } from 'drizzle-orm/mysql-core';
 *
 * const orders = mysqlTable('orders', { id: int().primaryKey().autoincrement() });
 * const drizzled = drizzle(await connect(env.DATABASE_URL), { schema: { orders } });
 * const rows = await drizzled.select().from(orders);
 * ```
 */
export function drizzle<TSchema extends Schema = Record<string, never>>(
  client: Client,
  config?: FairleadDrizzleConfig<TSchema>,
): FairleadDatabase<TSchema> & { $client: Client };
/** The same, the client among the options. */
export function drizzle<TSchema extends Schema = Record<string, never>>(
  config: ClientConfig<Client, FairleadDrizzleConfig<TSchema>>,
): FairleadDatabase<TSchema> & { $client: Client };
export function drizzle<TSchema extends Schema>(
  first: Client | ClientConfig<Client, FairleadDrizzleConfig<TSchema>>,
  second: FairleadDrizzleConfig<TSchema> = {},
): FairleadDatabase<TSchema> & { $client: Client } {
  const [client, config] = readArguments<Client, FairleadDrizzleConfig<TSchema>>(first, second);
  return construct(client, config);
}

function construct<TSchema extends Schema>(
  client: Client,
  { schema, logger, casing, cache, mode = defaultMode(client) }: FairleadDrizzleConfig<TSchema>,
): FairleadDatabase<TSchema> & { $client: Client } {
  const dialect = new MySqlDialect(casing === undefined ? {} : { casing });
  const relational = relationalSchema<TSchema>(schema);
  const options = { logger: chosenLogger(logger), cache, mode };
  const session = new FairleadSession<TSchema, ExtractTablesWithRelations<TSchema>>(
    clientScope(client),
    dialect,
    relational,
    options,
  );
  return withClient(new FairleadDatabase<TSchema>(dialect, session, relational, mode), client, cache);
}

function defaultMode({ server }: Client): Mode {
  return server.isMariaDb ? 'planetscale' : 'default';
}
