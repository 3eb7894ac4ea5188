// A pool of connections to one server. It knows no protocol: a seat opens, checks, resets and closes. Who waits is served in
// order; a connection in doubt is ended, never lent.
import { Alarm, Deadlines } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Greeting, PoolInput, PoolLimits, Timing, Trace } from '../types.ts';
import { Backoff, failureOf, forWaiter, OpenTime, openInTime } from './attempts.ts';
import { sharedPart } from './limits.ts';
import { PoolMetrics, type PoolState, type PoolStats, sumOf } from './metrics.ts';
import { PooledConnection } from './pooled-connection.ts';
import { WaitQueue } from './waiting.ts';

/** For how long a pool opens no more connections than it has, once the server has said that it has no room. */
const FULL_MS = 5_000;
/** How long a sign of life may take. */
const CHECK_TIMEOUT_MS = 1_000;

/** The connections of one pool. */
export class Pool {
  /** One timer for the answers that borrowers wait for. */
  readonly deadlines: Deadlines = new Deadlines();
  readonly #input: PoolInput;
  readonly #all = new Set<PooledConnection>();
  /** The one that was given back last stands last, and is lent first: the others come to their idle end. */
  readonly #idle: PooledConnection[] = [];
  readonly #waiting = new WaitQueue<PooledConnection>();
  readonly #backoff = new Backoff();
  readonly #alarm = new Alarm(() => this.#onAlarm());
  readonly metrics: PoolMetrics;
  #opening = 0;
  /** Fewer than `max` while the server has no room for more. */
  #room = Number.POSITIVE_INFINITY;
  #roomUntil = 0;
  /** What the server said at the last login. */
  #greeting: Pick<Greeting, 'greeting' | 'terms'> | undefined;
  readonly #openTime = new OpenTime();
  /** The login that callers of `greet` wait for together. */
  #firstLogin: Promise<Timing> | undefined;
  /** The pool of what callers share, with its part of `max`: borrowers that keep theirs for long cannot take it. */
  readonly shared: Pool;

  /** @param whole The counters of the pool of which this is a part: a part is not divided once more. */
  constructor(input: PoolInput, whole?: PoolMetrics) {
    const { seat, limits } = input;
    this.metrics = whole ?? new PoolMetrics();
    const part = seat.isShared && whole === undefined ? sharedPart(limits.max) : 0;
    this.#input = part === 0 ? input : { ...input, limits: { ...limits, max: limits.max - part } };
    this.shared = part === 0 ? this : new Pool({ ...input, limits: { ...limits, max: part } }, this.metrics);
  }

  /** What it is held to. */
  get limits(): PoolLimits {
    return this.#input.limits;
  }

  /** Whether callers share a connection for what leaves nothing behind. */
  get isShared(): boolean {
    return this.#input.seat.isShared;
  }

