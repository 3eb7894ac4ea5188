// One query of Drizzle's, to be run any number of times. It builds no SQL.
import { isFairleadError } from '@fairlead/errors';
import { DrizzleQueryError, entityKind, fillPlaceholders, type Logger, type Query } from 'drizzle-orm';
import type { Cache } from 'drizzle-orm/cache/core';
import type { WithCacheConfig } from 'drizzle-orm/cache/core/types';
import { PgPreparedQuery, type PreparedQueryConfig, type SelectedFieldsOrdered } from 'drizzle-orm/pg-core';
import type { ObjectRow, Queryable } from '../../types.ts';
import type { Parameter } from '../../values/index.ts';
import { type JoinsNotNullable, mapResultRow } from './internals.ts';
import { asServerText } from './server-text.ts';

/** What a query touches, for Drizzle's cache. */
export interface QueryMetadata {
  type: 'select' | 'update' | 'delete' | 'insert';
  tables: string[];
}

/** Makes a result of rows as arrays. */
export type ResultMapper = (rows: unknown[][]) => unknown;

/** What a session knows of a query. */
export interface PreparedParts {
  readonly runner: Queryable;
  readonly logger: Logger;
  readonly cache: Cache;
  readonly query: Query;
  readonly fields: SelectedFieldsOrdered | undefined;
  readonly isResponseInArrayMode: boolean;
  readonly mapper: ResultMapper | undefined;
  readonly metadata: QueryMetadata | undefined;
  readonly cacheConfig: WithCacheConfig | undefined;
}

/** A query that the server prepares as the client's options say, whether Drizzle has a name for it or not. */
export class FairleadPreparedQuery<T extends PreparedQueryConfig> extends PgPreparedQuery<T> {
  static override readonly [entityKind]: string = 'FairleadPreparedQuery';
  /** Set by Drizzle's builders. */
  declare joinsNotNullableMap: JoinsNotNullable;
  /** Of the base class. Puts what `run` rejects with into a `DrizzleQueryError`. */
  declare protected queryWithCache: <R>(text: string, params: unknown[], run: () => Promise<R>) => Promise<R>;
  readonly #parts: PreparedParts;

  constructor(parts: PreparedParts) {
    super(parts.query, parts.cache, parts.metadata, parts.cacheConfig);
    this.#parts = parts;
  }

  async execute(placeholders: Record<string, unknown> = {}): Promise<T['execute']> {
    const { runner, query, fields, mapper } = this.#parts;
    if (!fields && !mapper) return this.#run(placeholders, (params) => runner.query(query.sql, params));
    const rows: unknown[][] = await this.#run(placeholders, async (params) => {
      const result = await runner.query(query.sql, params, { rowMode: 'array' });
      return asServerText(result.columns, result.rows);
    });
    if (mapper) return mapper(rows);
    return rows.map((row) => mapResultRow(fields ?? [], row, this.joinsNotNullableMap));
  }

  /** The rows as objects by the names of their columns. */
  all(placeholders: Record<string, unknown> = {}): Promise<T['all']> {
    const { runner, query } = this.#parts;
    return this.#run(placeholders, async (params): Promise<ObjectRow[]> => {
      const { rows } = await runner.query(query.sql, params);
      return rows;
    });
  }

  isResponseInArrayMode(): boolean {
    return this.#parts.isResponseInArrayMode;
  }

  async #run<R>(
    placeholders: Record<string, unknown>,
    work: (params: readonly Parameter[]) => Promise<R>,
  ): Promise<R> {
    const { query, logger } = this.#parts;
    const params = fillPlaceholders(query.params, placeholders);
    logger.logQuery(query.sql, params);
    try {
      return await this.queryWithCache(query.sql, params, () => work(params as Parameter[]));
    } catch (error) {
      // Drizzle's wrapper has the parameters' values in its message.
      throw error instanceof DrizzleQueryError && isFairleadError(error.cause) ? error.cause : error;
    }
  }
}
