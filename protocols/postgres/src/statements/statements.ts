// The overloads of `Queryable`, once, over whatever runs statements: a client, or a transaction.

import { copyFrom, copyTo } from '../copy/copy.ts';
import { usage } from '../errors.ts';
import type { BatchBuilder } from '../results/batches.ts';
import { RowBuilder, Rows } from '../results/rows.ts';
import type { Sql } from '../sql.ts';
import type {
  ArrayRow,
  ArrayRows,
  BatchStatement,
  BatchStream,
  CallOptions,
  CopySource,
  ObjectRow,
  Queryable,
  QueryOptions,
  QueryResult,
  RowStream,
  StatementOptions,
  StreamOptions,
  Summary,
} from '../types.ts';
import type { Parameter, Value } from '../values/index.ts';
import { optionsOf } from './arguments.ts';
import type { Runner, Statement } from './runner.ts';

type Text = string | Sql;
type Given<O> = readonly Parameter[] | O | undefined;

/** Text and parameters, or a statement of `sql` with the options in the place of the parameters. */
function arrange<O extends object>(
  text: Text,
  given: Given<O>,
  options: O | undefined,
): [string, readonly Parameter[], O] {
  if (typeof text !== 'string') {
    assertSql(text);
    if (Array.isArray(given)) throw usage('a statement of sql`...` brings its own parameters');
    return [text.text, text.params, optionsOf(given as O | undefined)];
  }
  return [text, (given as readonly Parameter[] | undefined) ?? [], optionsOf(options)];
}

/** One of another copy of this package will do. @throws FairleadError `usage` for what is no statement. */
function assertSql(statement: unknown): asserts statement is Sql {
  const { text, params } = (statement ?? {}) as Partial<Sql>;
  if (typeof text !== 'string' || !Array.isArray(params))
    throw usage('a statement is a text, or of sql`...`');
}

/** What a client and a transaction have in common. */
export abstract class Statements implements Queryable {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  query(
    text: string,
    params: readonly Parameter[] | undefined,
    options: QueryOptions & ArrayRows,
  ): Promise<QueryResult<ArrayRow>>;
  query<Row = ObjectRow>(
    text: string,
    params?: readonly Parameter[],
    options?: QueryOptions,
  ): Promise<QueryResult<Row>>;
  query(statement: Sql, options: QueryOptions & ArrayRows): Promise<QueryResult<ArrayRow>>;
  query<Row = ObjectRow>(statement: Sql, options?: QueryOptions): Promise<QueryResult<Row>>;
  query<Row>(text: Text, given?: Given<QueryOptions>, options?: QueryOptions): Promise<QueryResult<Row>> {
    return this.#query(text, given, options) as Promise<QueryResult<Row>>;
  }

  #query(text: Text, given: Given<QueryOptions>, options?: QueryOptions): ReturnType<Runner['query']> {
    try {
      return this.#runner.query(...arrange(text, given, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  queryRow<Row = ObjectRow>(
    text: string,
    params?: readonly Parameter[],
    options?: StatementOptions,
  ): Promise<Row | undefined>;
  queryRow<Row = ObjectRow>(statement: Sql, options?: StatementOptions): Promise<Row | undefined>;
  async queryRow<Row>(
    text: Text,
    given?: Given<StatementOptions>,
    options?: StatementOptions,
  ): Promise<Row | undefined> {
    return (await this.#one(text, given, options, 'object')) as Row | undefined;
  }

  queryValue<T = Value>(
    text: string,
    params?: readonly Parameter[],
    options?: StatementOptions,
  ): Promise<T | undefined>;
  queryValue<T = Value>(statement: Sql, options?: StatementOptions): Promise<T | undefined>;
  async queryValue<T>(
    text: Text,
    given?: Given<StatementOptions>,
    options?: StatementOptions,
  ): Promise<T | undefined> {
    const row = await this.#one(text, given, options, 'array');
    return (row as ArrayRow | undefined)?.[0] as T | undefined;
  }

  async #one(
    text: Text,
    given: Given<StatementOptions>,
    options: StatementOptions | undefined,
    rowMode: 'object' | 'array',
  ): Promise<ArrayRow | ObjectRow | undefined> {
    const [sql, params, more] = arrange(text, given, options);
    const { rows } = await this.#runner.query(sql, params, { ...more, rowMode, maxRows: 1 });
    return rows[0];
  }

  stream(
    text: string,
    params: readonly Parameter[] | undefined,
    options: StreamOptions & ArrayRows,
  ): RowStream<ArrayRow>;
  stream<Row = ObjectRow>(
    text: string,
    params?: readonly Parameter[],
    options?: StreamOptions,
  ): RowStream<Row>;
  stream(statement: Sql, options: StreamOptions & ArrayRows): RowStream<ArrayRow>;
  stream<Row = ObjectRow>(statement: Sql, options?: StreamOptions): RowStream<Row>;
  stream<Row>(text: Text, given?: Given<StreamOptions>, options?: StreamOptions): RowStream<Row> {
    const [sql, params, more] = arrange(text, given, options);
    const { registry } = this.#runner;
    const builder = new RowBuilder(registry, more.rowMode);
    return new Rows(this.#runner.stream(sql, params, builder, more), registry) as unknown as RowStream<Row>;
  }

  streamWith<Batch>(
    text: string,
    params: readonly Parameter[] | undefined,
    builder: BatchBuilder<Batch>,
    options?: StreamOptions,
  ): BatchStream<Batch> {
    return this.#runner.stream(text, params ?? [], builder, optionsOf(options));
  }

  async script(text: string, options?: QueryOptions): Promise<QueryResult<ObjectRow>[]> {
    return this.#runner.script(text, optionsOf(options)) as Promise<QueryResult<ObjectRow>[]>;
  }

  async batch(
    statements: readonly BatchStatement[],
    options?: QueryOptions,
  ): Promise<QueryResult<ObjectRow>[]> {
    if (!Array.isArray(statements)) throw usage('a batch is an array of statements');
    const parts = statements.map((each: BatchStatement) => {
      if (Array.isArray(each)) return each as Statement;
      assertSql(each);
      return [each.text, each.params] as const;
    });
    return this.#runner.batch(parts, optionsOf(options)) as Promise<QueryResult<ObjectRow>[]>;
  }

  async copyFrom(text: Text, source: CopySource, options?: CallOptions): Promise<Summary> {
    return copyFrom(this.#runner, plain(text), source, optionsOf(options));
  }

  copyTo(text: Text, options?: CallOptions): ReadableStream<Uint8Array> {
    return copyTo(this.#runner, plain(text), optionsOf(options));
  }
}

/** COPY takes no parameters. */
function plain(text: Text): string {
  if (typeof text === 'string') return text;
  assertSql(text);
  if (text.params.length > 0) throw usage('COPY takes no parameters');
  return text.text;
}
