// One connection: opens it, sends queued statements as soon as they may go, cancels them, and ends. It holds the connection's
// state, and is the only one to change it. It knows no transactions.
import type { Writer } from '@fairlead/bytes';
import { Deadlines, whenAborted } from '@fairlead/client';
import { wasUnsent } from '@fairlead/sql-client';
import { bounded, type Connector, FairleadError, type Peer } from '@fairlead/transport';
import { closedHere, forCaller, hungUp, tooLate } from '../errors.ts';
import type { ConnectOptions } from '../options/connect-options.ts';
import type { Target } from '../options/target.ts';
import type { Session } from '../session/session.ts';
import type { PendingStatement } from '../statements/pending-statement.ts';
import type { Preparing, Request, Sink } from '../statements/request.ts';
import { writeExecute, writeFlush, writeTerminate } from '../wire/encode/client.ts';
import { cancelOnServer } from './cancel-request.ts';
import { CANCEL_TIMEOUT_MS } from './canceller.ts';
import { Lifecycle } from './lifecycle.ts';
import { ConnectionAttempt } from './open/attempt.ts';
import type { LoggedIn } from './open/login.ts';
import type { ConnectionOwner } from './owner.ts';
import { Pump } from './pump.ts';
import { type ConnectionObserver, StatementEvents } from './statement-events.ts';
import type { StatementQueue } from './statement-queue.ts';

/** How long `close` waits for statements. */
const CLOSE_TIMEOUT_MS = 1_000;
/** The time limit of a query, in milliseconds, where no option says another. */
export const DEFAULT_TIMEOUT_MS = 60_000;

/** A connection, open or being opened: statements that are called meanwhile are sent behind the login. */
export class Connection implements ConnectionOwner {
  /** Default time limit of one call. */
  readonly timeoutMs: number;
  readonly prepare: Preparing;
  readonly deadlines: Deadlines = new Deadlines();
  readonly #target: Target;
  readonly #connector: Connector;
  readonly #lifecycle = new Lifecycle();
  readonly #events: StatementEvents;
  readonly #attempt: ConnectionAttempt;
  #open: LoggedIn | undefined;
  #pump: Pump | undefined;
  #parameters: ReadonlyMap<string, string> = new Map();
  #processId = 0;
  /** How many channels are listened to. */
  #listeners = 0;

  constructor(target: Target, connector: Connector, options: ConnectOptions) {
    this.#target = target;
    this.#connector = connector;
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.prepare = options.prepare ?? true;
    this.#events = new StatementEvents(this, options.onNotice);
    this.#attempt = new ConnectionAttempt(target, connector, options, this, this.#events);
    this.#endWith(options.signal);
  }

  /** See `Lifecycle`. */
  get ready(): Promise<void> {
    return this.#lifecycle.ready;
  }

  /** See `Lifecycle`. */
  get closed(): Promise<void> {
    return this.#lifecycle.closed;
  }

  get peer(): Peer | undefined {
    return this.#open?.transport.peer;
  }

  /** ParameterStatus values, as the server last reported them; empty until it is ready. */
  get parameters(): ReadonlyMap<string, string> {
    return this.#parameters;
  }

  /** The process id of the backend; 0 until it is known. */
  get processId(): number {
    return this.#processId;
  }

  /** Sets the observer of notifications and of the connection's end. */
  observe(observer: ConnectionObserver): void {
    this.#events.observe(observer);
  }

  /** The statements that were not sent. */
  get queue(): StatementQueue {
    return this.#events.queue;
  }

  /** Statements may be sent. @returns Whether the connection is still wanted. */
  opened(open: LoggedIn): boolean {
    if (!this.#lifecycle.logIn()) return false;
    this.#open = open;
    this.#pump = new Pump(open, this);
    open.transport.closed.then(() => {
      // A read that is pending fails with the reason, a moment later.
      if (this.#open === open && !this.#pump?.isReading) this.failed(hungUp(open.transport.peer));
    });
    if (open.session.starting === undefined) this.#onReady(open.session);
    else this.#awaitGreeting(open);
    this.#pump.flush();
    this.#pump.listen(this.#listeners);
    return true;
  }

  /** The last message of the login has left. The server's answer is due within the attempt's time. */
  #awaitGreeting({ limit: { at, timeoutMs } }: LoggedIn): void {
    const deadline = this.deadlines.addAt(at, () => this.failed(tooLate(timeoutMs, this.peer)));
    const done = (): void => this.deadlines.remove(deadline);
    this.ready.then(done, done);
  }

  #onReady({ parameters, key }: Session): void {
    this.#parameters = parameters;
    this.#processId = key?.processId ?? 0;
    this.#lifecycle.greet();
  }

  // Statements.

  /**
   * Queues one statement; it is sent as soon as it may go.
   * @throws FairleadError `usage` (a stream is open), `connection_lost`, `closed`: nothing was sent then.
   */
  submit(request: Request, sink: Sink): PendingStatement {
    const { reason } = this.#lifecycle;
    if (reason !== undefined) throw forCaller(reason, this.peer, true);
    const statement = this.queue.join(request, sink);
    this.#pump?.schedule();
    return statement;
  }

