// Statements on one connection: in turn, watched over, cancelled on the server. It knows neither
// transactions nor who may go first.
import { Deadlines, watchCall } from '@fairlead/client';
import { bounded, type Connector, FairleadError, type Peer, type Transport } from '@fairlead/transport';
import type { CallOptions } from './api.ts';
import type { ConnectOptions } from './connect-options.ts';
import type { Driver } from './driver.ts';
import { encodeQuery, encodeQuit } from './encode.ts';
import { forCaller, interrupted, isInterruption, statementError } from './errors.ts';
import { ignoredReply, killQuery } from './kill.ts';
import type { Opened } from './open.ts';
import type { Target } from './options.ts';
import { StatementCache } from './prepared.ts';
import { isReading } from './read-only.ts';
import { type Execution, type Lane, quieted, Running } from './running.ts';
import type { Reply } from './session.ts';
import { type RowEvents, type Statement, StatementRunner } from './statement.ts';

/** How long a cancelled statement may take to end before the connection is given up. */
const CANCEL_TIMEOUT_MS = 5_000;
/** How long the caller of a cancelled statement waits for the server to end it. */
const STOP_GRACE_MS = 1_000;
/** How long `close` waits for statements. */
const CLOSE_TIMEOUT_MS = 1_000;
const DEFAULT_QUERY_TIMEOUT_MS = 60_000;
/** How many statements may be sent before the first of them has ended. */
const MAX_FLIGHT = 256;

/** An open connection. */
export class Connection {
  readonly greeting: Opened['greeting'];
  readonly queryTimeoutMs: number;
  readonly deadlines: Deadlines = new Deadlines();
  readonly #transport: Transport;
  readonly #target: Target;
  readonly #connector: Connector;
  readonly #driver: Driver;
  readonly #runner: StatementRunner;
  readonly #waiting: Running[] = [];
  /** Those that were sent and have not ended, in order: the first is the one that KILL QUERY hits. */
  readonly #flight: Running[] = [];
  /** Whether others may join those in flight. */
  #open = true;
  #lost: FairleadError | undefined;
  #closing: FairleadError | undefined;
  #cancelling: Promise<void> | undefined;
  /** Whether a stream has the connection for itself. */
  streaming = false;

  constructor(
    { transport, greeting, driver }: Opened,
    target: Target,
    connector: Connector,
    options: ConnectOptions,
  ) {
    this.#transport = transport;
    this.greeting = greeting;
    this.#target = target;
    this.#connector = connector;
    this.#driver = driver;
    this.queryTimeoutMs = options.queryTimeoutMs ?? DEFAULT_QUERY_TIMEOUT_MS;
    const replies = {
      json: options.json ?? 'parsed',
      timestampZone: options.timeZone === 'session' ? '' : 'Z',
      extended: driver.extended,
    } as const;
    this.#runner = new StatementRunner(driver, new StatementCache(), replies, !greeting.isMariaDb);
    if (options.timeZone !== 'session') this.#setTimeZone();
    driver.onFailure = (failure) => this.#end(failure);
    transport.closed.then(() => this.#end(driver.fail(undefined)));
  }

  /** Nobody waits for its answer: the first statement follows in the same flight. If it fails, so does the connection. */
  #setTimeZone(): void {
    const inner = ignoredReply();
    const reply: Reply = {
      failure: undefined,
      receive: (cursor) => {
        const ended = inner.receive(cursor);
        // At once: the reply to what follows may stand in the same bytes.
        if (inner.failure !== undefined) throw statementError(inner.failure, this.peer);
        return ended;
      },
    };
    this.#driver.send(encodeQuery("SET time_zone = '+00:00'"), reply).catch(() => undefined);
  }

  get closed(): Promise<void> {
    return this.#transport.closed;
  }

  get peer(): Peer {
    return this.#transport.peer;
  }

  /**
   * Puts one statement in line; sends it as soon as it may go.
   * @throws FairleadError `usage` (parameters, placeholders, a stream is open), `connection_lost`, `closed`: nothing
   *   was sent then.
   */
  start(statement: Statement, events: RowEvents): Execution {
    const over = this.#lost ?? this.#closing;
    if (over !== undefined) throw forCaller(over, this.peer, true);
    if (this.streaming) {
      throw new FairleadError(
        'usage',
        'MySQL: a stream is open on this connection: read it to its end, leave its loop, or use another connection.',
        { peer: this.peer, safeToRetry: true },
      );
    }
    const { send, isReady } = this.#runner.check(statement);
    const onlyReads = !this.#target.multiStatements && isReading(statement.text);
    const running: Running = new Running(
      this.#lane,
      () => send(quieted(events, () => running.reason !== undefined)),
      () => onlyReads && isReady(),
    );
    // Whoever awaits it hears of it; it may also be left alone.
    running.done.catch(() => undefined);
    this.#waiting.push(running);
    this.#next();
    return running;
  }

