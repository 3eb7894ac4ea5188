// One connection's statements: in line, sent as soon as they may go, stopped when their callers want them no more. It
// knows neither transactions nor who may go first.
import type { Writer } from '@fairlead/bytes';
import { Deadlines, deferred, withAttemptSignal } from '@fairlead/client';
import { bounded, type Connector, FairleadError, type Peer } from '@fairlead/transport';
import type { Notification } from './api.ts';
import { cancelOnServer } from './cancel.ts';
import { Canceller, type CancelOwner, settled } from './canceller.ts';
import type { ConnectOptions } from './connect-options.ts';
import { writeCopyFail, writeSync, writeTerminate } from './encode.ts';
import { copyElsewhere, ended, failure, forCaller, hungUp, interrupted, tell, tooLate } from './errors.ts';
import type { Exchange, Lane, Preparing, Request, Sink } from './exchange.ts';
import { Line } from './line.ts';
import { type LoggedIn, logIn } from './login.ts';
import type { ErrorFields } from './messages.ts';
import type { Target } from './options.ts';
import { Pump, type PumpOwner } from './pump.ts';
import type { Session, SessionOwner } from './session.ts';

/** How long the caller of a cancelled statement waits for the server to end it. */
const STOP_GRACE_MS = 1_000;
/** How long `close` waits for statements. */
const CLOSE_TIMEOUT_MS = 1_000;
const DEFAULT_MAX_ROW_BYTES = 67_108_864;
const DEFAULT_QUERY_TIMEOUT_MS = 60_000;

/** An open connection, or one that is being opened: what is asked of it meanwhile travels behind the login. */
export class Connection implements SessionOwner, Lane, PumpOwner, CancelOwner {
  readonly queryTimeoutMs: number;
  readonly prepare: Preparing;
  readonly deadlines: Deadlines = new Deadlines();
  readonly line: Line = new Line(this);
  /** Settles when the server is ready for queries. */
  readonly ready: Promise<void>;
  readonly closed: Promise<void>;
  parameters: ReadonlyMap<string, string> = new Map();
  processId = 0;
  /** Who hears notifications. */
  onNotification: ((notification: Notification) => void) | undefined;
  /** Called once, with what the connection died of. */
  onEnd: ((reason: FairleadError) => void) | undefined;
  readonly #target: Target;
  readonly #connector: Connector;
  readonly #options: ConnectOptions;
  readonly #ready = deferred<void>();
  readonly #closed = deferred<void>();
  readonly #canceller: Canceller = new Canceller(this);
  #open: LoggedIn | undefined;
  #pump: Pump | undefined;
  #over: FairleadError | undefined;
  #isReady = false;

  constructor(target: Target, connector: Connector, options: ConnectOptions) {
    this.#target = target;
    this.#connector = connector;
    this.#options = options;
    this.queryTimeoutMs = options.queryTimeoutMs ?? DEFAULT_QUERY_TIMEOUT_MS;
    this.prepare = options.prepare ?? true;
    this.ready = this.#ready.promise;
    this.closed = this.#closed.promise;
    // Whoever awaits it hears of it; it may also be left alone.
    this.ready.catch(() => undefined);
    this.#logIn(options.signal).catch((error: unknown) => this.failed(error));
  }

  get peer(): Peer | undefined {
    return this.#open?.transport.peer;
  }

  // The start.

