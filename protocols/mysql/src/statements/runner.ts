// Runs statements on one connection, for a client or for one of its transactions. A client's wait while a transaction
// has the connection.
import { abortedBy, type CallLimit, deferred, type Gate, inTurn, limitOf, watchCall } from '@fairlead/client';
import type { Connection } from '../connection/connection.ts';
import type { ResultLimits } from '../options/connect-options.ts';
import { collect } from '../results/collect.ts';
import { Results } from '../results/results.ts';
import type { Begin } from '../results/row-flow.ts';
import { Rows } from '../results/rows.ts';
import { firstWord } from '../route/reader/read-only.ts';
import type { TransactionState } from '../session/transaction-state.ts';
import type { ArrayRow, ObjectRow, QueryOptions, StreamOptions } from '../types.ts';
import type { Execution, RowEvents, Statement } from './statement.ts';
import type { Runner } from './statements.ts';

/** Whose turn it has to be: a client's gate, or a transaction that has the connection. */
export type Turn =
  | { readonly gate: Gate; readonly transaction?: undefined }
  | { readonly gate?: undefined; readonly transaction: TransactionState };

/** Runs statements of one owner. */
export class ConnectionRunner implements Runner {
  readonly connection: Connection;
  readonly limits: ResultLimits | undefined;
  readonly #gate: Gate | undefined;
  readonly #transaction: TransactionState | undefined;

  constructor(connection: Connection, limits: ResultLimits | undefined, { gate, transaction }: Turn) {
    this.connection = connection;
    this.limits = limits;
    this.#gate = gate;
    this.#transaction = transaction;
  }

  query(statement: Statement, options: QueryOptions): ReturnType<Runner['query']> {
    const limit = limitOf(options, this.connection.timeoutMs);
    const how = {
      serverLimitMs: options.serverTimeoutMs ?? limit.timeoutMs,
      transaction: this.#transaction,
      readOnly: options.readOnly,
      limit,
      options,
      limits: this.limits,
    };
    // The common case waits for nothing, and so pays for no promise.
    if (!limit.signal?.aborted && !this.#gate?.shut) return collect(this.connection, statement, how);
    return this.#inLine(limit, () => collect(this.connection, statement, how));
  }

  stream(statement: Statement, options: StreamOptions): ReturnType<Runner['stream']> {
    return new Rows(this.connection, this.#begin(statement, options), firstWord(statement.text), options);
  }

  results(statement: Statement, options: StreamOptions): ReturnType<Runner['results']> {
    const begin = this.#begin(statement, options);
    const command = firstWord(statement.text);
    return new Results<ArrayRow | ObjectRow>(this.connection, begin, command, options).all();
  }

  #begin(statement: Statement, options: StreamOptions): Begin {
    return (events) => {
      const limit = limitOf(options, this.connection.timeoutMs);
      return this.#inLine(limit, async () => this.#alone(statement, options, events));
    };
  }

  /** Until a stream has ended nothing else may be sent, since its rows may be waiting to be taken. */
  #alone(statement: Statement, options: StreamOptions, events: RowEvents): Execution {
    const { connection } = this;
    const execution = connection.start(statement, events, {
      serverLimitMs: options.serverTimeoutMs ?? Number.POSITIVE_INFINITY,
      transaction: this.#transaction,
      readOnly: options.readOnly,
    });
    connection.streaming = true;
    const ended = (): void => {
      connection.streaming = false;
    };
    execution.done.then(ended, ended);
    return execution;
  }

  /** Runs when no transaction has the connection. Nothing is sent for a call that was aborted before. */
  async #inLine<T>(limit: CallLimit, run: () => Promise<T>): Promise<T> {
    const { signal } = limit;
    if (signal?.aborted) throw abortedBy('query', signal, true);
    const gate = this.#gate;
    if (!gate?.shut) return run();
    const begun = deferred<T>();
    // The turn is given back as soon as the statement is in the connection's queue: a transaction that has the next one
    // comes behind it.
    await inTurn(
      gate,
      (stop) => watchCall(this.connection.deadlines, 'query', limit, stop),
      async () => begun.resolve(run()),
    );
    return begun.promise;
  }
}
