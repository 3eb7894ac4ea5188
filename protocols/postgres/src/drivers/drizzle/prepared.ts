// One query of Drizzle's, to be run any number of times. It builds no SQL.
import {
  type JoinsNotNullable,
  mapRows,
  type QueryParts,
  runQuery,
  type WithCache,
} from '@fairlead/sql-client/drizzle';
import { entityKind } from 'drizzle-orm';
import { PgPreparedQuery, type PreparedQueryConfig, type SelectedFieldsOrdered } from 'drizzle-orm/pg-core';
import type { ObjectRow, Queryable, QueryResult } from '../../types.ts';
import type { Parameter } from '../../values/index.ts';
import { asServerText, objectsAsServerText } from './server-text.ts';

/** A query, and what its session runs it with. */
export interface PreparedParts extends QueryParts<Queryable, SelectedFieldsOrdered> {
  readonly isResponseInArrayMode: boolean;
}

/** A query that the server prepares as the client's options say, whether Drizzle has a name for it or not. */
export class FairleadPreparedQuery<T extends PreparedQueryConfig> extends PgPreparedQuery<T> {
  static override readonly [entityKind]: string = 'FairleadPreparedQuery';
  /** Set by Drizzle's builders. */
  declare joinsNotNullableMap: JoinsNotNullable;
  /** Of the base class. */
  declare protected queryWithCache: WithCache;
  readonly #parts: PreparedParts;

  constructor(parts: PreparedParts) {
    super(parts.query, parts.cache, parts.metadata, parts.cacheConfig);
    this.#parts = parts;
  }

  async execute(placeholders: Record<string, unknown> = {}): Promise<T['execute']> {
    const { runner, query, fields, mapper } = this.#parts;
    if (!fields && !mapper) return this.#runUnmapped(placeholders);
    const rows: unknown[][] = await this.#run(placeholders, async (params) => {
      const result = await runner.query(query.sql, params, { rowMode: 'array' });
      return asServerText(result.columns, result.rows);
    });
    return mapRows(this.#parts, rows, this.joinsNotNullableMap);
  }

  /** The rows as objects by the names of their columns. */
  async all(placeholders: Record<string, unknown> = {}): Promise<T['all']> {
    const { rows } = await this.#runUnmapped(placeholders);
    return rows;
  }

  isResponseInArrayMode(): boolean {
    return this.#parts.isResponseInArrayMode;
  }

  /** The client's result, its values as Drizzle's columns have them. */
  #runUnmapped(placeholders: Record<string, unknown>): Promise<QueryResult<ObjectRow>> {
    const { runner, query } = this.#parts;
    return this.#run(placeholders, async (params) => {
      const result = await runner.query(query.sql, params);
      return { ...result, rows: objectsAsServerText(result.columns, result.rows) };
    });
  }

  #run<R>(
    placeholders: Record<string, unknown>,
    work: (params: readonly Parameter[]) => Promise<R>,
  ): Promise<R> {
    const withCache: WithCache = (text, params, run) => this.queryWithCache(text, params, run);
    return runQuery(this.#parts, placeholders, withCache, (params) => work(params as Parameter[]));
  }
}
