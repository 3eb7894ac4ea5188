// `query`, `queryRow`, `queryValue` and `stream` as users call them, over whatever runs statements: a client, or a
// transaction. Their overloads stand in each protocol's `Queryable` alone.
import { arrange, type TextWithParams } from './arguments.ts';

/** A result of which the rows are known. */
interface WithRows {
  readonly rows: readonly unknown[];
}

/** What runs statements, for a client or a transaction. */
export interface StatementRunner<Params, Options, StreamOptions, Result, Stream> {
  query(text: string, params: Params, options: Options): Promise<Result>;
  stream(text: string, params: Params, options: StreamOptions): Stream;
}

/** What a client and a transaction have in common, whatever the database. */
export class StatementMethods<
  Params,
  Options extends object,
  StreamOptions extends object,
  Result extends WithRows,
  Stream,
> {
  readonly #runner: StatementRunner<Params, Options, StreamOptions, Result, Stream>;

  constructor(runner: StatementRunner<Params, Options, StreamOptions, Result, Stream>) {
    this.#runner = runner;
  }

  /** Runs one statement, and gathers its rows. */
  query(statement: string | TextWithParams, given?: Params | Options, options?: Options): Promise<Result> {
    // No async function: the common call pays for one promise.
    try {
      return this.#runner.query(...arrange<Params, Options>(statement, given, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The only row as an object, or `undefined`. */
  async queryRow(
    statement: string | TextWithParams,
    given?: Params | Options,
    options?: Options,
  ): Promise<unknown> {
    return this.#one(arrange<Params, Options>(statement, given, options), 'object');
  }

  /** The first column of the only row, or `undefined`. */
  async queryValue(
    statement: string | TextWithParams,
    given?: Params | Options,
    options?: Options,
  ): Promise<unknown> {
    const row = await this.#one(arrange<Params, Options>(statement, given, options), 'array');
    return Array.isArray(row) ? row[0] : undefined;
  }

  async #one(
    [text, params, options]: [string, Params, Options],
    rowMode: 'object' | 'array',
  ): Promise<unknown> {
    const { rows } = await this.#runner.query(text, params, { ...options, rowMode, maxRows: 1 });
    return rows[0];
  }

  /** Runs one statement, and hands out its rows with backpressure. */
  stream(
    statement: string | TextWithParams,
    given?: Params | StreamOptions,
    options?: StreamOptions,
  ): Stream {
    return this.#runner.stream(...arrange<Params, StreamOptions>(statement, given, options));
  }
}
