// Runs statements on one connection, for a client or for one of its transactions, in turn with others. It reads no reply.
import { limitOf } from '@fairlead/client';
import {
  awaitAnswer,
  NO_OPTIONS,
  type Sender,
  StatementTurns,
  type TransactionScope,
} from '@fairlead/sql-client';
import type { Connection } from '../connection/connection.ts';
import type { ResultLimits } from '../options/connect-options.ts';
import { Results } from '../results/all-results.ts';
import { Collector } from '../results/collector.ts';
import type { StreamedStatement } from '../results/row-flow.ts';
import { Rows } from '../results/row-stream.ts';
import type { ExecutionOptions, Statement } from '../session/statement.ts';
import type { TransactionState } from '../session/transaction-state.ts';
import { firstWord } from '../text/first-word.ts';
import type {
  ArrayRow,
  ObjectRow,
  QueryOptions,
  QueryResult,
  RowStream,
  StreamOptions,
} from '../types/results.ts';
import type { InputParameters } from '../values/value.ts';
import { checkCall, checkStatement } from './arguments.ts';

/** A row of either shape. */
export type Row = ArrayRow | ObjectRow;

/** How a statement's parameters travel: in its text, or apart from it. */
type Protocol = Statement['protocol'];

const RESULT = (collector: Collector): QueryResult<Row> => collector.result;

/**
 * Runs statements on a connection. Those of a client wait while a transaction has it; those of a transaction, or of a
 * savepoint in one, are refused once it is over.
 */
export class Runner {
  readonly connection: Connection;
  readonly #limits: ResultLimits | undefined;
  readonly #turns: StatementTurns;
  readonly #transaction: TransactionState | undefined;

  constructor(
    connection: Connection,
    limits: ResultLimits | undefined,
    sender: Sender,
    transaction?: TransactionState,
  ) {
    this.connection = connection;
    this.#limits = limits;
    this.#turns = new StatementTurns(connection.deadlines, sender);
    this.#transaction = transaction;
  }

  /** For a transaction, or a savepoint in one. */
  within(scope: TransactionScope, transaction: TransactionState): Runner {
    return new Runner(this.connection, this.#limits, { scope }, transaction);
  }

  /** By the text protocol. */
  query(text: string, params: InputParameters, options: QueryOptions): Promise<QueryResult<Row>> {
    return this.#collect('text', text, params, options);
  }

  /** By the binary protocol. */
  execute(text: string, params: InputParameters, options: QueryOptions): Promise<QueryResult<Row>> {
    return this.#collect('prepared', text, params, options);
  }

  /** Runs a statement of the client's own, such as COMMIT. */
  async command(text: string): Promise<void> {
    await this.query(text, [], NO_OPTIONS);
  }

  stream(text: string, params: InputParameters, options: StreamOptions): RowStream<Row> {
    return new Rows<Row>(this.#streamed(text, params, options));
  }

  results(
    text: string,
    params: InputParameters,
    options: StreamOptions,
  ): AsyncIterableIterator<RowStream<Row>> {
    return new Results<Row>(this.#streamed(text, params, options)).all();
  }

  #collect(
    protocol: Protocol,
    text: string,
    params: InputParameters,
    options: QueryOptions,
  ): Promise<QueryResult<Row>> {
    checkStatement(text, params, options);
    const { connection } = this;
    this.#turns.assertOpen();
    const limit = limitOf(options, connection.timeoutMs);
    const command = firstWord(text);
    const statement = { protocol, text, command, params, localData: options.localData };
    const execution = this.#executionOptions(options, options.serverTimeoutMs ?? limit.timeoutMs);
    const collector = new Collector(command, options, this.#limits);
    const { deadlines } = connection;
    // The common case waits for nothing, and so pays for no promise.
    if (this.#turns.isFree(limit)) {
      return awaitAnswer(
        collector.begin(connection, statement, execution),
        deadlines,
        limit,
        collector,
        RESULT,
      );
    }
    const begun = this.#turns.take(limit, () => collector.begin(connection, statement, execution));
    return begun.then((started) => awaitAnswer(started, deadlines, limit, collector, RESULT));
  }

  #executionOptions({ readOnly }: QueryOptions, serverLimitMs: number): ExecutionOptions {
    return { serverLimitMs, transaction: this.#transaction, readOnly };
  }

  #streamed(text: string, params: InputParameters, options: StreamOptions): StreamedStatement {
    checkStatement(text, params, options);
    checkCall(options);
    this.#turns.assertOpen();
    // The server would also count the time in which the rows wait for their reader.
    const { protocol = 'text', localData, serverTimeoutMs = Number.POSITIVE_INFINITY } = options;
    return {
      connection: this.connection,
      turns: this.#turns,
      statement: { protocol, text, command: firstWord(text), params, localData },
      execution: this.#executionOptions(options, serverTimeoutMs),
      options,
    };
  }
}
