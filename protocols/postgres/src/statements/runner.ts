// What runs statements on one connection, in turn with others: it waits while a transaction has the connection.
import { checkSignal, limitOf, remainingMs } from '@fairlead/client';
import {
  awaitAnswer,
  type Sender,
  type Statement,
  StatementTurns,
  type TransactionScope,
} from '@fairlead/sql-client';
import { checkTimeMs } from '@fairlead/transport';
import { STOP_GRACE_MS } from '../connection/canceller.ts';
import type { Connection } from '../connection/connection.ts';
import { copyElsewhere, usage } from '../errors.ts';
import type { ResultLimits } from '../options/connect-options.ts';
import { MAX_SERVER_TIME_MS } from '../options/target.ts';
import { Batches } from '../results/batch-stream.ts';
import type { BatchBuilder } from '../results/batches.ts';
import { Collector } from '../results/collect.ts';
import { RowBuilder, Rows } from '../results/rows.ts';
import type {
  ArrayRow,
  BatchStream,
  CallOptions,
  ObjectRow,
  QueryOptions,
  QueryResult,
  RowStream,
  StatementOptions,
  StreamOptions,
} from '../types.ts';
import { encodeParameter, parameterOid } from '../values/index.ts';
import type { TypeRegistry } from '../values/registry.ts';
import type { WireValue } from '../wire/messages.ts';
import { checkQuery, optionsOf } from './arguments.ts';
import type { PendingStatement } from './pending-statement.ts';
import { type Part, type Request, type Sink, simpleRequest } from './request.ts';
import { copiesToClient, isCopy } from './statement-kind.ts';

const NONE: readonly never[] = [];
/** A script that has this word is run alone. */
const MAY_COPY = /\bcopy\b/i;

/** A row of either shape. */
export type Row = ArrayRow | ObjectRow;

/** A result with rows of either shape. */
export type Result = QueryResult<Row>;

/**
 * Runs statements on a connection. Those of a client wait while a transaction has it; those of a transaction, or of a
 * savepoint in one, are refused once it is over.
 */
export class Runner {
  readonly registry: TypeRegistry;
  readonly connection: Connection;
  readonly #limits: ResultLimits | undefined;
  readonly #turns: StatementTurns;

  constructor(
    connection: Connection,
    registry: TypeRegistry,
    limits: ResultLimits | undefined,
    sender: Sender,
  ) {
    this.connection = connection;
    this.registry = registry;
    this.#limits = limits;
    this.#turns = new StatementTurns(connection.deadlines, sender);
  }

