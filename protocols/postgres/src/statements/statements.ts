// What a client and a transaction of Postgres can do, over what runs their statements.
import {
  arrangeBatch,
  assertTemplate,
  type Statement,
  StatementMethods,
  type TextWithParams,
} from '@fairlead/sql-client';
import { copyFrom, copyTo } from '../copy/copy.ts';
import { usage } from '../errors.ts';
import type { BatchBuilder } from '../results/batches.ts';
import type { Sql } from '../sql.ts';
import type {
  BatchStream,
  CallOptions,
  CopySource,
  Queryable,
  QueryOptions,
  RowStream,
  StreamOptions,
  Summary,
} from '../types.ts';
import type { Parameter } from '../values/index.ts';
import { optionsOf } from './arguments.ts';
import type { Result, Row, Runner } from './runner.ts';

class PostgresMethods extends StatementMethods<
  readonly unknown[],
  QueryOptions,
  StreamOptions,
  Result,
  RowStream<Row>
> {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    super(runner);
    this.#runner = runner;
  }

  streamWith<Batch>(
    text: string,
    params: readonly Parameter[] | undefined,
    builder: BatchBuilder<Batch>,
    options?: StreamOptions,
  ): BatchStream<Batch> {
    return this.#runner.streamWith(text, params ?? [], builder, optionsOf(options));
  }

  async script(text: string, options?: QueryOptions): Promise<Result[]> {
    return this.#runner.script(text, optionsOf(options));
  }

  async batch(
    statements: readonly (Statement | TextWithParams)[],
    options?: QueryOptions,
  ): Promise<Result[]> {
    return this.#runner.batch(arrangeBatch(statements), optionsOf(options));
  }

  async copyFrom(text: string | Sql, source: CopySource, options?: CallOptions): Promise<Summary> {
    return copyFrom(this.#runner, plain(text), source, optionsOf(options));
  }

  copyTo(text: string | Sql, options?: CallOptions): ReadableStream<Uint8Array> {
    return copyTo(this.#runner, plain(text), optionsOf(options));
  }
}

/** COPY takes no parameters. */
function plain(text: string | Sql): string {
  if (typeof text === 'string') return text;
  assertTemplate(text);
  if (text.params.length > 0) throw usage('COPY takes no parameters');
  return text.text;
}

/** The methods with the overloads that `Queryable` declares: the shape of a row follows from the caller's options. */
export const Statements: new (runner: Runner) => Queryable = PostgresMethods as unknown as new (
  runner: Runner,
) => Queryable;
