// One connection: how its session begins, which statements it takes, and how it ends. The order of statements is the
// queue's part.
import { Deadlines, limitOf, watchCall, whenAborted } from '@fairlead/client';
import { bounded, type Connector, FairleadError, type Peer, type Transport } from '@fairlead/transport';
import { forCaller, notRolledBack, usage } from '../errors.ts';
import type { ConnectOptions } from '../options/connect-options.ts';
import type { Target } from '../options/target.ts';
import { ServerTimeLimit, type SessionCommand } from '../session/session-commands.ts';
import { SessionState } from '../session/session-state.ts';
import type { Execution, ExecutionOptions, RowEvents, Statement } from '../session/statement.ts';
import { StatementSetup } from '../session/statement-setup.ts';
import type { TransactionState } from '../session/transaction-state.ts';
import { READING } from '../text/first-word.ts';
import { encodeQuit } from '../wire/encode.ts';
import type { Exchange } from './exchange/exchange.ts';
import type { OpenedSession } from './login/open-session.ts';
import { CANCEL_TIMEOUT_MS, Canceller } from './queue/canceller.ts';
import { PendingStatement } from './queue/pending-statement.ts';
import { StatementQueue } from './queue/statement-queue.ts';
import { StatementCache } from './sender/statement-cache.ts';
import { StatementSender } from './sender/statement-sender.ts';

/** How long `close` waits for the statements that have not ended. */
const CLOSE_TIMEOUT_MS = 1_000;
const DEFAULT_TIMEOUT_MS = 60_000;
/** How long the ROLLBACK of a transaction may take where calls have no time limit. */
const MAX_UNDO_MS = 60_000;

const nothing = (): void => undefined;
const NO_ROWS: RowEvents = { onColumns: nothing, onRow: nothing, onResult: nothing };

/** An open connection. */
export class Connection {
  readonly greeting: OpenedSession['greeting'];
  /** Default time limit of one call. */
  readonly timeoutMs: number;
  readonly deadlines: Deadlines = new Deadlines();
  /**
   * The session's settings. A statement that may change them is the only one in flight, so they are known when the next
   * one is sent.
   */
  readonly state: SessionState;
  readonly #transport: Transport;
  readonly #exchange: Exchange;
  readonly #sender: StatementSender;
  readonly #queue: StatementQueue;
  /** The last statement, if it is a stream of which some rows are not taken, even where all of them have come. */
  #stream: Execution | undefined;
  readonly #multiStatements: boolean;
  readonly #prepares: boolean;
  /** Whether the transport has ended: nothing can be sent, even where the reason is not known yet. */
  #isLost = false;

  constructor(opened: OpenedSession, target: Target, connector: Connector, options: ConnectOptions) {
    const { transport, greeting, exchange } = opened;
    const { isMariaDb, connectionId } = greeting;
    const state = new SessionState(isMariaDb ? 'mariadb' : 'mysql');
    this.state = state;
    this.#transport = transport;
    this.greeting = greeting;
    this.#exchange = exchange;
    this.#multiStatements = target.multiStatements;
    this.#prepares = options.prepare !== false;
    const canceller = new Canceller(target, connector, connectionId, exchange);
    this.#queue = new StatementQueue({ exchange, state, canceller, deadlines: this.deadlines });
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const setup = new StatementSetup({
      state,
      peer: this.peer,
      timeLimit: new ServerTimeLimit(isMariaDb, state, this.#prepares),
      utc: options.timeZone !== 'session',
    });
    // Their answers are not awaited: the first statement follows at once.
    const stateKnown = this.#send(...setup.start());
    if (this.#prepares) void this.#send(setup.timeLimit(this.timeoutMs));
    this.#sender = new StatementSender({
      exchange,
      prepared: new StatementCache(),
      replies: { json: options.json ?? 'parsed', format: exchange.columns, state },
      state,
      setup,
      pinsTypes: !isMariaDb,
      stateKnown,
    });
    exchange.onFailure = (failure) => this.#end(failure);
    transport.closed.then(() => {
      this.#isLost = true;
      // What is being read fails with the reason, a moment later.
      if (exchange.isPaused) exchange.fail(undefined);
    });
  }

