// `Client` of the package `pg`, on this package's connection. It pipelines queries, which `pg` sends one after the other, and never
// connects again by itself.
import {
  type CallLimit,
  Deadlines,
  type Deferred,
  deferred,
  Gate,
  inNextTurn,
  inTurn,
  limitOf,
  watchCall,
} from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { connect as runtimeConnector } from '@fairlead/transport';
import { Connection, DEFAULT_TIMEOUT_MS } from '../../connection/connection.ts';
import type { PendingStatement } from '../../statements/pending-statement.ts';
import type { Request } from '../../statements/request.ts';
import { Emitter } from './emitter.ts';
import { asPgError } from './errors.ts';
import { noticeMessage, notificationMessage } from './event-messages.ts';
import { type ClientConfig, readConfig, type Settings } from './options.ts';
import {
  type QueryCallback,
  type QueryConfig,
  type QueryInput,
  type QueryValues,
  readCall,
} from './query/call.ts';
import { NamedStatements, requestOf } from './query/request.ts';
import { type Result, ResultSink } from './query/result.ts';
import { assertCursor, isSubmittable, runSubmittable, type Submittable } from './query/submittable.ts';
import { escapeIdentifier, escapeLiteral } from './values/escape.ts';
import { type TypeFormat, TypeOverrides, type TypeParser } from './values/types.ts';

/** Is called when something has ended, with its error if it failed. */
export type Callback<T = void> = (error?: Error | null, value?: T) => void;

/** Hands a promise's outcome to a callback. An error that the callback throws becomes an unhandled rejection. */
export function deliver<T>(outcome: Promise<T>, callback: Callback<T>): void {
  void outcome.then(
    (value) => callback(null, value),
    (error: Error) => callback(error),
  );
}

/**
 * One connection, with the calls and events of `pg`'s `Client`.
 *
 * Events: `error` (the connection was lost while it was idle or in use), `notice`, `notification`, `end`.
 * @example
 * ```ts
 * import { Client } from '@fairlead/postgres/pg';
 *
 * const client = new Client({ connectionString: env.DATABASE_URL });
 * await client.connect();
 * const { rows } = await client.query('select id, total from orders where id = $1', [42]);
 * await client.end();
 * ```
 */
export class Client extends Emitter {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly database: string | undefined;
  /** Emits `parameterStatus` for each setting that the server has reported, before `connect` is done. */
  readonly connection: Emitter = new Emitter();
  /** The backend's process id; 0 until the connection is open. */
  processID = 0;
  readonly #settings: Settings;
  readonly #types: TypeOverrides;
  readonly #names = new NamedStatements();
  /** Resolves with the first call of `connect`. */
  readonly #begun: Deferred<Connection> = deferred<Connection>();
  #connection: Connection | undefined;
  /** An open cursor has it; queries and cursors that are called meanwhile wait in the order of their calls. */
  readonly #gate = new Gate();
  readonly #deadlines = new Deadlines();
  #isReady = false;
  #isEnding = false;
  #closed: Promise<void> | undefined;

  /** @throws FairleadError `usage` and `policy` for options, as `connect` of this package. */
  constructor(config: string | ClientConfig = {}) {
    super();
    this.#settings = readConfig(config, (notice) => this.#later('notice', noticeMessage(notice)));
    this.#types = new TypeOverrides(typeof config === 'string' ? undefined : config.types);
    const { addresses, parameters } = this.#settings.target;
    this.host = addresses[0]?.hostname ?? '';
    this.port = addresses[0]?.port ?? 0;
    this.user = parameters.get('user');
    this.database = parameters.get('database');
    // A client that never connects must not leave an unhandled rejection.
    this.#begun.promise.catch(() => undefined);
  }

  /** Opens the connection: once. */
  connect(): Promise<this>;
  connect(callback: Callback<Client>): void;
  connect(callback?: Callback<Client>): Promise<this> | undefined {
    const connected = this.#connect();
    if (callback === undefined) return connected;
    deliver(connected, callback);
    return undefined;
  }

  /**
   * Runs a query: a text, of several statements too where it has no values, or `{ text, values, name, rowMode, types }`.
   * @returns A promise of the result, or nothing where there is a callback. Several statements have an array of results. A
   *   cursor of `pg-cursor` and a stream of `pg-query-stream` are returned as they are.
   */
  query<Cursor extends Submittable>(cursor: Cursor): Cursor;
  query<Row = Record<string, unknown>>(
    input: QueryInput,
    values?: readonly unknown[] | null,
  ): Promise<Result<Row>>;
  query<Row = Record<string, unknown>>(input: QueryInput, callback: QueryCallback<Row>): void;
  query<Row = Record<string, unknown>>(
    input: QueryInput,
    values: readonly unknown[] | null | undefined,
    callback?: QueryCallback<Row>,
  ): void;
  query(
    input: QueryInput | Submittable,
    values?: QueryValues,
    callback?: QueryCallback,
  ): Promise<Result> | Submittable | undefined {
    if (isSubmittable(input)) {
      this.#open(input);
      return input;
    }
    const call = readCall(input, values, callback);
    const outcome = this.#run(call.config);
    if (call.callback === undefined) return outcome;
    deliver(outcome, call.callback as Callback<Result>);
    return undefined;
  }

