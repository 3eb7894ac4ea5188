// What `drizzle()` does with its arguments, whichever the dialect.
import { usage } from '@fairlead/errors';
import {
  createTableRelationsHelpers,
  DefaultLogger,
  type DrizzleConfig,
  type ExtractTablesWithRelations,
  extractTablesRelationalConfig,
  type Logger,
} from 'drizzle-orm';
import type { RelationalSchemaConfig } from 'drizzle-orm/relations';

/** Tables and relations by name. */
export type Schema = Record<string, unknown>;

/** Options with the client among them. */
export type ClientConfig<Client, Config> = Config & { readonly client: Client };

/**
 * Reads `drizzle(client, config)` and `drizzle({ client, ...config })`.
 * @throws FairleadError `usage` without a client.
 */
export function readArguments<Client extends { readonly begin: unknown }, Config extends object>(
  first: Client | ClientConfig<Client, Config>,
  second: Config,
): [client: Client, config: Config] {
  if (isClient(first)) return [first, second];
  if (isClient(first?.client)) return [first.client, first];
  throw usage('drizzle() takes a client: drizzle(await connect(url)).');
}

function isClient<Client extends { readonly begin: unknown }>(value: unknown): value is Client {
  return typeof value === 'object' && value !== null && 'begin' in value;
}

/** The logger that the option `logger` names. */
export function chosenLogger(logger: boolean | Logger | undefined): Logger | undefined {
  if (logger === true) return new DefaultLogger();
  return logger || undefined;
}

/** A schema as relational queries read it. */
export function relationalSchema<TSchema extends Schema>(
  schema: TSchema | undefined,
): RelationalSchemaConfig<ExtractTablesWithRelations<TSchema>> | undefined {
  if (schema === undefined) return undefined;
  const { tables, tableNamesMap } = extractTablesRelationalConfig<ExtractTablesWithRelations<TSchema>>(
    schema,
    createTableRelationsHelpers,
  );
  return { fullSchema: schema, schema: tables, tableNamesMap };
}

type DrizzleCache = DrizzleConfig['cache'];

/** Gives a database of Drizzle's its client and, as Drizzle's own drivers do, the cache itself as `$cache`. */
export function withClient<
  Database extends { $cache: { invalidate: NonNullable<DrizzleCache>['onMutate'] } },
  Client,
>(database: Database, client: Client, cache: DrizzleCache): Database & { $client: Client } {
  if (cache) {
    const invalidate: NonNullable<DrizzleCache>['onMutate'] = (mutation) => cache.onMutate(mutation);
    database.$cache = Object.assign(cache, { invalidate });
  }
  return Object.assign(database, { $client: client });
}