  /** @returns Settles when the last command was answered. Never rejects. */
  #send(...commands: (SessionCommand | undefined)[]): Promise<void> {
    let last: Promise<void> = Promise.resolve();
    for (const each of commands) {
      if (each !== undefined) last = this.#exchange.ask(each.packet, each.reply).catch(nothing);
    }
    return last;
  }

  get closed(): Promise<void> {
    return this.#transport.closed;
  }

  get peer(): Peer {
    return this.#transport.peer;
  }

  /** Whether a stream has exclusive use of the connection, or was the last to have it and some of its rows are not taken. */
  get streaming(): boolean {
    return this.#stream !== undefined;
  }

  /**
   * Adds one statement to the queue, which sends it as soon as it may be sent.
   * @throws FairleadError `usage` (parameters, placeholders, a stream is open), `connection_lost`, `closed`, or the error
   *   that its transaction was lost by. Nothing was sent then.
   */
  start(given: Statement, events: RowEvents, options: ExecutionOptions): Execution {
    const statement: Statement = this.#prepares ? given : { ...given, protocol: 'text' };
    if (this.#isLost) this.#exchange.fail(undefined);
    this.#queue.assertTakes(options);
    const onlyReads = !this.#multiStatements && READING.includes(statement.command);
    if (options.readOnly && !onlyReads) {
      throw usage(
        'readOnly is for one statement that reads: SELECT, WITH, VALUES, TABLE, SHOW, EXPLAIN or DESCRIBE, without multiStatements',
      );
    }
    const checked = this.#sender.check(statement);
    const owner = this.#queue;
    const pending = new PendingStatement({ owner, statement, options, checked, onlyReads, events });
    this.#stream = undefined;
    owner.add(pending);
    return pending;
  }

  /**
   * As `start`, for a statement whose rows may wait for their reader: no other statement can run until `streamOver` or
   * `streamTaken` is called.
   */
  startStream(statement: Statement, events: RowEvents, options: ExecutionOptions): Execution {
    const stream = this.start(statement, events, options);
    this.#queue.streamBegins();
    this.#stream = stream;
    return stream;
  }

  /** The stream has ended, and no reader waits for what came last. May be called more than once. */
  streamOver(stream: Execution | undefined): void {
    if (this.#stream === stream && this.#queue.streaming) this.#queue.streamEnds();
  }

  /**
   * The stream has failed; or it has ended, and its reader has what came last or has left. May be called more than once.
   */
  streamTaken(stream: Execution | undefined): void {
    this.streamOver(stream);
    if (this.#stream === stream) this.#stream = undefined;
  }

  /** Stops all statements of a transaction, waiting or in flight. */
  stopAll(transaction: TransactionState, reason: FairleadError): void {
    this.#queue.stopAll(transaction, reason);
  }

  /**
   * Rolls back, behind all statements that were sent and before all later ones: the ROLLBACK is in the queue when this
   * returns. If the server does not do it, the connection ends, since later statements would be lost in that transaction.
   * Never rejects.
   */
  async undo(): Promise<void> {
    // The connection ends anyway, and the transaction with it.
    if (this.#queue.isOver) return;
    try {
      // A reader of the transaction may never come back.
      this.streamTaken(this.#stream);
      const statement: Statement = { protocol: 'text', text: 'ROLLBACK', command: 'ROLLBACK', params: [] };
      const execution = this.start(statement, NO_ROWS, { serverLimitMs: this.timeoutMs, undoes: true });
      const limit = limitOf({ timeoutMs: Math.min(this.timeoutMs, MAX_UNDO_MS) });
      const unwatch = watchCall(this.deadlines, 'rollback', limit, (reason) => execution.stop(reason));
      await execution.done.finally(unwatch);
    } catch (cause) {
      this.#exchange.fail(notRolledBack(cause, this.peer));
    }
  }

  /** Ends all statements that wait. The statements in flight hear of it from the exchange. */
  #end(failure: FairleadError): void {
    this.deadlines.stop();
    this.#queue.end(failure);
  }

  /** Ends the connection when `signal` fires: statements are cancelled on the server and reject with `aborted`. */
  endOnAbort(signal: AbortSignal): void {
    const stopListening = whenAborted(signal, ({ reason }) => {
      const message = 'The connection was ended by its signal.';
      void this.#abandon(new FairleadError('aborted', message, { cause: reason, peer: this.peer }));
    });
    void this.closed.then(stopListening);
  }

  async #abandon(reason: FairleadError): Promise<void> {
    // The callers' time limits go on until the connection has failed.
    this.#queue.end(reason);
    // All that were sent: the server would run those behind the first one without the connection, too.
    const { pending } = this.#queue;
    for (const each of pending) each.stop(forCaller(reason, this.peer, false));
    await bounded(Promise.all(pending.map(({ finished }) => finished)), CANCEL_TIMEOUT_MS);
    this.#exchange.fail(reason);
  }

  pause(): void {
    this.#exchange.pause();
  }

  resume(): void {
    this.#exchange.resume();
  }

  /**
   * Lets statements finish, for at most a second, sends COM_QUIT and closes. Settles when the platform has accepted
   * COM_QUIT. Never rejects.
   */
  async close(): Promise<void> {
    const closed = new FairleadError('closed', 'The MySQL client was closed.', { safeToRetry: true });
    this.#queue.close(closed);
    const { pending } = this.#queue;
    const running = Promise.all(pending.map(({ finished }) => finished));
    const outcome = pending.length === 0 ? undefined : await bounded(running, CLOSE_TIMEOUT_MS);
    this.#end(closed);
    if (outcome?.kind === 'timeout') this.#exchange.fail(closed);
    else this.#exchange.detach();
    const taken = this.#transport.write(encodeQuit());
    // Closing has a time limit of its own, and the write ends with it.
    this.#transport.close();
    await taken.catch(nothing);
    await running;
  }
}
