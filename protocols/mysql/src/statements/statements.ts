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
import { checkCall, checkStatement, NONE } from './arguments.ts';
import type { Statement } from './statement.ts';

/** What runs a statement. */
export interface Runner {
  query(statement: Statement, options: QueryOptions): Promise<QueryResult<ArrayRow | ObjectRow>>;
  stream(statement: Statement, options: StreamOptions): RowStream<ArrayRow | ObjectRow>;
  results(
    statement: Statement,
    options: StreamOptions,
  ): AsyncIterableIterator<RowStream<ArrayRow | ObjectRow>>;
}

/** A statement without parameters, by the text protocol. */
export function plain(text: string): Statement {
  return { protocol: 'text', text, params: [] };
}

function streamed(text: string, params: InputParameters, options: StreamOptions): Statement {
  return { protocol: options.protocol ?? 'text', text, params, localData: options.localData };
}

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
    checkStatement(text, params, options);
    return this.#runner.query({ protocol: 'text', text, params, localData: options.localData }, options);
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
    checkStatement(text, params, options);
    return this.#runner.query({ protocol: 'prepared', text, params, localData: options.localData }, options);
  }

  stream(
    text: string,
    params: InputParameters | undefined,
    options: StreamOptions & ArrayQueryOptions,
  ): RowStream<ArrayRow>;
  stream<Row = ObjectRow>(text: string, params?: InputParameters, options?: StreamOptions): RowStream<Row>;
  stream(text: string, params: InputParameters = [], options: StreamOptions = {}): RowStream<unknown> {
    checkStatement(text, params, options);
    checkCall(options);
    return this.#runner.stream(streamed(text, params, options), options);
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
    checkStatement(text, params, options);
    checkCall(options);
    return this.#runner.results(streamed(text, params, options), options);
  }

  async warnings(options: CallOptions = {}): Promise<Warning[]> {
    checkCall(options);
    const { rows } = await this.#runner.query(plain('SHOW WARNINGS'), { ...options, rowMode: 'array' });
    return (rows as ArrayRow[]).map(([level, code, message]) => ({
      level: String(level),
      code: Number(code),
      message: String(message),
    }));
  }
}