  /** For a transaction, or a savepoint in one. */
  within(scope: TransactionScope): Runner {
    return new Runner(this.connection, this.registry, this.#limits, { scope });
  }

  query(text: string, params: readonly unknown[] | null, given: QueryOptions): Promise<Result> {
    const options = optionsOf(given);
    return this.#collect(this.#request(text, params ?? NONE, options, 0, false), options, ONLY);
  }

  async script(text: string, options: QueryOptions): Promise<Result[]> {
    assertText(text);
    if (isCopy(text)) assertOnServer(text);
    if (options.readOnly) throw usage('a script is never readOnly: it may end the transaction around it');
    const request = simpleRequest(text, false, MAY_COPY.test(text));
    return this.#collect({ ...request, serverTimeoutMs: this.#serverTime(options, false) }, options, ALL);
  }

  async batch(statements: readonly Statement[], options: QueryOptions): Promise<Result[]> {
    const [first, ...rest] = statements.map(([text, params = NONE]) => partOf(text, params, this.registry));
    if (first === undefined) return [];
    return this.#collect({ ...this.#extended(first, options, 0, false), more: rest }, options, ALL);
  }

  stream(text: string, params: readonly unknown[] | null, given: StreamOptions): RowStream<Row> {
    const options = optionsOf(given);
    const builder = new RowBuilder(this.registry, options.rowMode);
    return new Rows(this.streamWith(text, params ?? NONE, builder, options), this.registry);
  }

  streamWith<Batch>(
    text: string,
    params: readonly unknown[],
    builder: BatchBuilder<Batch>,
    options: StreamOptions,
  ): BatchStream<Batch> {
    const { fetchSize = 0 } = options;
    if (!Number.isInteger(fetchSize) || fetchSize < 0 || fetchSize > 0x7fff_ffff) {
      throw usage('fetchSize is a whole number of rows');
    }
    checkQuery(options);
    checkTimeMs('timeoutMs', options.timeoutMs);
    checkSignal(options.signal);
    if (fetchSize > 0 && options.readOnly) throw usage('fetchSize and readOnly do not go together');
    const request = this.#request(text, params, options, fetchSize, true);
    return new Batches(this.connection, (sink) => this.start(request, sink, options), builder, options);
  }

  /** Sends a request of any kind, in its turn. */
  async start(request: Request, sink: Sink, options: CallOptions): Promise<PendingStatement> {
    this.#turns.assertOpen();
    const limit = limitOf(options, this.connection.timeoutMs);
    return this.#turns.take(limit, () => this.connection.submit(request, sink));
  }

  #collect<T>(request: Request, options: QueryOptions, pick: (sink: Collector) => T): Promise<T> {
    const { connection } = this;
    this.#turns.assertOpen();
    const limit = limitOf(options, connection.timeoutMs);
    checkQuery(options);
    const sink = new Collector(this.registry, options, this.#limits);
    const { deadlines } = connection;
    // The common case waits for nothing, and so pays for no promise.
    if (this.#turns.isFree(limit))
      return awaitAnswer(connection.submit(request, sink), deadlines, limit, sink, pick);
    const submitted = this.#turns.take(limit, () => connection.submit(request, sink));
    return submitted.then((statement) => awaitAnswer(statement, deadlines, limit, sink, pick));
  }

  /** One statement of any kind. */
  #request(
    text: string,
    params: readonly unknown[],
    options: StatementOptions,
    fetchSize: number,
    exclusive: boolean,
  ): Request {
    assertText(text);
    if (!isCopy(text))
      return this.#extended(partOf(text, params, this.registry), options, fetchSize, exclusive);
    assertOnServer(text);
    if (params.length > 0 || options.readOnly) throw usage('COPY takes no parameters, and is never readOnly');
    // By the simple protocol, which can refuse to copy from here or to here without losing its way.
    return { ...simpleRequest(text, exclusive, true), serverTimeoutMs: this.#serverTime(options, exclusive) };
  }

  /** In whole milliseconds, as the server counts; 0 for no limit, as it has it. */
  #serverTime(options: StatementOptions, isStream: boolean): number {
    const { serverTimeoutMs, readOnly = false } = options;
    checkTimeMs('serverTimeoutMs', serverTimeoutMs);
    if (serverTimeoutMs !== undefined && this.#turns.inTransaction) {
      throw usage('serverTimeoutMs is not for statements of a transaction: use SET LOCAL');
    }
    if (serverTimeoutMs !== undefined || !readOnly) return wholeMs(serverTimeoutMs);
    // The time of a stream without a limit for all of it is for each wait.
    if (isStream && !('at' in options)) return 0;
    return wholeMs(remainingMs(limitOf(options, this.connection.timeoutMs)) + STOP_GRACE_MS);
  }

  #extended(part: Part, options: StatementOptions, fetchSize: number, exclusive: boolean): Request {
    const { prepare = this.connection.prepare, format, readOnly = false } = options;
    if (readOnly && this.#turns.inTransaction)
      throw usage('readOnly begins a transaction of its own, and one is open');
    // Field by field: to spread `part` costs as much as all else that a call does.
    return {
      text: part.text,
      values: part.values,
      oids: part.oids,
      more: NONE,
      simple: false,
      binary: format === 'binary',
      prepare: !readOnly && prepare,
      readOnly,
      fetchSize,
      exclusive,
      alone: false,
      serverTimeoutMs: this.#serverTime(options, exclusive),
    };
  }
}

// A server may end a script without a result, and no caller gets an array that others have too.
const ALL = ({ results }: Collector): Result[] => (results.length > 0 ? results : []);
const ONLY = ({ results }: Collector): Result =>
  results[0] ?? { columns: [], rows: [], rowCount: 0, command: '' };

/** As `statement_timeout` has it: whole milliseconds, 0 for no limit. */
export function wholeMs(timeMs: number = Number.POSITIVE_INFINITY): number {
  return timeMs > MAX_SERVER_TIME_MS ? 0 : Math.ceil(timeMs);
}

/** @throws FairleadError `usage` for what is no text. */
function assertText(text: unknown): void {
  if (typeof text !== 'string') throw usage('a statement is a text');
}

/** A COPY of the server's own files and programs. @throws FairleadError `usage` for one that needs data from here. */
function assertOnServer(text: string): void {
  if (copiesToClient(text)) throw copyElsewhere();
}

/** A statement as it travels. @throws FairleadError `usage` for what is none, and for parameters without a form. */
function partOf(text: string, params: readonly unknown[], types: TypeRegistry): Part {
  assertText(text);
  if (isCopy(text)) throw copyElsewhere();
  if (!Array.isArray(params)) throw usage('the parameters of a statement are an array');
  const values: WireValue[] = new Array(params.length);
  let oids: number[] | undefined;
  for (let i = 0; i < params.length; i += 1) {
    values[i] = encodeParameter(params[i], types);
    const oid = parameterOid(params[i]);
    if (oid !== 0) {
      oids ??= params.map(() => 0);
      oids[i] = oid;
    }
  }
  return { text, values, oids: oids ?? NONE };
}
