// One query of Drizzle's, to be run any number of times: its parameters, its log, its cache, its errors and its rows.
import { isFairleadError } from '@fairlead/errors';
import { DrizzleQueryError, fillPlaceholders, type Logger, type Query } from 'drizzle-orm';
import type { Cache } from 'drizzle-orm/cache/core';
import type { WithCacheConfig } from 'drizzle-orm/cache/core/types';
import { type JoinsNotNullable, mapResultRow } from './internals.ts';

/** What a query touches, for Drizzle's cache. */
export interface QueryMetadata {
  type: 'select' | 'update' | 'delete' | 'insert';
  tables: string[];
}

/** Makes the result of a relational query, out of rows as arrays. */
export type ResultMapper = (rows: unknown[][]) => unknown;

/** A query, and what its session runs it with. `Fields` are the dialect's. */
export interface QueryParts<Runner, Fields extends readonly unknown[]> {
  readonly runner: Runner;
  readonly logger: Logger;
  readonly cache: Cache;
  readonly query: Query;
  readonly fields: Fields | undefined;
  readonly mapper: ResultMapper | undefined;
  readonly metadata: QueryMetadata | undefined;
  readonly cacheConfig: WithCacheConfig | undefined;
}

/** `queryWithCache` of Drizzle's prepared queries: it puts what `run` rejects with into a `DrizzleQueryError`. */
export type WithCache = <R>(text: string, params: unknown[], run: () => Promise<R>) => Promise<R>;

type Loggable = Pick<QueryParts<unknown, readonly unknown[]>, 'query' | 'logger'>;

/** Fills a query's placeholders, and logs it. @returns Its parameters; the client refuses values that it cannot send. */
export function fillAndLog({ query, logger }: Loggable, placeholders: Record<string, unknown>): unknown[] {
  const params = fillPlaceholders(query.params, placeholders);
  logger.logQuery(query.sql, params);
  return params;
}

/**
 * Runs a query by Drizzle's cache.
 * @throws The client's error itself: Drizzle's wrapper has the parameters' values in its message.
 */
export async function runQuery<R>(
  parts: Loggable,
  placeholders: Record<string, unknown>,
  withCache: WithCache,
  work: (params: unknown[]) => Promise<R>,
): Promise<R> {
  const params = fillAndLog(parts, placeholders);
  try {
    return await withCache(parts.query.sql, params, () => work(params));
  } catch (error) {
    throw error instanceof DrizzleQueryError && isFairleadError(error.cause) ? error.cause : error;
  }
}

/** Makes the result of a query, out of its rows. */
export function mapRows(
  { mapper, fields }: Pick<QueryParts<unknown, readonly unknown[]>, 'mapper' | 'fields'>,
  rows: unknown[][],
  joinsNotNullable: JoinsNotNullable,
): unknown {
  if (mapper) return mapper(rows);
  return rows.map((row) => mapResultRow(fields ?? [], row, joinsNotNullable));
}
