// `query` and `stream` as users call them, over whatever runs them: a client, or a transaction.
import type {
  ArrayQueryOptions,
  ArrayRow,
  ObjectRow,
  Queryable,
  QueryOptions,
  QueryResult,
  RowStream,
} from './api.ts';
import type { Parameter } from './values.ts';

/** What runs a statement. */
export interface Runner {
  query(
    text: string,
    parameters: readonly unknown[],
    options: QueryOptions,
  ): Promise<QueryResult<ArrayRow | ObjectRow>>;
  stream(
    text: string,
    parameters: readonly unknown[],
    options: QueryOptions,
  ): RowStream<ArrayRow | ObjectRow>;
}

/** The overloads of `Queryable`, once, for those who have a `Runner`. */
export abstract class Statements implements Queryable {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  query(
    text: string,
    parameters: readonly Parameter[] | undefined,
    options: ArrayQueryOptions,
  ): Promise<QueryResult<ArrayRow>>;
  query<Row = ObjectRow>(
    text: string,
    parameters?: readonly Parameter[],
    options?: QueryOptions,
  ): Promise<QueryResult<Row>>;
  query(
    text: string,
    parameters: readonly Parameter[] = [],
    options: QueryOptions = {},
  ): Promise<QueryResult<unknown>> {
    return this.#runner.query(text, parameters, options);
  }

  stream(
    text: string,
    parameters: readonly Parameter[] | undefined,
    options: ArrayQueryOptions,
  ): RowStream<ArrayRow>;
  stream<Row = ObjectRow>(
    text: string,
    parameters?: readonly Parameter[],
    options?: QueryOptions,
  ): RowStream<Row>;
  stream(
    text: string,
    parameters: readonly Parameter[] = [],
    options: QueryOptions = {},
  ): RowStream<unknown> {
    return this.#runner.stream(text, parameters, options);
  }
}
