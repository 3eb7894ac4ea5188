// Drizzle's session and transaction over a client of MySQL.
import {
  type QueryMetadata,
  type ResultMapper,
  type Scope,
  type SessionOptions,
  sessionParts,
  transactionScope,
} from '@fairlead/sql-client/drizzle';
import { entityKind, type Query, type SQL, type TablesRelationalConfig } from 'drizzle-orm';
import type { WithCacheConfig } from 'drizzle-orm/cache/core/types';
import {
  type Mode,
  type MySqlDialect,
  type MySqlPreparedQueryConfig,
  type MySqlPreparedQueryHKT,
  type MySqlQueryResultHKT,
  MySqlSession,
  MySqlTransaction,
  type MySqlTransactionConfig,
  type PreparedQueryKind,
} from 'drizzle-orm/mysql-core';
import type { RelationalSchemaConfig } from 'drizzle-orm/relations';
import type { Client, Queryable, Transaction } from '../../types/client.ts';
import type { SelectedFields } from './inserted-ids.ts';
import { FairleadPreparedQuery, type FairleadPreparedQueryHKT } from './prepared.ts';
import type { FairleadResult } from './results.ts';

/** What statements that write, and `db.execute`, resolve with. */
export interface FairleadQueryResultHKT extends MySqlQueryResultHKT {
  type: FairleadResult<this['row']>;
}

type MysqlScope = Scope<Queryable, Transaction, MySqlTransactionConfig>;

/** Options of a session, and how its relational queries are written. */
export interface MysqlSessionOptions extends SessionOptions {
  readonly mode: Mode;
}

/** Transactions of a client are its own. */
export function clientScope(client: Client): MysqlScope {
  const nest: MysqlScope['nest'] = (work, config) =>
    client.begin(work, {
      isolation: config?.isolationLevel,
      readOnly: config?.accessMode === undefined ? undefined : config.accessMode === 'read only',
      consistentSnapshot: config?.withConsistentSnapshot,
    });
  return { runner: client, nest };
}

/** Drizzle's session on a client, or on a transaction of it. */
export class FairleadSession<
  TFullSchema extends Record<string, unknown>,
  TSchema extends TablesRelationalConfig,
> extends MySqlSession<FairleadQueryResultHKT, FairleadPreparedQueryHKT, TFullSchema, TSchema> {
  static override readonly [entityKind]: string = 'FairleadSession';
  readonly #scope: MysqlScope;
  readonly #schema: RelationalSchemaConfig<TSchema> | undefined;
  readonly #options: MysqlSessionOptions;

  constructor(
    scope: MysqlScope,
    dialect: MySqlDialect,
    schema: RelationalSchemaConfig<TSchema> | undefined,
    options: MysqlSessionOptions,
  ) {
    super(dialect);
    this.#scope = scope;
    this.#schema = schema;
    this.#options = options;
  }

  prepareQuery<T extends MySqlPreparedQueryConfig, HKT extends MySqlPreparedQueryHKT>(
    query: Query,
    fields: SelectedFields | undefined,
    mapper?: ResultMapper,
    generatedIds?: Record<string, unknown>[],
    returningIds?: SelectedFields,
    metadata?: QueryMetadata,
    cacheConfig?: WithCacheConfig,
  ): PreparedQueryKind<HKT, T> {
    const prepared = new FairleadPreparedQuery<T>({
      ...sessionParts(this.#scope, this.#options),
      query,
      fields,
      mapper,
      generatedIds,
      returningIds,
      metadata,
      cacheConfig,
    });
    // Drizzle's own drivers have a type here that no other session can name.
    return prepared as PreparedQueryKind<HKT, T>;
  }

  /** The rows as objects by the names of their columns. */
  async all<T = unknown>(query: SQL): Promise<T[]> {
    const [rows] = await this.execute<[rows: T[]]>(query);
    return rows;
  }

  transaction<T>(
    work: (transaction: FairleadTransaction<TFullSchema, TSchema>) => Promise<T>,
    config?: MySqlTransactionConfig,
  ): Promise<T> {
    return this.#scope.nest((transaction) => {
      const scope: MysqlScope = transactionScope(transaction);
      return work(new FairleadTransaction(scope, this.dialect, this.#schema, this.#options));
    }, config);
  }
}

/** What `db.transaction` hands out. Its own `transaction` is a savepoint. */
export class FairleadTransaction<
  TFullSchema extends Record<string, unknown>,
  TSchema extends TablesRelationalConfig,
> extends MySqlTransaction<FairleadQueryResultHKT, FairleadPreparedQueryHKT, TFullSchema, TSchema> {
  static override readonly [entityKind]: string = 'FairleadTransaction';
  readonly #session: FairleadSession<TFullSchema, TSchema>;

  constructor(
    scope: MysqlScope,
    dialect: MySqlDialect,
    schema: RelationalSchemaConfig<TSchema> | undefined,
    options: MysqlSessionOptions,
  ) {
    const session = new FairleadSession<TFullSchema, TSchema>(scope, dialect, schema, options);
    super(dialect, session as unknown as MySqlSession, schema, 0, options.mode);
    this.#session = session;
  }

  override transaction<T>(
    work: (transaction: FairleadTransaction<TFullSchema, TSchema>) => Promise<T>,
  ): Promise<T> {
    return this.#session.transaction(work);
  }
}
