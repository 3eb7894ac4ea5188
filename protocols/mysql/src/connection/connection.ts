// One connection: how its session begins, what goes along with its statements, and how it ends. The order of statements
// is the queue's business.
import { Deadlines, limitOf, watchCall } from '@fairlead/client';
import { bounded, type Connector, FairleadError, type Peer, type Transport } from '@fairlead/transport';
import { forCaller, forLaterCall, notRolledBack, usage } from '../errors.ts';
import type { ConnectOptions } from '../options/connect-options.ts';
import type { Target } from '../options/target.ts';
import { isReading } from '../route/reader/read-only.ts';
import {
  type Companion,
  charsetsBack,
  type Escort,
  readOnlyFence,
  ServerLimit,
  sessionStart,
} from '../session/session-commands.ts';
import { SessionState } from '../session/session-state.ts';
import type { TransactionState } from '../session/transaction-state.ts';
import { type Execution, type Lane, Running, type Terms } from '../statements/pending-statement.ts';
import { StatementCache } from '../statements/prepared.ts';
import { type RowEvents, type Statement, StatementRunner } from '../statements/statement.ts';
import { hasDate } from '../values/parameters.ts';
import { encodeQuit } from '../wire/encode.ts';
import { CANCEL_TIMEOUT_MS, Canceller } from './canceller.ts';
import type { Opened } from './login/open-session.ts';
import type { Driver } from './mysql2/driver.ts';
import { StatementQueue } from './statement-queue.ts';

/** How long the caller of a cancelled statement waits for the server to end it. */
const STOP_GRACE_MS = 1_000;
/** How long `close` waits for statements. */
const CLOSE_TIMEOUT_MS = 1_000;
const DEFAULT_TIMEOUT_MS = 60_000;
/** How long the end of a transaction may take where calls have no limit. */
const MAX_UNDO_MS = 60_000;

const nothing = (): void => undefined;
const NOBODY: RowEvents = { onColumns: nothing, onRow: nothing, onResult: nothing };

/** An open connection. */
export class Connection {
  readonly greeting: Opened['greeting'];
  /** Default time limit of one call. */
  readonly timeoutMs: number;
  readonly deadlines: Deadlines = new Deadlines();
  /** What the session is set to. A statement that may change it goes out alone, so it is known when the next one leaves. */
  readonly state: SessionState;
  readonly #transport: Transport;
  readonly #driver: Driver;
  readonly #runner: StatementRunner;
  readonly #queue: StatementQueue;
  readonly #serverLimit: ServerLimit;
  readonly #multiStatements: boolean;
  readonly #utc: boolean;
  #lost: FairleadError | undefined;
  #closing: FairleadError | undefined;
  /** Whether a stream has the connection for itself. */
  streaming = false;

