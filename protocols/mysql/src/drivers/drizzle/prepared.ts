// One query of Drizzle's, to be run any number of times. It builds no SQL.
import {
  fillAndLog,
  type JoinsNotNullable,
  mapRows,
  type QueryParts,
  runQuery,
  type WithCache,
} from '@fairlead/sql-client/drizzle';
import { entityKind } from 'drizzle-orm';
import {
  MySqlPreparedQuery,
  type MySqlPreparedQueryConfig,
  type MySqlPreparedQueryHKT,
} from 'drizzle-orm/mysql-core';
import type { Assume } from 'drizzle-orm/utils';
import type { Queryable } from '../../types/client.ts';
import type { Parameter } from '../../values/value.ts';
import { insertedIds, type SelectedFields } from './inserted-ids.ts';
import { asObjects, headerOf, mysql2Result, mysql2Rows } from './results.ts';

/** A query, and what its session runs it with. */
export interface PreparedParts extends QueryParts<Queryable, SelectedFields> {
  /** Values of the columns that Drizzle fills in by itself, for each row inserted. */
  readonly generatedIds: readonly Record<string, unknown>[] | undefined;
  /** The columns of `$returningId`. */
  readonly returningIds: SelectedFields | undefined;
}

/** By this, Drizzle's types know what `prepare()` returns. */
export interface FairleadPreparedQueryHKT extends MySqlPreparedQueryHKT {
  type: FairleadPreparedQuery<Assume<this['config'], MySqlPreparedQueryConfig>>;
}

/** A query that goes by the text protocol, each time that it runs. */
export class FairleadPreparedQuery<T extends MySqlPreparedQueryConfig> extends MySqlPreparedQuery<T> {
  static override readonly [entityKind]: string = 'FairleadPreparedQuery';
  /** Set by Drizzle's builders. */
  declare joinsNotNullableMap: JoinsNotNullable;
  /** Of the base class. */
  declare protected queryWithCache: WithCache;
  readonly #parts: PreparedParts;

  constructor(parts: PreparedParts) {
    super(parts.cache, parts.metadata, parts.cacheConfig);
    this.#parts = parts;
  }

  async execute(placeholders: Record<string, unknown> = {}): Promise<T['execute']> {
    const { runner, query, generatedIds, returningIds } = this.#parts;
    const withCache: WithCache = (text, params, run) => this.queryWithCache(text, params, run);
    const run = <R>(work: (params: unknown[]) => Promise<R>): Promise<R> =>
      runQuery(this.#parts, placeholders, withCache, work);
    const send = (params: unknown[]) => runner.query(query.sql, params as Parameter[], { rowMode: 'array' });
    if (returningIds) {
      const header = await run(async (params) => headerOf(await send(params)));
      return insertedIds(header, returningIds, generatedIds ?? []);
    }
    if (!this.#isMapped) return run(async (params) => mysql2Result(await send(params)));
    const rows = await run(async (params) => {
      const result = await send(params);
      return mysql2Rows(result.columns, result.rows);
    });
    return mapRows(this.#parts, rows, this.joinsNotNullableMap);
  }

  /** The rows as they come. Until it has ended, no other statement can run on the connection. */
  async *iterator(placeholders: Record<string, unknown> = {}): AsyncGenerator<T['iterator']> {
    const { runner, query } = this.#parts;
    const params = fillAndLog(this.#parts, placeholders) as Parameter[];
    const stream = runner.stream(query.sql, params, { rowMode: 'array' });
    for await (const batch of stream.batches()) {
      const columns = await stream.columns;
      const rows = mysql2Rows(columns, batch);
      const values: Iterable<T['iterator']> = this.#isMapped ? this.#mapped(rows) : asObjects(columns, rows);
      yield* values;
    }
  }

  get #isMapped(): boolean {
    return this.#parts.fields !== undefined || this.#parts.mapper !== undefined;
  }

  /** Each row alone: a mapper may make one value of many rows. */
  *#mapped(rows: readonly unknown[][]): Generator<T['iterator']> {
    for (const row of rows) {
      const mapped = mapRows(this.#parts, [row], this.joinsNotNullableMap);
      yield Array.isArray(mapped) ? mapped[0] : mapped;
    }
  }
}
