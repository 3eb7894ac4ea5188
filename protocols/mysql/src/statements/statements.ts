// `query`, `execute` and `stream` as users call them, over whatever runs them: a client, or a transaction.
import type {
  ArrayQueryOptions,
  ArrayRow,
  CallOptions,
  ObjectRow,
  Queryable,
  QueryOptions,
  QueryResult,
  RowStream,
  StreamOptions,
  Warning,
} from '../types.ts';
import type { InputParameters } from '../values/value.ts';
import { checkCall, NONE } from './arguments.ts';
import type { Runner } from './runner.ts';

/** The overloads of `Queryable`, once, for those who have a `Runner`. */
export abstract class Statements implements Queryable {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  query(
    text: string,
    params: InputParameters | undefined,
    options: ArrayQueryOptions,
  ): Promise<QueryResult<ArrayRow>>;
  query<Row = ObjectRow>(
    text: string,
    params?: InputParameters,
    options?: QueryOptions,
  ): Promise<QueryResult<Row>>;
  async query(
    text: string,
    params: InputParameters = [],
    options: QueryOptions = NONE,
  ): Promise<QueryResult<unknown>> {
    return this.#runner.query(text, params, options);
  }

  execute(
    text: string,
    params: InputParameters | undefined,
    options: ArrayQueryOptions,
  ): Promise<QueryResult<ArrayRow>>;
  execute<Row = ObjectRow>(
    text: string,
    params?: InputParameters,
    options?: QueryOptions,
  ): Promise<QueryResult<Row>>;
  async execute(
    text: string,
    params: InputParameters = [],
    options: QueryOptions = NONE,
  ): Promise<QueryResult<unknown>> {
    return this.#runner.execute(text, params, options);
  }

  stream(
    text: string,
    params: InputParameters | undefined,
    options: StreamOptions & ArrayQueryOptions,
  ): RowStream<ArrayRow>;
  stream<Row = ObjectRow>(text: string, params?: InputParameters, options?: StreamOptions): RowStream<Row>;
  stream(text: string, params: InputParameters = [], options: StreamOptions = {}): RowStream<unknown> {
    return this.#runner.stream(text, params, options);
  }

  results(
    text: string,
    params: InputParameters | undefined,
    options: StreamOptions & ArrayQueryOptions,
  ): AsyncIterableIterator<RowStream<ArrayRow>>;
  results<Row = ObjectRow>(
    text: string,
    params?: InputParameters,
    options?: StreamOptions,
  ): AsyncIterableIterator<RowStream<Row>>;
  results(
    text: string,
    params: InputParameters = [],
    options: StreamOptions = NONE,
  ): AsyncIterableIterator<RowStream<unknown>> {
    return this.#runner.results(text, params, options);
  }

  async warnings(options: CallOptions = {}): Promise<Warning[]> {
    checkCall(options);
    const { rows } = await this.#runner.query('SHOW WARNINGS', [], { ...options, rowMode: 'array' });
    return (rows as ArrayRow[]).map(([level, code, message]) => ({
      level: String(level),
      code: Number(code),
      message: String(message),
    }));
  }
}