  /** Adds the statements that may be sent now to the writer. */
  fill(writer: Writer): void {
    const session = this.#open?.session;
    if (session !== undefined) this.queue.fill(writer, session, this.#events.isCancelling);
  }

  /** Writes messages of a statement in flight. Settles when the platform has accepted them. */
  write(append: (writer: Writer) => void): Promise<void> {
    // The transport's own promise, which may be left unawaited: a lost connection is reported elsewhere.
    return this.#pump?.write(append) ?? Promise.resolve();
  }

  /** Writes another Execute for a suspended portal. */
  fetch(statement: PendingStatement): void {
    if (!statement.suspended) return;
    statement.fetch();
    void this.write((writer) => {
      writeExecute(writer, '', statement.request.fetchSize);
      writeFlush(writer);
    });
  }

  /** The statements that have not ended, in the order of their calls. */
  get pending(): PendingStatement[] {
    return [...(this.#open?.session.inFlight ?? []), ...this.queue.queued.all()];
  }

  /** The statement that was called last, if it has not ended. */
  get latest(): PendingStatement | undefined {
    return this.queue.queued.last ?? this.#open?.session.inFlight.at(-1);
  }

  /** Stops all statements but `others`, each with an error of its own. */
  stopAll(reason: FairleadError, others?: ReadonlySet<PendingStatement>): void {
    for (const statement of this.pending) {
      if (!others?.has(statement)) statement.stop(forCaller(reason, this.peer, false));
    }
  }

  /** Whether calls are refused: the connection has ended, or is to be closed. */
  get isOver(): boolean {
    return this.#lifecycle.reason !== undefined;
  }

  /** The session; `undefined` before the login and when the connection has ended. */
  get session(): Session | undefined {
    return this.#open?.session;
  }

  /** Reads no more until `resume`. */
  pause(): void {
    this.#pump?.pause();
  }

  /** Reads on. */
  resume(): void {
    this.#pump?.resume();
  }

  /** Says that one channel more is listened to (1), or one fewer (-1). */
  listen(change: 1 | -1): void {
    this.#listeners += change;
    this.#pump?.listen(change);
  }

  /** All messages of one network read have been handed over. */
  received(): void {
    const session = this.#open?.session;
    if (session === undefined) return;
    if (!this.#lifecycle.wasReady && session.starting === undefined) this.#onReady(session);
    if (this.queue.queued.first !== undefined) this.#pump?.schedule();
  }

  /** The statement that the server runs. */
  running(): PendingStatement | undefined {
    return this.#open?.session.inFlight[0];
  }

  /** Sends a CancelRequest, where the server gave a key for it. See `cancelOnServer`. */
  async sendCancel(mayLeave: () => boolean): Promise<void> {
    const { session, transport } = this.#open ?? {};
    if (session?.key === undefined || transport === undefined) return;
    await cancelOnServer(this.#target, transport.peer, this.#connector, session.key, mayLeave);
  }

  /** Sends the statements that may be sent now. */
  flush(): void {
    this.#pump?.flush();
  }

  // The end.

  /** Ends the connection when `signal` fires: statements are cancelled on the server and reject with `aborted`. */
  #endWith(signal: AbortSignal | undefined): void {
    const stopListening = whenAborted(signal, ({ reason: cause }) => {
      const what = this.#open === undefined ? 'attempt to connect was aborted' : 'connection was ended';
      const message = `The ${what} by its signal.`;
      void this.#abandon(new FairleadError('aborted', message, { cause, peer: this.peer }));
    });
    void this.closed.then(stopListening);
  }

  async #abandon(reason: FairleadError): Promise<void> {
    this.#lifecycle.close(reason);
    this.#dropQueued();
    this.stopAll(reason);
    // All that were sent: the server would run those behind the first one without the connection, too.
    await bounded(Promise.all(this.pending.map((each) => each.finished())), CANCEL_TIMEOUT_MS);
    this.failed(reason);
  }

  #dropQueued(): void {
    const { reason } = this.#lifecycle;
    for (const statement of this.queue.clear()) statement.end(forCaller(reason, this.peer, true));
  }

  /** The connection cannot be used any more. */
  failed(cause: unknown): void {
    const open = this.#open;
    // As long as there is no session, nothing but the start-up was sent.
    const safe = open === undefined || (cause instanceof FairleadError && cause.safeToRetry);
    const reason = open?.session.farewell ?? forCaller(cause, this.peer, safe);
    this.#finish(reason);
    this.#attempt.giveUp(reason);
    open?.transport.destroy(reason);
  }

  /** Every call is told; nothing can be sent any more. */
  #finish(reason: FairleadError): void {
    const open = this.#open;
    const peer = this.peer;
    this.#lifecycle.end(reason);
    this.#dropQueued();
    this.#open = undefined;
    this.#pump?.stop();
    this.deadlines.stop();
    const starting = open?.session.starting !== undefined;
    // Behind a login that the server has refused with an error of its own, it has run nothing.
    const refused = starting ? reason.server !== undefined : wasUnsent(reason);
    for (const statement of open?.session.clear() ?? []) statement.end(forCaller(reason, peer, refused));
    this.#lifecycle.refuseReady(reason, peer);
    // Without a session, not before the attempt has closed its socket; the attempt may be what has just failed.
    this.#lifecycle.closeWith(open?.transport.closed ?? Promise.resolve().then(() => this.#attempt.ended));
    this.#events.tellEnd(reason);
  }

  /**
   * Lets statements finish, for at most a second, says goodbye and closes. Settles when the platform has taken the
   * goodbye; what follows is the server's, and `closed` tells of it. Never rejects.
   */
  async close(): Promise<void> {
    const closed = closedHere();
    const { isOver } = this;
    this.#lifecycle.close(closed);
    const finished = this.pending.map((each) => each.finished());
    const outcome = finished.length > 0 ? await bounded(Promise.all(finished), CLOSE_TIMEOUT_MS) : undefined;
    const transport = this.#open?.transport;
    if (isOver || transport === undefined || outcome?.kind === 'timeout') {
      this.failed(closed);
      return;
    }
    const taken = this.#pump?.write(writeTerminate).catch(() => undefined);
    this.#finish(closed);
    transport.close();
    await taken;
  }
}