  readonly #lane: Lane = {
    stopped: (running) => {
      if (running.sent) {
        this.deadlines.add(STOP_GRACE_MS, () => running.desert());
        this.#cancelWhenFirst();
        return;
      }
      const { reason } = running;
      this.#waiting.splice(this.#waiting.indexOf(running), 1);
      if (reason !== undefined) running.reason = forCaller(reason, this.peer, true);
      running.end();
    },
  };

  /**
   * Sends what may go. Statements that only read go out together: the server takes them in turn anyway. Any other
   * goes out alone, so that no cancellation can hit it by mistake.
   */
  #next(): void {
    while (this.#cancelling === undefined && this.#lost === undefined) {
      const [running] = this.#waiting;
      if (running === undefined || !this.#mayLeave(running)) return;
      this.#waiting.shift();
      this.#flight.push(running);
      running.sent = true;
      running.begin().then(
        () => this.#ended(running),
        (error: unknown) => this.#ended(running, error),
      );
    }
  }

  #mayLeave(running: Running): boolean {
    if (this.#flight.length === 0) {
      this.#open = running.joins();
      return true;
    }
    return this.#open && this.#flight.length < MAX_FLIGHT && running.joins();
  }

  #ended(running: Running, error?: unknown): void {
    // Nearly always the first one.
    this.#flight.splice(this.#flight.indexOf(running), 1);
    running.end(error === undefined ? undefined : this.#explain(error));
    this.#cancelWhenFirst();
    this.#next();
  }

  #cancelWhenFirst(): void {
    const [first] = this.#flight;
    if (first?.reason === undefined || this.#cancelling !== undefined) return;
    this.#cancelling = this.#cancel(first).finally(() => {
      this.#cancelling = undefined;
      this.#cancelWhenFirst();
      this.#next();
    });
  }

  #explain(error: unknown): FairleadError {
    if (error instanceof FairleadError) {
      // What the connection died of is nobody's own: each caller gets one with what it means for him.
      if (error === this.#lost) return forCaller(error, this.peer, false);
      return this.#cancelling !== undefined && isInterruption(error) ? interrupted(error) : error;
    }
    return new FairleadError('protocol', 'The reply could not be read.', { cause: error, peer: this.peer });
  }

  /** KILL QUERY names a connection, not a statement: until it has done its work nothing new may be sent. */
  async #cancel(running: Running): Promise<void> {
    const killed = await bounded(
      killQuery(this.#target, this.#connector, this.greeting.connectionId),
      CANCEL_TIMEOUT_MS,
    );
    if (killed.kind === 'done') await bounded(running.finished, CANCEL_TIMEOUT_MS);
    if (!running.ended) {
      this.#giveUp(running);
      return;
    }
    // It may have hit after the statement had ended by itself: then the next one takes the hit, and that shall be ours.
    if (killed.kind === 'done') await bounded(this.#absorb(), CANCEL_TIMEOUT_MS);
  }

  async #absorb(): Promise<void> {
    if (this.#lost !== undefined) return;
    const reply = ignoredReply();
    await this.#driver.send(encodeQuery('DO 0'), reply);
  }

  /** Ends at once: the server did not answer the cancellation. */
  #giveUp(running: Running): void {
    this.#driver.fail(
      new FairleadError(
        'connection_lost',
        'The connection to MySQL was ended: a statement did not stop when it was cancelled.',
        { peer: this.peer, cause: running.reason },
      ),
    );
  }

  /** Everything that waits is told; what was sent hears it from the driver. */
  #end(failure: FairleadError): void {
    this.#lost ??= failure;
    this.deadlines.stop();
    for (const running of this.#waiting.splice(0)) running.end(forCaller(this.#lost, this.peer, true));
  }

  /** Ends the connection when `signal` fires: the statement is cancelled on the server and rejects with `aborted`. */
  endWith(signal: AbortSignal): void {
    const onAbort = (): void => {
      this.#abandon(
        new FairleadError('aborted', 'The connection was ended by its signal.', {
          cause: signal.reason,
          peer: this.peer,
        }),
      );
    };
    signal.addEventListener('abort', onAbort);
    this.closed.then(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) onAbort();
  }

  async #abandon(reason: FairleadError): Promise<void> {
    const [first] = this.#flight;
    this.#end(reason);
    if (first !== undefined) {
      first.stop(reason);
      await bounded(first.finished, CANCEL_TIMEOUT_MS);
    }
    this.#driver.fail(reason);
  }

  pause(): void {
    this.#driver.pause();
  }

  resume(): void {
    this.#driver.resume();
  }

  /**
   * Lets statements finish, for at most a second, says goodbye and closes. Settles when the platform has taken the
   * goodbye. Never rejects.
   */
  async close(): Promise<void> {
    const closed = new FairleadError('closed', 'The MySQL client was closed.', { safeToRetry: true });
    this.#closing = closed;
    const pending = [...this.#flight, ...this.#waiting];
    const running = Promise.all(pending.map(({ finished }) => finished));
    const outcome = pending.length === 0 ? undefined : await bounded(running, CLOSE_TIMEOUT_MS);
    this.#end(closed);
    if (outcome?.kind === 'timeout') this.#driver.fail(closed);
    else this.#driver.leave();
    const taken = this.#transport.write(encodeQuit());
    // It ends within its own time, and the write with it.
    this.#transport.close();
    await taken.catch(() => undefined);
    await running;
  }
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
