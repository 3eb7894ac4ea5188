// One call of `query`, in all the forms that `pg` allows, as one object. It sends nothing.
import type { TypeParsers } from '../values/types.ts';
import type { Result } from './result.ts';

/** Takes a query's outcome. */
export type QueryCallback<Row = Record<string, unknown>> = (
  error: Error | null | undefined,
  result: Result<Row>,
) => void;

/** A query as an object. */
export interface QueryConfig {
  readonly text?: string | undefined;
  readonly values?: readonly unknown[] | undefined;
  /** The name of a prepared statement: its text has to be given once in a connection. */
  readonly name?: string | undefined;
  readonly rowMode?: 'array' | string | undefined;
  readonly types?: TypeParsers | undefined;
  /** `extended`: the extended query protocol, also without values. */
  readonly queryMode?: string | undefined;
  /** The query's own time limit in milliseconds. */
  readonly query_timeout?: number | undefined;
  readonly callback?: QueryCallback | undefined;
}

/** What `query` takes first. */
export type QueryInput = string | QueryConfig;

/** What `query` takes second. */
export type QueryValues = readonly unknown[] | QueryCallback | null | undefined;

/** A call of `query`. */
export interface QueryCall {
  readonly config: QueryConfig;
  readonly callback: QueryCallback | undefined;
}

/**
 * Puts the arguments of `query` in order.
 * @throws TypeError without a query.
 */
export function readCall(input: QueryInput, values: QueryValues, callback?: QueryCallback): QueryCall {
  if (input === null || input === undefined) {
    throw new TypeError('Client was passed a null or undefined query');
  }
  const config: QueryConfig = typeof input === 'string' ? { text: input } : input;
  if (typeof values === 'function') return { config, callback: values };
  return {
    config: values ? { ...fieldsOf(config), values } : config,
    callback: callback ?? config.callback,
  };
}

/** Getters and inherited fields are read too: query builders hand over instances of classes of their own. */
function fieldsOf(config: QueryConfig): QueryConfig {
  const { text, name, rowMode, types, queryMode, query_timeout } = config;
  return { text, name, rowMode, types, queryMode, query_timeout };
}
