// Drizzle's session and transaction over a client. It begins no transaction by a statement of its own: the client
// does, so that no other queries get into it.
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
  type PgDialect,
  type PgQueryResultHKT,
  PgSession,
  PgTransaction,
  type PgTransactionConfig,
  type PreparedQueryConfig,
  type SelectedFieldsOrdered,
} from 'drizzle-orm/pg-core';
import type { RelationalSchemaConfig } from 'drizzle-orm/relations';
import type { Assume } from 'drizzle-orm/utils';
import type { Client, ObjectRow, Queryable, QueryResult, Transaction } from '../../types.ts';
import { FairleadPreparedQuery } from './prepared.ts';

/** What statements without `returning`, and `db.execute`, resolve with: the client's result. */
export interface FairleadQueryResultHKT extends PgQueryResultHKT {
  type: QueryResult<Assume<this['row'], ObjectRow>>;
}

type PostgresScope = Scope<Queryable, Transaction, PgTransactionConfig>;

/** Transactions of a client are its own. */
export function clientScope(client: Client): PostgresScope {
  return {
    runner: client,
    nest: (work, { isolationLevel, accessMode, deferrable } = {}) =>
      client.begin(work, {
        isolation: isolationLevel,
        readOnly: accessMode === undefined ? undefined : accessMode === 'read only',
        deferrable,
      }),
  };
}

/** Drizzle's session on a client, or on a transaction of it. */
export class FairleadSession<
  TFullSchema extends Record<string, unknown>,
  TSchema extends TablesRelationalConfig,
> extends PgSession<FairleadQueryResultHKT, TFullSchema, TSchema> {
  static override readonly [entityKind]: string = 'FairleadSession';
  readonly #scope: PostgresScope;
  readonly #schema: RelationalSchemaConfig<TSchema> | undefined;
  readonly #options: SessionOptions;

  constructor(
    scope: PostgresScope,
    dialect: PgDialect,
    schema: RelationalSchemaConfig<TSchema> | undefined,
    options: SessionOptions,
  ) {
    super(dialect);
    this.#scope = scope;
    this.#schema = schema;
    this.#options = options;
  }

  prepareQuery<T extends PreparedQueryConfig = PreparedQueryConfig>(
    query: Query,
    fields: SelectedFieldsOrdered | undefined,
    _name: string | undefined,
    isResponseInArrayMode: boolean,
    mapper?: ResultMapper,
    metadata?: QueryMetadata,
    cacheConfig?: WithCacheConfig,
  ): FairleadPreparedQuery<T> {
    return new FairleadPreparedQuery({
      ...sessionParts(this.#scope, this.#options),
      query,
      fields,
      isResponseInArrayMode,
      mapper,
      metadata,
      cacheConfig,
    });
  }

  override async count(query: SQL): Promise<number> {
    const { rows } = await this.execute<QueryResult<ObjectRow>>(query);
    return Number(rows[0]?.count);
  }

  transaction<T>(
    work: (transaction: FairleadTransaction<TFullSchema, TSchema>) => Promise<T>,
    config?: PgTransactionConfig,
  ): Promise<T> {
    return this.#scope.nest((transaction) => {
      const { dialect } = this;
      const scope: PostgresScope = transactionScope(transaction);
      const session = new FairleadSession<TFullSchema, TSchema>(scope, dialect, this.#schema, this.#options);
      return work(new FairleadTransaction<TFullSchema, TSchema>(dialect, session, this.#schema));
    }, config);
  }
}

/** What `db.transaction` hands out. Its own `transaction` is a savepoint. */
export class FairleadTransaction<
  TFullSchema extends Record<string, unknown>,
  TSchema extends TablesRelationalConfig,
> extends PgTransaction<FairleadQueryResultHKT, TFullSchema, TSchema> {
  static override readonly [entityKind]: string = 'FairleadTransaction';

  override transaction<T>(
    work: (transaction: FairleadTransaction<TFullSchema, TSchema>) => Promise<T>,
  ): Promise<T> {
    return this._.session.transaction(work);
  }
}