  /** Lets queries finish, for at most a second, and closes the connection. */
  end(): Promise<void>;
  end(callback: Callback): void;
  end(callback?: Callback): Promise<void> | undefined {
    this.#isEnding = true;
    const ended = this.#end();
    if (callback === undefined) return ended;
    deliver(ended, callback);
    return undefined;
  }

  /** Whether queries can be sent: the connection is open or being opened. */
  get isUsable(): boolean {
    return !this.#isEnding && this.#connection?.isOver === false;
  }

  /** Whether the server has a query of this client that has not ended. */
  get isBusy(): boolean {
    return this.#connection !== undefined && this.#connection.pending.length > 0;
  }

  /** Whether `end` was called. */
  get _ending(): boolean {
    return this.#isEnding;
  }

  /** Whether the connection has not ended, by the name under which other pools look for it. */
  get _queryable(): boolean {
    return this.#connection?.isOver !== true;
  }

  /** `I`: idle, `T`: in a transaction, `E`: in a failed one; null without a connection. */
  getTransactionStatus(): 'I' | 'T' | 'E' | null {
    return this.#connection?.session?.status ?? null;
  }

  /** Sets a type's parser for this client. */
  setTypeParser(oid: number, format: TypeFormat | TypeParser, parse?: TypeParser): void {
    this.#types.setTypeParser(oid, format, parse);
  }

  /** The parser that this client uses for a type. */
  getTypeParser(oid: number, format?: TypeFormat): TypeParser {
    return this.#types.getTypeParser(oid, format);
  }

  /** See `escapeIdentifier`. */
  escapeIdentifier(name: string): string {
    return escapeIdentifier(name);
  }

  /** See `escapeLiteral`. */
  escapeLiteral(text: string): string {
    return escapeLiteral(text);
  }

  /** Has no effect: the platform's sockets cannot be told to keep a process. */
  ref(): void {}

  /** Has no effect, as `ref`. */
  unref(): void {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #connect(): Promise<this> {
    if (this.#connection !== undefined || this.#isEnding) {
      throw new Error('Client has already been connected. You cannot reuse a client.');
    }
    const { target, options } = this.#settings;
    const connection = new Connection(target, options.connector ?? runtimeConnector, options);
    connection.observe({
      onNotification: (notification) => this.#later('notification', notificationMessage(notification)),
      onEnd: (reason) => this.#onEnd(reason),
    });
    this.#connection = connection;
    this.#begun.resolve(connection);
    try {
      await connection.ready;
    } catch (error) {
      throw asPgError(error);
    }
    this.#isReady = true;
    this.processID = connection.processId;
    for (const [parameterName, parameterValue] of connection.parameters) {
      this.connection.emit('parameterStatus', { name: 'parameterStatus', parameterName, parameterValue });
    }
    return this;
  }

  async #run(config: QueryConfig): Promise<Result> {
    const { rowMode, types = this.#types } = config;
    const request = requestOf(config, this.#names, this.#settings.options.prepare ?? true);
    const sink = new ResultSink(types, rowMode === 'array' ? 'array' : 'object');
    try {
      const limit = this.#limitOf(config);
      const connection = this.#connection;
      const isFree = connection !== undefined && this.#isReady && !this.#gate.shut;
      const statement = isFree
        ? connection.submit(request, sink)
        : await this.#submitInTurn(request, sink, limit);
      const unwatch = watchCall(this.#deadlines, 'query', limit, (reason) => statement.stop(reason));
      await statement.done.finally(unwatch);
    } catch (error) {
      throw sink.failure ?? asPgError(error);
    }
    // An array for several statements, which the type does not say, as that of `pg` does not.
    return sink.outcome as Result;
  }

  /** The limit of a query that is called now. */
  #limitOf({ query_timeout }: QueryConfig): CallLimit {
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = this.#settings.options;
    return limitOf(
      { timeoutMs: query_timeout ? Number(query_timeout) : timeoutMs },
      timeoutMs,
      'query_timeout',
    );
  }

  /** Sends a query when the connection is begun, and the cursors that were opened before it have ended. */
  #submitInTurn(request: Request, sink: ResultSink, limit: CallLimit): Promise<PendingStatement> {
    return inTurn(
      this.#gate,
      (stop) => watchCall(this.#deadlines, 'query', limit, stop),
      async () => (await this.#begun.promise).submit(request, sink),
    );
  }

  #open(cursor: Submittable): void {
    assertCursor(cursor);
    const run = (): Promise<void> => runSubmittable(cursor, this.#begun.promise, this.#types);
    void inTurn(this.#gate, () => () => undefined, run);
  }

  async #end(): Promise<void> {
    if (this.#connection === undefined) {
      this.#begun.reject(new Error('Client was closed and is not queryable'));
      return;
    }
    this.#closed ??= this.#connection.close();
    await this.#closed;
  }

  #onEnd(reason: FairleadError): void {
    this.#deadlines.stop();
    if (!this.#isEnding && this.#isReady) this.#later('error', asPgError(reason));
    // Behind what waiting calls reject with.
    inNextTurn(() => this.emit('end'));
  }

  /** Listeners are called behind the bytes that are being read, so that what they throw ends no connection. */
  #later(event: string, ...args: readonly unknown[]): void {
    void Promise.resolve().then(() => this.emit(event, ...args));
  }
}