  async #logIn(signal: AbortSignal | undefined): Promise<void> {
    const maxRowBytes = this.#options.limits?.maxRowBytes ?? DEFAULT_MAX_ROW_BYTES;
    const input = { connector: this.#connector, owner: this, maxRowBytes };
    const open = await withAttemptSignal(signal, (attempt) =>
      logIn(this.#target, { ...input, signal: attempt }),
    );
    if (this.#over !== undefined) return open.transport.destroy(this.#over);
    this.#open = open;
    this.#pump = new Pump(open, this);
    open.transport.closed.then(() => this.failed(hungUp(open.transport.peer)));
    if (open.session.starting === undefined) this.#onReady(open.session);
    else this.#awaitGreeting();
    if (signal !== undefined) this.#endWith(signal);
    this.#pump?.flush();
  }

  /** The proof has left, and perhaps a statement behind it; the server's answer has its time as well. */
  #awaitGreeting(): void {
    const { connectTimeoutMs } = this.#target;
    const deadline = this.deadlines.add(connectTimeoutMs, () => this.failed(tooLate(connectTimeoutMs)));
    const done = (): void => this.deadlines.remove(deadline);
    this.ready.then(done, done);
  }

  #onReady({ parameters, key }: Session): void {
    this.#isReady = true;
    this.parameters = parameters;
    this.processId = key?.processId ?? 0;
    this.#ready.resolve();
  }

  // Statements.

