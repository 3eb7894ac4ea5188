// Pumps one transport and one session: sends statements as soon as they may go, reads while replies are owed, watches
// over time, cancels on the server. It knows neither transactions nor who may go first.
import { Writer } from '@fairlead/bytes';
import { Deadlines, deferred, watchCall, withAttemptSignal } from '@fairlead/client';
import { bounded, type Connector, FairleadError, type Peer } from '@fairlead/transport';
import type { CallOptions, Notification } from './api.ts';
import { cancelOnServer } from './cancel.ts';
import type { ConnectOptions } from './connect-options.ts';
import { writeSync, writeTerminate } from './encode.ts';
import { forCaller, serverWords, usage } from './errors.ts';
import { Exchange, type Lane, type Request, type Sink, simpleRequest } from './exchange.ts';
import { writeExchange } from './flight.ts';
import { type LoggedIn, logIn } from './login.ts';
import type { ErrorFields } from './messages.ts';
import type { Target } from './options.ts';
import { StatementCache } from './prepared.ts';
import type { Session, SessionOwner } from './session.ts';

/** How long a cancelled statement may take to end before the connection is given up. */
const CANCEL_TIMEOUT_MS = 5_000;
/** How long the caller of a cancelled statement waits for the server to end it. */
const STOP_GRACE_MS = 1_000;
/** How long `close` waits for statements. */
const CLOSE_TIMEOUT_MS = 1_000;
const DEFAULT_MAX_ROW_BYTES = 67_108_864;
const DEFAULT_QUERY_TIMEOUT_MS = 60_000;
/** How many statements may be sent before the first of them has ended. */
const MAX_FLIGHT = 256;
/** How many writes may be on their way before the next statements wait: a peer that stops reading stops us. */
const MAX_WRITES = 4;
/** Statements that wait to be sent, all together. */
const MAX_UNSENT_BYTES = 1 << 28;
const READ_ONLY_END: Request = simpleRequest('ROLLBACK');
const DEAF: Sink = { begin: () => undefined, row: () => undefined, tag: () => undefined };

// In workerd queueMicrotask() crosses into native code each time; a settled promise does not.
const TICK = /* @__PURE__ */ Promise.resolve();

/** An open connection, or one that is being opened: what is asked of it meanwhile travels behind the login. */
export class Connection implements SessionOwner, Lane {
  readonly queryTimeoutMs: number;
  readonly prepare: boolean;
  readonly deadlines: Deadlines = new Deadlines();
  /** Settles when the server is ready for queries. */
  readonly ready: Promise<void>;
  readonly closed: Promise<void>;
  /** Who hears notifications, by channel. */
  onNotification: ((notification: Notification) => void) | undefined;
  /** Called once, with what the connection died of. */
  onEnd: ((reason: FairleadError) => void) | undefined;
  readonly #target: Target;
  readonly #connector: Connector;
  parameters: ReadonlyMap<string, string> = new Map();
  processId = 0;
  readonly #limits: ConnectOptions['limits'];
  readonly #onNotice: ConnectOptions['onNotice'];
  readonly #ready = deferred<void>();
  readonly #closed = deferred<void>();
  readonly #cache = new StatementCache();
  readonly #writer = new Writer(MAX_UNSENT_BYTES);
  readonly #waiting: Exchange[] = [];
  #open: LoggedIn | undefined;
  #over: FairleadError | undefined;
  /** A stream, or a COPY, that has the connection for itself. */
  #exclusive: Exchange | undefined;
  #cancelling: Promise<void> | undefined;
  #scheduled = false;
  #reading = false;
  #paused = false;
  #writes = 0;
  /** How many wait for notifications, for which the connection is read all the time. */
  #listeners = 0;

  constructor(target: Target, connector: Connector, options: ConnectOptions) {
    this.#target = target;
    this.#connector = connector;
    this.#limits = options.limits;
    this.#onNotice = options.onNotice;
    this.queryTimeoutMs = options.queryTimeoutMs ?? DEFAULT_QUERY_TIMEOUT_MS;
    this.prepare = options.prepare ?? true;
    this.ready = this.#ready.promise;
    this.closed = this.#closed.promise;
    // Whoever awaits it hears of it; it may also be left alone.
    this.ready.catch(() => undefined);
    this.#logIn(options.signal);
  }

  get session(): Session | undefined {
    return this.#open?.session;
  }