  /** What the pool is doing. */
  get stats(): PoolStats {
    const own = this.#state;
    return this.metrics.with(this.shared === this ? own : sumOf(own, this.shared.#state));
  }

  get #state(): PoolState {
    const { size: open } = this.#all;
    const { length: idle } = this.#idle;
    const { length: waiting, longestWaitMs } = this.#waiting;
    const now = Date.now();
    const oldestMs = Math.max(0, ...[...this.#all].map(({ openedAt }) => now - openedAt));
    return { open, idle, inUse: open - idle, opening: this.#opening, waiting, longestWaitMs, oldestMs };
  }

  /**
   * What the server said at login, and how long that took where there was no connection yet.
   * @throws FairleadError As `borrow`.
   */
  async greet(): Promise<Greeting> {
    const { shared } = this;
    if (shared.#greeting !== undefined) return shared.#greeting;
    // One login tells all that ask at once.
    shared.#firstLogin ??= shared.#logIn().finally(() => {
      shared.#firstLogin = undefined;
    });
    const timing = await shared.#firstLogin;
    const told: Greeting = shared.#greeting ?? {};
    return { ...told, ...timing };
  }

  async #logIn(): Promise<Timing> {
    const connection = await this.borrow(this.#input.limits.waitMs);
    const { timing } = connection;
    this.giveBack(connection, 'clean');
    return timing;
  }

  /**
   * A connection, for the caller alone, until `giveBack` or its end.
   * @param timeoutMs How long the caller goes on waiting; the pool's own `waitMs` counts where it is shorter.
   * @param id Names the caller for `leave`.
   * @throws FairleadError `overloaded` when none was free in time, or too many wait; else what the seat's `open` throws.
   *   Nothing was sent then: all are safe to retry.
   */
  async borrow(timeoutMs: number, id?: string): Promise<PooledConnection> {
    const since = Date.now();
    const until = since + Math.min(timeoutMs, this.limits.waitMs);
    for (;;) {
      const leftMs = Math.max(1, until - Date.now());
      const connection = this.#takeIdle() ?? (await this.#wait(leftMs, id));
      if (!(await this.#makeReady(connection, leftMs))) continue;
      this.metrics.borrowed += 1;
      connection.noteLent(Date.now() - since);
      return connection;
    }
  }

  #takeIdle(): PooledConnection | undefined {
    const now = Date.now();
    for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
      if (last.expiresAt > now && last.state === 'idle') return last;
      void last.close();
    }
    return undefined;
  }

  /** A caller that waits in the queue has gone. */
  leave(id: string): void {
    this.#waiting.leave(
      id,
      () => new FairleadError('aborted', 'The caller has gone.', { safeToRetry: true }),
    );
  }

  #wait(waitMs: number, id: string | undefined): Promise<PooledConnection> {
    // Whoever waits for a connection that is being opened, or can be, waits for nobody.
    const { max, maxWaiting } = this.#input.limits;
    const unopened = Math.max(0, Math.min(max, this.#room) - this.#all.size);
    if (this.#waiting.length >= maxWaiting + unopened) throw this.#tooMany('too many callers wait for one');
    const wait = this.#waiting.wait(id, waitMs, () => this.#tooLate(waitMs));
    this.#openMore();
    return wait;
  }

  #tooLate(waitMs: number): FairleadError {
    if (this.#all.size > 0) return this.#tooMany(`none was free in ${waitMs} ms`);
    return this.overloaded(`The pool could not open a connection in ${waitMs} ms.`);
  }

  #tooMany(why: string): FairleadError {
    return this.overloaded(`All connections of the pool are in use, and ${why}.`);
  }

  /** Counts a refusal. @returns Its error. */
  overloaded(message: string): FairleadError {
    this.metrics.overloaded += 1;
    return new FairleadError('overloaded', message, { safeToRetry: true });
  }

  /** Lends it, after a sign of life where it was idle for long. @returns Whether it may be used. */
  async #makeReady(connection: PooledConnection, leftMs: number): Promise<boolean> {
    const { berth, idleSince } = connection;
    if (Date.now() - idleSince >= this.limits.checkAfterMs) {
      if (!connection.move('check')) return false;
      if (!(await connection.runChore(berth.checkBytes(), Math.min(CHECK_TIMEOUT_MS, leftMs)))) {
        connection.end();
        // Those that have been idle for longer are as dead.
        for (const other of [...this.#idle]) if (other.idleSince <= idleSince) other.end();
      }
    }
    return connection.move('lend');
  }

  /** Takes a connection back. One in the middle of an answer or of a transaction hangs up, unless a reset ends the transaction. */
  giveBack(connection: PooledConnection, trace: Trace): void {
    const { isIdle, needsReset = false } = connection.berth.tracker;
    if (!isIdle && !needsReset) void connection.hangUp();
    else if (trace === 'lasting') void connection.close();
    else if (needsReset || trace !== 'clean' || this.limits.resetAlways) void this.#reset(connection);
    else if (connection.move('giveBack')) this.#serve(connection);
  }

  async #reset(connection: PooledConnection): Promise<void> {
    const { berth } = connection;
    if (!connection.move('reset')) return;
    const isDone = (await connection.runChore(berth.resetBytes())) && berth.isReset;
    if (!isDone) connection.end();
    else if (connection.move('release')) this.#serve(connection);
  }

  /** Hands an idle connection to whoever is next, or keeps it. */
  #serve(connection: PooledConnection): void {
    const { isSpent = false } = connection.berth.tracker;
    if (isSpent || connection.expiresAt <= Date.now()) void connection.close();
    else if (!this.#waiting.serve(connection)) {
      this.#idle.push(connection);
      this.#alarm.ringBy(connection.idleSince + this.#input.limits.idleMs);
    }
  }

  /** Opens as many connections as callers wait for, within what is allowed; after a failure one at a time, later each time. */
  #openMore(): void {
    const now = Date.now();
    if (now >= this.#roomUntil) this.#room = Number.POSITIVE_INFINITY;
    const room = Math.min(this.#input.limits.max, this.#room) - this.#all.size - this.#opening;
    const wanted = this.#backoff.share(Math.min(this.#waiting.length - this.#opening, room));
    if (wanted <= 0) {
      if (this.#waiting.length > 0 && this.#room < this.limits.max) this.#alarm.ringBy(this.#roomUntil);
      return;
    }
    const mayBegin = now >= this.#backoff.nextAt(this.#opening);
    if (mayBegin) for (let i = 0; i < wanted; i++) void this.#open();
    // Behind a failure another attempt joins one that says nothing.
    if (!mayBegin || this.#backoff.isFailing) this.#alarm.ringBy(this.#backoff.nextAt(this.#opening));
  }

  async #open(): Promise<void> {
    const { seat, settings, limits, connector } = this.#input;
    this.#opening += 1;
    this.#backoff.begin();
    const since = Date.now();
    let connection: PooledConnection | undefined;
    try {
      const open = (signal: AbortSignal) => seat.open(settings, { connector, signal });
      const berth = await openInTime(open, this.#openTime.limitMs);
      const age = limits.maxAgeMs * (0.9 + 0.2 * Math.random());
      connection = new PooledConnection(berth, {
        since,
        expiresAt: Date.now() + age,
        metrics: this.metrics,
        onEnd: (ended) => this.#forget(ended),
      });
    } catch (error) {
      this.#opening -= 1;
      this.#notOpened(error);
      return;
    }
    this.#opening -= 1;
    this.metrics.opened += 1;
    this.#backoff.succeed();
    this.#openTime.succeed(Date.now() - since);
    const { greeting, terms } = connection.berth;
    this.#greeting = { greeting, terms };
    this.#all.add(connection);
    this.#serve(connection);
    this.#openMore();
  }

  #notOpened(error: unknown): void {
    const { seat } = this.#input;
    const failure = failureOf(error);
    this.metrics.noteFailure(failure.code);
    this.#backoff.fail();
    if (failure.code === 'connect_timeout') this.#openTime.fail();
    if (seat.isFull(error)) {
      // Whoever waits goes on waiting for what there is, to the end of its own time.
      this.#room = Math.max(1, this.#all.size);
      this.#roomUntil = Date.now() + FULL_MS;
    } else if (this.#all.size + this.#opening === 0) this.#waiting.refuse(() => forWaiter(failure));
    this.#openMore();
  }

  /** A connection has ended. */
  #forget(connection: PooledConnection): void {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    // No timer may hold an object that has nothing to do.
    if (this.#all.size === 0) this.deadlines.rest();
    this.#openMore();
  }

  #onAlarm(): void {
    const { idleMs } = this.#input.limits;
    const now = Date.now();
    for (const connection of [...this.#idle]) {
      if (connection.idleSince + idleMs <= now) void connection.close();
      else this.#alarm.ringBy(connection.idleSince + idleMs);
    }
    this.#openMore();
  }

  /** Closes what is idle; what is lent is closed as it is given back. @returns How many connections that are. */
  drain(): number {
    const { size } = this.#all;
    for (const connection of this.#all) connection.expiresAt = 0;
    for (const connection of [...this.#idle]) void connection.close();
    return this.shared === this ? size : size + this.shared.drain();
  }

  /**
   * Takes a connection back whose terms are not those that its caller was greeted in. It is closed where the last login had other
   * ones, too: then it is the odd one.
   */
  refuse(connection: PooledConnection): void {
    if (connection.berth.terms !== this.#greeting?.terms) connection.expiresAt = 0;
    this.giveBack(connection, 'clean');
  }
}