  /**
   * Puts one statement in line; it is sent as soon as it may go.
   * @throws FairleadError `usage` (a stream is open), `connection_lost`, `closed`: nothing was sent then.
   */
  submit(request: Request, sink: Sink): Exchange {
    if (this.#over !== undefined) throw forCaller(this.#over, this.peer, true);
    const exchange = this.line.join(request, sink);
    this.#pump?.schedule();
    return exchange;
  }

  fill(writer: Writer): void {
    const session = this.#open?.session;
    if (session !== undefined && !this.#canceller.busy) this.line.fill(writer, session);
  }

  /** Writes what belongs to a statement under way: settles when the platform has accepted it. */
  write(append: (writer: Writer) => void): Promise<void> {
    // The transport's own promise, which may be left alone: a lost connection tells of itself elsewhere.
    return this.#pump?.write(append) ?? Promise.resolve();
  }

  /** Stops all that was submitted. */
  stopAll(reason: FairleadError): void {
    for (const exchange of [...this.line.waiting, ...(this.#open?.session.sent ?? [])]) exchange.stop(reason);
  }

  pause(): void {
    this.#pump?.pause();
  }

  resume(): void {
    this.#pump?.resume();
  }

  /** Says that one more waits for notifications (1), or one fewer (-1). */
  listen(change: 1 | -1): void {
    this.#pump?.listen(change);
  }

  received(): void {
    const session = this.#open?.session;
    if (session === undefined) return;
    if (!this.#isReady && session.starting === undefined) this.#onReady(session);
    if (this.line.waiting.length > 0) this.#pump?.schedule();
  }

  // What the session tells.

  ended(exchange: Exchange): void {
    this.line.leave(exchange);
    const { error } = exchange;
    const { status = 'I', sent = [] } = this.#open?.session ?? {};
    const isRunAgain = (error !== undefined || exchange.again) && this.line.settle(exchange, status, sent);
    if (!isRunAgain) exchange.end(this.#canceller.busy ? interrupted(error) : error);
    this.#canceller.cancelWhenFirst();
  }

  needsSync(exchange: Exchange): void {
    exchange.plan += 's';
    exchange.step = 's';
    this.write(writeSync);
  }

  refuseCopy(exchange: Exchange): void {
    exchange.halt = ({ message }) => {
      if (exchange.request.simple) this.write((w) => writeCopyFail(w, message));
    };
    if (exchange.reason !== undefined) exchange.halt(exchange.reason);
    exchange.stop(copyElsewhere());
  }

  redefined(): void {
    this.line.cache.forget();
  }

  notice(fields: ErrorFields): void {
    tell(this.#options.onNotice, fields);
  }

  notification(notification: Notification): void {
    this.onNotification?.(notification);
  }

  // Cancellation.

  stopped(exchange: Exchange): void {
    if (exchange.state === 'sent') {
      if (exchange.reason?.safeToRetry) exchange.reason = forCaller(exchange.reason, this.peer, false);
      this.deadlines.add(STOP_GRACE_MS, () => exchange.desert());
      // What is left of its answer has to be read, though nobody wants it.
      if (this.running() === exchange) this.resume();
      this.#canceller.cancelWhenFirst();
      return;
    }
    this.line.leave(exchange);
    exchange.reason = forCaller(exchange.reason, this.peer, true);
    exchange.end();
  }

  running(): Exchange | undefined {
    return this.#open?.session.sent[0];
  }

  async sendCancel(): Promise<void> {
    const { session, transport } = this.#open ?? {};
    if (session?.key === undefined || transport === undefined) return;
    await cancelOnServer(this.#target, transport.peer, this.#connector, session.key);
  }

  endPortal(exchange: Exchange): void {
    exchange.suspended = false;
    exchange.at = exchange.plan.length;
    this.needsSync(exchange);
  }

  cancelled(): void {
    this.#pump?.flush();
  }

  // The end.

  /** Ends the connection when `signal` fires: statements are cancelled on the server and reject with `aborted`. */
  #endWith(signal: AbortSignal): void {
    const onAbort = (): void => {
      const message = 'The connection was ended by its signal.';
      this.#abandon(new FairleadError('aborted', message, { cause: signal.reason, peer: this.peer }));
    };
    signal.addEventListener('abort', onAbort);
    this.closed.then(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) onAbort();
  }

  async #abandon(reason: FairleadError): Promise<void> {
    this.#over ??= reason;
    this.#dropWaiting();
    const first = this.running();
    this.stopAll(reason);
    await settled(first);
    this.failed(reason);
  }

  #dropWaiting(): void {
    for (const exchange of this.line.clear()) exchange.end(forCaller(this.#over, this.peer, true));
  }

  /** The connection is of no use any more. */
  failed(cause: unknown): void {
    const open = this.#open;
    const safe = cause instanceof FairleadError && cause.safeToRetry;
    const reason = open?.session.farewell ?? forCaller(cause, this.peer, safe);
    this.#finish(reason);
    open?.transport.destroy(reason);
  }

  /** Everything that waits is told; nothing can be sent any more. */
  #finish(reason: FairleadError): void {
    const open = this.#open;
    const peer = this.peer;
    this.#over ??= this.#isReady ? ended(reason) : reason;
    this.#dropWaiting();
    this.#open = undefined;
    this.#pump?.stop();
    this.deadlines.stop();
    const starting = open?.session.starting !== undefined;
    const sent = open?.session.sent.splice(0) ?? [];
    // Behind a login that the server refused, in its own words, it has looked at nothing.
    const refused = starting && reason.server !== undefined;
    for (const exchange of sent) exchange.end(forCaller(reason, peer, refused));
    // Nothing but the login was sent, as far as this waits for.
    if (!this.#isReady) this.#ready.reject(forCaller(reason, peer, true));
    if (open === undefined) this.#closed.resolve();
    else open.transport.closed.then(() => this.#closed.resolve());
    this.onEnd?.(reason);
    this.onEnd = undefined;
  }

  /**
   * Lets statements finish, for at most a second, says goodbye and closes. Settles when the platform has taken the
   * goodbye; what follows is the server's, and `closed` tells of it. Never rejects.
   */
  async close(): Promise<void> {
    const closed = failure('closed', 'The Postgres client was closed.');
    const isOver = this.#over !== undefined;
    this.#over ??= closed;
    const running = [...(this.#open?.session.sent ?? []), ...this.line.waiting];
    const pending = running.map((each) => each.finished());
    const outcome = pending.length > 0 ? await bounded(Promise.all(pending), CLOSE_TIMEOUT_MS) : undefined;
    const transport = this.#open?.transport;
    if (isOver || transport === undefined || outcome?.kind === 'timeout') {
      this.failed(closed);
      return;
    }
    const taken = this.#pump?.write(writeTerminate);
    this.#finish(closed);
    transport.close();
    await taken?.catch(() => undefined);
  }
}