  get peer(): Peer | undefined {
    return this.#open?.transport.peer;
  }

  async #logIn(signal: AbortSignal | undefined): Promise<void> {
    try {
      const { maxRowBytes = DEFAULT_MAX_ROW_BYTES } = this.#limits ?? {};
      const input = { connector: this.#connector, owner: this, maxRowBytes };
      const open = await withAttemptSignal(signal, (attempt) =>
        logIn(this.#target, { ...input, signal: attempt }),
      );
      if (this.#over !== undefined) return open.transport.destroy(this.#over);
      this.#open = open;
      open.transport.closed.then(() => this.#fail(ended(this.peer)));
      if (open.session.starting === undefined) this.#onReady(open.session);
      else this.#awaitGreeting();
      if (signal !== undefined) this.endWith(signal);
      this.#flush();
    } catch (error) {
      this.#fail(error);
    }
  }

  #onReady({ parameters, key }: Session): void {
    this.parameters = parameters;
    this.processId = key?.processId ?? 0;
    this.#ready.resolve();
  }

  /** The proof has left, and perhaps a statement behind it; the server's answer has its time as well. */
  #awaitGreeting(): void {
    const { connectTimeoutMs } = this.#target;
    const deadline = this.deadlines.add(connectTimeoutMs, () => {
      const message = `The server did not finish the Postgres start-up in ${connectTimeoutMs} ms.`;
      this.#fail(new FairleadError('connect_timeout', message, { peer: this.peer, safeToRetry: true }));
    });
    const done = (): void => this.deadlines.remove(deadline);
    this.ready.then(done, done);
  }

  /**
   * Puts one statement in line; it is sent as soon as it may go.
   * @throws FairleadError `usage` (a stream is open), `connection_lost`, `closed`: nothing was sent then.
   */
  submit(request: Request, sink: Sink): Exchange {
    if (this.#over !== undefined) throw forCaller(this.#over, this.peer, true);
    if (this.#exclusive !== undefined) {
      throw usage(
        'a stream or COPY is open on this connection: bring it to its end, leave it, or use another connection',
        this.peer,
      );
    }
    const exchange = new Exchange(this, request, sink);
    if (request.exclusive) this.#exclusive = exchange;
    this.#waiting.push(exchange);
    this.#schedule();
    return exchange;
  }

  #schedule(): void {
    if (this.#scheduled || this.#open === undefined) return;
    this.#scheduled = true;
    void TICK.then(this.#onTick);
  }

  readonly #onTick = (): void => {
    this.#scheduled = false;
    this.#flush();
  };

  /** Writes first and reads then: the other way round costs a third of a round trip's time. */
  #flush(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#sendWaiting(open.session);
    const writer = this.#writer;
    while (this.#writes < MAX_WRITES && writer.length > 0) {
      this.#writes += 1;
      open.transport.write(writer.take()).then(this.#onWritten, this.#onFailure);
    }
    this.#read();
  }

  readonly #onWritten = (): void => {
    this.#writes -= 1;
    if (this.#writer.length > 0) this.#flush();
  };

  #sendWaiting(session: Session): void {
    const waiting = this.#waiting;
    if (this.#cancelling !== undefined) return;
    let count = 0;
    while (count < waiting.length && session.sent.length < MAX_FLIGHT) {
      const exchange = waiting[count];
      if (exchange === undefined) break;
      count += 1;
      this.#send(session, exchange);
    }
    if (count === waiting.length) waiting.length = 0;
    else waiting.splice(0, count);
  }

  #send(session: Session, exchange: Exchange): void {
    try {
      if (exchange.request.readOnly && session.status !== 'I') {
        throw usage('readOnly begins a transaction of its own, and one is open', this.peer);
      }
      writeExchange(this.#writer, exchange, this.#cache);
    } catch (error) {
      if (this.#exclusive === exchange) this.#exclusive = undefined;
      exchange.end(forCaller(error, this.peer, true));
      return;
    }
    exchange.state = 'sent';
    session.sent.push(exchange);
  }

  /** Writes what belongs to a statement under way: it settles when the platform has accepted it. */
  write(append: (w: Writer) => void): Promise<void> {
    if (this.#open === undefined || this.#over !== undefined) return Promise.resolve();
    append(this.#writer);
    const taken = this.#open.transport.write(this.#writer.take());
    taken.catch(this.#onFailure);
    this.#read();
    return taken;
  }

  get #owed(): boolean {
    const session = this.session;
    return (
      session !== undefined &&
      (session.sent.length > 0 || session.starting !== undefined || this.#listeners > 0)
    );
  }

  #read(): void {
    const open = this.#open;
    if (this.#reading || this.#paused || open === undefined || !this.#owed) return;
    this.#reading = true;
    open.buffer.keep();
    open.transport.read(open.session.wanted).then(this.#onChunk, this.#onFailure);
  }

  readonly #onChunk = (chunk: Uint8Array | undefined): void => {
    const open = this.#open;
    if (open === undefined) return;
    const starting = open.session.starting !== undefined;
    try {
      if (chunk === undefined) throw ended(this.peer);
      open.buffer.push(chunk);
      open.session.receive(open.buffer);
    } catch (error) {
      this.#fail(error);
      return;
    } finally {
      // Not before: what the session has written back must not start a read into bytes that it still looks at.
      this.#reading = false;
    }
    if (starting && open.session.starting === undefined) this.#onReady(open.session);
    if (this.#waiting.length > 0 && !this.#scheduled) this.#flush();
    else if (!this.#scheduled) this.#read();
  };

  readonly #onFailure = (error: unknown): void => {
    this.#reading = false;
    this.#fail(error);
  };

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#read();
  }

  /** Says that one more waits for notifications (1), or one fewer (-1). */
  listen(change: 1 | -1): void {
    this.#listeners += change;
    this.#read();
  }

  // What the session tells.

  ended(exchange: Exchange): void {
    if (this.#exclusive === exchange) this.#exclusive = undefined;
    const { prepared, error, request } = exchange;
    const status = this.session?.status;
    if (error !== undefined) {
      if (prepared !== undefined && (exchange.stale || prepared.fields === undefined)) {
        this.#cache.drop(prepared, exchange.failedAt !== 'p' && error.server?.code !== '26000');
      }
      if (exchange.stale && status !== 'E' && exchange.reason === undefined) return this.#again(exchange);
      if (request.readOnly && status === 'E') this.#again(new Exchange(this, READ_ONLY_END, DEAF));
    }
    exchange.end(this.#cancelling !== undefined ? interrupted(exchange, status) : error);
    this.#cancelWhenFirst();
  }

  /** Nothing of it was run: it goes to the head of those that wait. */
  #again(exchange: Exchange): void {
    exchange.done.catch(() => undefined);
    exchange.reset();
    if (exchange.request.exclusive) this.#exclusive = exchange;
    this.#waiting.unshift(exchange);
  }

  needsSync(exchange: Exchange): void {
    exchange.plan += 's';
    exchange.step = 's';
    this.write(writeSync);
  }

  forgot(): void {
    this.#cache.clear();
  }

  notice(fields: ErrorFields): void {
    if (this.#onNotice === undefined) return;
    const { code, message, fields: more = {} } = serverWords(fields);
    const { severity = '', detail, hint } = more;
    try {
      this.#onNotice({ severity, code, message, detail, hint });
    } catch {
      // A listener's fault is no reason to end a statement.
    }
  }

  notification(notification: Notification): void {
    this.onNotification?.(notification);
  }

  // Cancellation.

  stopped(exchange: Exchange): void {
    if (exchange.state === 'sent') {
      this.deadlines.add(STOP_GRACE_MS, () => exchange.desert());
      this.#resumeFor(exchange);
      this.#cancelWhenFirst();
      return;
    }
    const at = this.#waiting.indexOf(exchange);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (this.#exclusive === exchange) this.#exclusive = undefined;
    exchange.reason = forCaller(exchange.reason, this.peer, true);
    exchange.end();
  }

  /** What is left of its answer has to be read, though nobody wants it. */
  #resumeFor(exchange: Exchange): void {
    if (this.session?.sent[0] === exchange) this.resume();
  }

  /** A CancelRequest names a connection, not a statement: it may leave only while the right one is running. */
  #cancelWhenFirst(): void {
    const first = this.session?.sent[0];
    if (first?.reason === undefined || first.halt !== undefined || this.#cancelling !== undefined) return;
    this.#cancelling = this.#cancel(first).finally(() => {
      this.#cancelling = undefined;
      this.#cancelWhenFirst();
      this.#flush();
    });
  }

  async #cancel(exchange: Exchange): Promise<void> {
    // Its end may stand in the very bytes that are being read.
    await TICK;
    if (exchange.over) return;
    if (exchange.suspended) {
      // The server waits for us: a Sync ends the portal.
      this.needsSync(exchange);
      exchange.at = exchange.plan.length - 1;
      exchange.suspended = false;
    } else if (this.#open?.session.starting === undefined) {
      await bounded(this.#sendCancel(), CANCEL_TIMEOUT_MS);
    }
    await bounded(exchange.finished(), CANCEL_TIMEOUT_MS);
    if (!exchange.over) this.#giveUp(exchange);
  }

  async #sendCancel(): Promise<void> {
    const open = this.#open;
    if (open?.session.key === undefined) return;
    await cancelOnServer(this.#target, open.transport.peer, this.#connector, open.session.key);
  }

  /** Ends at once: the server did not answer the cancellation. */
  #giveUp(exchange: Exchange): void {
    const message = 'The connection to Postgres was ended: a statement did not stop when it was cancelled.';
    this.#fail(new FairleadError('connection_lost', message, { peer: this.peer, cause: exchange.reason }));
  }

  // The end.

  /** Ends the connection when `signal` fires: statements are cancelled on the server and reject with `aborted`. */
  endWith(signal: AbortSignal): void {
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
    for (const exchange of this.#waiting.splice(0)) exchange.end(forCaller(reason, this.peer, true));
    const sent = [...(this.session?.sent ?? [])];
    for (const exchange of sent) exchange.stop(reason);
    const [first] = sent;
    if (first !== undefined) await bounded(first.finished(), CANCEL_TIMEOUT_MS);
    this.#fail(reason);
  }

  /** Everything that waits is told; nothing can be sent any more. */
  #fail(cause: unknown): void {
    const { session, transport } = this.#open ?? {};
    const safe = cause instanceof FairleadError && cause.safeToRetry;
    const reason = session?.farewell ?? forCaller(cause, this.peer, safe);
    this.#over ??= reason;
    this.#open = undefined;
    this.deadlines.stop();
    // Behind a login that the server refused it has looked at nothing.
    const refused = session?.starting !== undefined && reason.safeToRetry;
    for (const exchange of session?.sent ?? []) exchange.end(forCaller(reason, transport?.peer, refused));
    for (const exchange of this.#waiting.splice(0))
      exchange.end(forCaller(this.#over, transport?.peer, true));
    this.#ready.reject(reason);
    transport?.destroy(reason);
    if (transport === undefined) this.#closed.resolve();
    else transport.closed.then(() => this.#closed.resolve());
    this.onEnd?.(reason);
  }

  /**
   * Lets statements finish, for at most a second, says goodbye and closes. Settles when the platform has taken the
   * goodbye; what follows is the server's, and `closed` tells of it. Never rejects.
   */
  async close(): Promise<void> {
    const closed = new FairleadError('closed', 'The Postgres client was closed.', { safeToRetry: true });
    const before = this.#over;
    this.#over ??= closed;
    const pending = [...(this.session?.sent ?? []), ...this.#waiting].map(({ done }) => done);
    if (pending.length > 0) await bounded(Promise.allSettled(pending), CLOSE_TIMEOUT_MS);
    const transport = this.#open?.transport;
    if (before === undefined && transport !== undefined && this.#owed === false) {
      const taken = this.write(writeTerminate);
      transport.close();
      await taken.catch(() => undefined);
    }
    this.#fail(closed);
  }
}

function ended(peer: Peer | undefined): FairleadError {
  return new FairleadError('connection_lost', 'The connection to Postgres has ended; connect again.', {
    peer,
  });
}

/** Hit by the CancelRequest of the one before it. */
function interrupted({ error }: Exchange, status: string | undefined): FairleadError | undefined {
  if (error?.server?.code !== '57014') return error;
  const message = 'The statement was hit by the cancellation of another one.';
  return new FairleadError('server', message, {
    server: error.server,
    peer: error.peer,
    safeToRetry: status === 'I',
  });
}

/**
 * Watches over one call: stops it when its signal fires or its time is up.
 * @returns A function that ends the watch.
 */
export function watch(
  { deadlines, queryTimeoutMs }: Connection,
  { signal, timeoutMs = queryTimeoutMs }: CallOptions,
  stop: (reason: FairleadError) => void,
): () => void {
  return watchCall(deadlines, 'query', { signal, timeoutMs }, stop);
}