  constructor(opened: Opened, target: Target, connector: Connector, options: ConnectOptions) {
    const { transport, greeting, driver } = opened;
    const state = new SessionState(greeting.isMariaDb ? 'mariadb' : 'mysql');
    this.state = state;
    this.#transport = transport;
    this.greeting = greeting;
    this.#driver = driver;
    this.#multiStatements = target.multiStatements;
    this.#utc = options.timeZone !== 'session';
    const canceller = new Canceller(target, connector, greeting.connectionId, driver);
    this.#queue = new StatementQueue({ driver, state, canceller });
    this.#serverLimit = new ServerLimit(greeting.isMariaDb, state);
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const replies = { json: options.json ?? 'parsed', extended: driver.extended, state } as const;
    // Nobody waits for the answers: the first statement follows in the same flight.
    const told = this.#sendAlong(...sessionStart(state, this.peer, this.#utc));
    this.#sendAlong(this.#serverLimit.change(this.timeoutMs));
    this.#runner = new StatementRunner(driver, new StatementCache(), replies, {
      pinsTypes: !greeting.isMariaDb,
      state,
      told,
    });
    driver.onFailure = (failure) => this.#end(failure);
    transport.closed.then(() => this.#end(driver.fail(undefined)));
  }

  /** @returns Settles when the last of them was answered; never rejects. */
  #sendAlong(...companions: (Companion | undefined)[]): Promise<void> {
    let last: Promise<void> = Promise.resolve();
    for (const each of companions) {
      if (each !== undefined) last = this.#driver.send(each.packet, each.reply).catch(nothing);
    }
    return last;
  }

  get closed(): Promise<void> {
    return this.#transport.closed;
  }

  get peer(): Peer {
    return this.#transport.peer;
  }

  /**
   * Puts one statement in line; sends it as soon as it may go.
   * @throws FairleadError `usage` (parameters, placeholders, a stream is open), `connection_lost`, `closed`, or what its
   *   transaction was lost of: nothing was sent then.
   */
  start(statement: Statement, events: RowEvents, terms: Terms): Execution {
    if (this.#lost !== undefined) throw forCaller(forLaterCall(this.#lost), this.peer, true);
    const over = this.#closing ?? terms.transaction?.lost;
    if (over !== undefined) throw forCaller(over, this.peer, true);
    if (this.streaming && !terms.undoes) {
      throw usage(
        'a stream is open on this connection: read it to its end, leave its loop, or use another connection',
      );
    }
    const onlyReads = !this.#multiStatements && isReading(statement.text);
    if (terms.readOnly && !onlyReads) {
      throw usage(
        'readOnly is for one statement that reads: SELECT, WITH, VALUES, TABLE, SHOW, EXPLAIN or DESCRIBE, without multiStatements',
      );
    }
    const { send, isReady } = this.#runner.check(statement);
    const running: Running = new Running(this.#lane, statement, terms, {
      begin: (journey) => send(events, journey),
      joins: () => onlyReads && isReady(),
    });
    // Whoever awaits it hears of it; it may also be left alone.
    running.done.catch(nothing);
    this.#queue.add(running);
    return running;
  }

  readonly #lane: Lane = {
    stopped: (running) => {
      if (running.sent) {
        this.deadlines.add(STOP_GRACE_MS, () => running.desert());
        // What is left of its rows has to come, whoever held them back.
        this.#driver.resume();
        this.#queue.cancelWhenFirst();
        return;
      }
      const { reason } = running;
      if (reason !== undefined) running.reason = forCaller(reason, this.peer, true);
      running.end();
      this.#queue.remove(running);
    },
    escort: ({ statement, terms }) => this.#escort(statement, terms),
  };

  /** What goes along with a statement that leaves now. */
  #escort({ params }: Statement, { serverLimitMs, readOnly }: Terms): Escort | undefined {
    // The usual statement goes alone, and pays next to nothing for that.
    if (!readOnly && this.state.isAsBegun && this.#serverLimit.is(serverLimitMs)) return undefined;
    const { hasForeignCharset, isUtc, inTransaction } = this.state;
    if (this.#utc && !isUtc && hasDate(params)) {
      throw usage(
        'a Date is sent as its time in UTC, and the session has another time_zone by now: send it as a text in that zone',
      );
    }
    if (readOnly && inTransaction) {
      throw usage('readOnly begins a transaction of its own, and there is one already on this connection');
    }
    const limit = this.#serverLimit.change(serverLimitMs);
    if (limit === undefined && !hasForeignCharset && !readOnly) return undefined;
    const before: Companion[] = [];
    if (hasForeignCharset) before.push(charsetsBack(this.state, this.peer));
    if (limit !== undefined) before.push(limit);
    if (!readOnly) return { before, after: undefined };
    const fence = readOnlyFence(this.state, this.peer);
    return { before: [...before, fence.before], after: fence.after };
  }

  /** Stops all that is under way or in line for a transaction. */
  stopAll(transaction: TransactionState, reason: FairleadError): void {
    this.#queue.stopAll(transaction, reason);
  }

  /**
   * Rolls back, behind all that was sent and before all that comes: it is in line when this returns. If the server does
   * not do it, the connection ends, since later statements would be lost in that transaction. Never rejects.
   */
  async undo(): Promise<void> {
    // The connection ends anyway, and the transaction with it.
    if (this.#lost !== undefined || this.#closing !== undefined) return;
    try {
      const statement: Statement = { protocol: 'text', text: 'ROLLBACK', params: [] };
      const execution = this.start(statement, NOBODY, { serverLimitMs: this.timeoutMs, undoes: true });
      const limit = limitOf({ timeoutMs: Math.min(this.timeoutMs, MAX_UNDO_MS) });
      const unwatch = watchCall(this.deadlines, 'rollback', limit, (reason) => execution.stop(reason));
      await execution.done.finally(unwatch);
    } catch (cause) {
      this.#driver.fail(notRolledBack(cause, this.peer));
    }
  }

  /** Everything that waits is told; what was sent hears it from the driver. */
  #end(failure: FairleadError): void {
    this.#lost ??= failure;
    this.deadlines.stop();
    this.#queue.end(this.#lost);
  }

  /** Ends the connection when `signal` fires: the statement is cancelled on the server and rejects with `aborted`. */
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
    const { first } = this.#queue;
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
    const { pending } = this.#queue;
    const running = Promise.all(pending.map(({ finished }) => finished));
    const outcome = pending.length === 0 ? undefined : await bounded(running, CLOSE_TIMEOUT_MS);
    this.#end(closed);
    if (outcome?.kind === 'timeout') this.#driver.fail(closed);
    else this.#driver.leave();
    const taken = this.#transport.write(encodeQuit());
    // It ends within its own time, and the write with it.
    this.#transport.close();
    await taken.catch(nothing);
    await running;
  }
}
