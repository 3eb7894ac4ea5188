// Runs statements on one connection, for a client or for one of its transactions, in turn with others. It takes no reply
// apart.
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
import { Collector } from '../results/collect.ts';
import { Results } from '../results/results.ts';
import type { Begin } from '../results/row-flow.ts';
import { Rows } from '../results/rows.ts';
import type { TransactionState } from '../session/transaction-state.ts';
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
import { firstWord } from './first-word.ts';
import type { Execution, ExecutionOptions, RowEvents, Statement } from './statement.ts';

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
    const statement = this.#streamed(text, params, options);
    return new Rows<Row>(this.connection, this.#begin(statement, options), statement.command, options);
  }

  results(
    text: string,
    params: InputParameters,
    options: StreamOptions,
  ): AsyncIterableIterator<RowStream<Row>> {
    const statement = this.#streamed(text, params, options);
    const begin = this.#begin(statement, options);
    return new Results<Row>(this.connection, begin, statement.command, options).all();
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
    const terms = this.#terms(options, options.serverTimeoutMs ?? limit.timeoutMs);
    const collector = new Collector(command, options, this.#limits);
    const { deadlines } = connection;
    // The common case waits for nothing, and so pays for no promise.
    if (this.#turns.isFree(limit)) {
      return awaitAnswer(collector.begin(connection, statement, terms), deadlines, limit, collector, RESULT);
    }
    const begun = this.#turns.take(limit, () => collector.begin(connection, statement, terms));
    return begun.then((execution) => awaitAnswer(execution, deadlines, limit, collector, RESULT));
  }

  #terms({ readOnly }: QueryOptions, serverLimitMs: number): ExecutionOptions {
    return { serverLimitMs, transaction: this.#transaction, readOnly };
  }

  /** A checked statement whose rows are handed out as they come. */
  #streamed(text: string, params: InputParameters, options: StreamOptions): Statement {
    checkStatement(text, params, options);
    checkCall(options);
    this.#turns.assertOpen();
    const { protocol = 'text', localData } = options;
    return { protocol, text, command: firstWord(text), params, localData };
  }

  /** Sends a statement in its turn, as the only one until it has ended. */
  #begin(statement: Statement, options: StreamOptions): Begin {
    const { serverTimeoutMs = Number.POSITIVE_INFINITY } = options;
    return async (events) => {
      const limit = limitOf(options, this.connection.timeoutMs);
      return this.#turns.take(limit, () =>
        this.#alone(statement, events, this.#terms(options, serverTimeoutMs)),
      );
    };
  }

  /** Until a stream has ended nothing else may be sent, since its rows may be waiting to be taken. */
  #alone(statement: Statement, events: RowEvents, terms: ExecutionOptions): Execution {
    const { connection } = this;
    const execution = connection.start(statement, events, terms);
    connection.streaming = true;
    const ended = (): void => {
      connection.streaming = false;
    };
    execution.done.then(ended, ended);
    return execution;
  }
}
