// One connection's statements: in line, sent as soon as they may go, stopped when their callers want them no more. It
// knows neither transactions nor who may go first.
import type { Writer } from '@fairlead/bytes';
import { Deadlines, deferred } from '@fairlead/client';
import { bounded, type Connector, FairleadError, type Peer } from '@fairlead/transport';
import { copyElsewhere, ended, failure, forCaller, hungUp, interrupted, tell, tooLate } from '../errors.ts';
import type { ConnectOptions } from '../options/connect-options.ts';
import type { Target } from '../options/target.ts';
import type { Session } from '../session/session.ts';
import type { Exchange, Preparing, Request, Sink } from '../statements/exchange.ts';
import type { Notification } from '../types.ts';
import { writeCopyFail, writeSync, writeTerminate } from '../wire/encode/client.ts';
import type { ErrorFields } from '../wire/messages.ts';
import { cancelOnServer } from './cancel-request.ts';
import { Canceller, type CancelOwner, STOP_GRACE_MS, settled } from './canceller.ts';
import type { LoggedIn } from './open/login.ts';
import { Opening, type OpeningOwner } from './open/opening.ts';
import { Pump, type PumpOwner } from './pump.ts';
import { Line } from './statement-queue.ts';

/** How long `close` waits for statements. */
const CLOSE_TIMEOUT_MS = 1_000;
const DEFAULT_TIMEOUT_MS = 60_000;

/** An open connection, or one that is being opened: what is asked of it meanwhile travels behind the login. */
export class Connection implements OpeningOwner, PumpOwner, CancelOwner {
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
  /** Called once, with the connection's failure. */
  onEnd: ((reason: FairleadError) => void) | undefined;
  readonly #target: Target;
  readonly #connector: Connector;
  readonly #options: ConnectOptions;
  readonly #ready = deferred<void>();
  readonly #closed = deferred<void>();
  readonly #canceller: Canceller = new Canceller(this);
  readonly #opening: Opening;
  #open: LoggedIn | undefined;
  #pump: Pump | undefined;
  #over: FairleadError | undefined;
  #isReady = false;
  /** How many wait for notifications. */
  #listeners = 0;

  constructor(target: Target, connector: Connector, options: ConnectOptions) {
    this.#target = target;
    this.#connector = connector;
    this.#options = options;
    this.queryTimeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.prepare = options.prepare ?? true;
    this.ready = this.#ready.promise;
    this.closed = this.#closed.promise;
    // Whoever awaits it hears of it; it may also be left alone.
    this.ready.catch(() => undefined);
    this.#opening = new Opening(target, connector, options, this);
    if (options.signal !== undefined) this.#endWith(options.signal);
  }

  get peer(): Peer | undefined {
    return this.#open?.transport.peer;
  }

  // The start.

  opened(open: LoggedIn): boolean {
    if (this.#over !== undefined) return false;
    this.#open = open;
    this.#pump = new Pump(open, this);
    this.#pump.listen(this.#listeners);
    open.transport.closed.then(() => this.failed(hungUp(open.transport.peer)));
    if (open.session.starting === undefined) this.#onReady(open.session);
    else this.#awaitGreeting(open);
    this.#pump.flush();
    return true;
  }

  /** The proof has left, and perhaps a statement behind it; the server's answer comes within the attempt's time. */
  #awaitGreeting({ limit: { at, timeoutMs } }: LoggedIn): void {
    const deadline = this.deadlines.addAt(at, () => this.failed(tooLate(timeoutMs, this.peer)));
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

  /** All that was submitted and has not ended. */
  get pending(): Exchange[] {
    return [...(this.#open?.session.sent ?? []), ...this.line.waiting];
  }

  /** Stops all that was submitted, but for `others`; each caller gets an error of its own. */
  stopAll(reason: FairleadError, others?: ReadonlySet<Exchange>): void {
    for (const exchange of this.pending) {
      if (!others?.has(exchange)) exchange.stop(forCaller(reason, this.peer, false));
    }
  }

  /** Whether the connection has ended. */
  get isOver(): boolean {
    return this.#over !== undefined;
  }

  /** What the server and this side say to each other; undefined before there is a session, and behind its end. */
  get session(): Session | undefined {
    return this.#open?.session;
  }

  pause(): void {
    this.#pump?.pause();
  }

  resume(): void {
    this.#pump?.resume();
  }

  /** Says that one more waits for notifications (1), or one fewer (-1). */
  listen(change: 1 | -1): void {
    this.#listeners += change;
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
      const what = this.#open === undefined ? 'attempt to connect was aborted' : 'connection was ended';
      const message = `The ${what} by its signal.`;
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
    // As long as there is no session, nothing but the start-up was sent.
    const safe = open === undefined || (cause instanceof FairleadError && cause.safeToRetry);
    const reason = open?.session.farewell ?? forCaller(cause, this.peer, safe);
    this.#finish(reason);
    this.#opening.giveUp(reason);
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
    this.#settleClosed(open);
    this.onEnd?.(reason);
    this.onEnd = undefined;
  }

  #settleClosed(open: LoggedIn | undefined): void {
    const closed = (): void => this.#closed.resolve();
    if (open !== undefined) open.transport.closed.then(closed);
    // Not before the attempt has let go of its socket; it may be what has just failed.
    else Promise.resolve().then(() => this.#opening.ended.then(closed));
  }

  /**
   * Lets statements finish, for at most a second, says goodbye and closes. Settles when the platform has taken the
   * goodbye; what follows is the server's, and `closed` tells of it. Never rejects.
   */
  async close(): Promise<void> {
    const closed = failure('closed', 'The Postgres client was closed.');
    const isOver = this.#over !== undefined;
    this.#over ??= closed;
    const pending = this.pending.map((each) => each.finished());
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
