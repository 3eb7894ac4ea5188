// The statements of one connection: which wait, which are in flight, and which may be sent next. Its two states, and those
// of its statements, change by the tables of `session/states.ts`. It knows no rows.
import { type Deadlines, Fifo } from '@fairlead/client';
import { FairleadError, type Peer } from '@fairlead/errors';
import { wasUnsent } from '@fairlead/sql-client';
import {
  forCaller,
  forLaterCall,
  halfLoaded,
  interrupted,
  isInterruption,
  rolledBack,
  usage,
} from '../../errors.ts';
import { silentReply } from '../../session/replies/result-reply.ts';
import type { SessionState } from '../../session/session-state.ts';
import type { ExecutionOptions } from '../../session/statement.ts';
import {
  CONNECTION,
  type ConnectionEvent,
  FLIGHT,
  type FlightEvent,
  illegalMove,
  type StopRule,
} from '../../session/states.ts';
import type { TransactionState } from '../../session/transaction-state.ts';
import { encodeQuery } from '../../wire/encode.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Canceller } from './canceller.ts';
import type { PendingStatement, StatementOwner } from './pending-statement.ts';

/** How many statements may be sent before the first of them has ended. */
const MAX_IN_FLIGHT = 256;
/** How long the caller of a cancelled statement waits for the server to end it. */
const STOP_GRACE_MS = 1_000;

const TICK = /* @__PURE__ */ Promise.resolve();

/** What a queue needs of its connection. */
export interface QueueParts {
  readonly exchange: Exchange;
  readonly state: SessionState;
  readonly canceller: Canceller;
  readonly deadlines: Deadlines;
}

/** All statements of a connection that have not ended. It alone changes the connection's states. */
export class StatementQueue implements StatementOwner {
  readonly #exchange: Exchange;
  readonly #session: SessionState;
  readonly #canceller: Canceller;
  readonly #deadlines: Deadlines;
  readonly #waiting = new Fifo<PendingStatement>();
  /** The statements that were sent and have not ended, in order. KILL QUERY hits the first one. */
  readonly #inFlight: PendingStatement[] = [];
  #connection = CONNECTION.open;
  #flight = FLIGHT.idle;
  /** Why new statements are refused: the connection is closing. */
  #closing: FairleadError | undefined;
  #failure: FairleadError | undefined;

  constructor({ exchange, state, canceller, deadlines }: QueueParts) {
    this.#exchange = exchange;
    this.#session = state;
    this.#canceller = canceller;
    this.#deadlines = deadlines;
  }

  get peer(): Peer {
    return this.#exchange.peer;
  }

  /** Whether a stream has exclusive use of the connection. */
  get streaming(): boolean {
    return this.#connection === CONNECTION.streaming;
  }

  /** The last statement that was added has exclusive use of the connection. */
  streamBegins(): void {
    this.#moveConnection('streamBegins');
  }

  /** It has ended. */
  streamEnds(): void {
    this.#moveConnection('streamEnds');
  }

  /** Whether the connection is closing or has ended. */
  get isOver(): boolean {
    const { rule } = this.#connection;
    return rule === 'refuse' || rule === 'refuse all';
  }

  /**
   * @throws FairleadError Why the connection takes no such statement: `usage` (a stream is open), `connection_lost`,
   *   `closed`, or the error that its transaction was lost by.
   */
  assertTakes({ transaction, undoes }: ExecutionOptions): void {
    if (this.#failure !== undefined) throw forCaller(forLaterCall(this.#failure), this.peer, true);
    const refusal = this.#closing ?? transaction?.lost;
    if (refusal !== undefined) throw forCaller(refusal, this.peer, true);
    const { rule } = this.#connection;
    if (rule === 'queue' || (rule === 'queue ROLLBACK' && undoes)) return;
    throw usage(
      'a stream is open on this connection: read it to its end, leave its loop, or use another connection',
    );
  }

  /** Adds a statement; sends it as soon as it may be sent. */
  add(pending: PendingStatement): void {
    pending.queued(this.#waiting.push(pending));
    this.#sendNext();
  }

  stopped(pending: PendingStatement, rule: StopRule): void {
    if (rule === 'remove') {
      if (pending.place !== undefined) this.#waiting.remove(pending.place);
      this.#sendNext();
      return;
    }
    this.#deadlines.add(STOP_GRACE_MS, () => pending.releaseCaller());
    // The rest of its rows has to arrive, even if the ones before were not read.
    this.#exchange.resume();
    if (rule === 'kill') {
      if (pending === this.#first) this.#canceller.hurry();
      this.#cancelFirst();
    } else this.#exchange.fail(halfLoaded(this.peer));
  }

  /** The statement that the server is running. */
  get #first(): PendingStatement | undefined {
    return this.#inFlight[0];
  }

  /** All statements that have not ended, in order. */
  get pending(): PendingStatement[] {
    return [...this.#inFlight, ...this.#waiting.all()];
  }

  /** Refuses new statements for this reason; the statements in the queue go on. */
  close(reason: FairleadError): void {
    this.#closing = reason;
    this.#moveConnection('close');
  }

  /**
   * Sends no more, and ends all statements that wait. The statements in flight hear of it from the exchange.
   * @returns The failure that counts: the first one.
   */
  end(failure: FairleadError): FairleadError {
    this.#failure ??= failure;
    this.#moveConnection('end');
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      next.end(forCaller(this.#failure, this.peer, true));
    return this.#failure;
  }

  /** Stops all statements of a transaction but its ROLLBACK. */
  stopAll(transaction: TransactionState, reason: FairleadError): void {
    for (const pending of this.pending) {
      const { options } = pending;
      if (options.transaction === transaction && !options.undoes) pending.stop(reason);
    }
  }

  /** Sends all statements that may be sent. */
  #sendNext(): void {
    while (this.#connection.rule !== 'refuse all') {
      const pending = this.#waiting.first;
      if (pending === undefined || !this.#mayLeave(pending)) return;
      this.#waiting.shift();
      this.#inFlight.push(pending);
      try {
        pending.begin();
      } catch (error) {
        // Later, since what follows an end sends the next statement.
        void TICK.then(() => this.ended(pending, error));
      }
    }
  }

  /** Whether a statement may be sent now. Begins what has to happen before it. */
  #mayLeave(pending: PendingStatement): boolean {
    const { rule } = this.#flight;
    if (rule === 'none') return false;
    const { transaction, undoes } = pending.options;
    const doubted = transaction?.doubted;
    if (transaction !== undefined && doubted !== undefined && !undoes) {
      if (rule === 'any') this.#hold('check', this.#checkTransaction(transaction, doubted));
      return false;
    }
    const shares = pending.mayShare();
    if (rule === 'reading' && (!shares || this.#inFlight.length >= MAX_IN_FLIGHT)) return false;
    this.#moveFlight(shares ? 'share' : 'exclude');
    return true;
  }

  /** Sends nothing until `work` has ended. */
  #hold(event: 'check' | 'cancel', work: Promise<void>): void {
    this.#moveFlight(event);
    const goOn = (): void => {
      this.#moveFlight(this.#inFlight.length === 0 ? 'empty' : 'goOn');
      this.#cancelFirst();
      this.#sendNext();
    };
    work.then(goOn, goOn);
  }

  /** An error does not say whether its transaction still stands; the status behind the next success does. */
  async #checkTransaction(transaction: TransactionState, doubted: FairleadError): Promise<void> {
    const reply = silentReply(this.#session);
    await this.#exchange.ask(encodeQuery('DO 0'), reply);
    if (reply.failure === undefined && this.#session.inTransaction) transaction.confirm();
    else transaction.lose(rolledBack(doubted, this.peer));
    if (transaction.lost !== undefined) this.stopAll(transaction, transaction.lost);
  }

  ended(pending: PendingStatement, error?: unknown): void {
    // Nearly always the first one.
    if (this.#inFlight[0] === pending) this.#inFlight.shift();
    else this.#inFlight.splice(this.#inFlight.indexOf(pending), 1);
    const failure = error === undefined ? undefined : this.#explain(error);
    if (failure !== undefined && this.#session.inTransaction) pending.options.transaction?.doubt(failure);
    pending.end(failure);
    if (this.#flight === FLIGHT.cancelling) return;
    if (this.#inFlight.length === 0) this.#moveFlight('empty');
    this.#cancelFirst();
    this.#sendNext();
  }

  #explain(error: unknown): FairleadError {
    if (!(error instanceof FairleadError)) {
      const message =
        'MySQL: a reply could not be read; the cause says why. This is a fault of the server or of this client.';
      return new FairleadError('protocol', message, { cause: error, peer: this.peer });
    }
    // Each call gets an error of its own for the connection's failure: what it means differs from call to call.
    if (error === this.#failure) return forCaller(error, this.peer, wasUnsent(error));
    return this.#flight === FLIGHT.cancelling && isInterruption(error) ? interrupted(error) : error;
  }

  /** Ends the first statement in flight at the server if it was stopped. */
  #cancelFirst(): void {
    const first = this.#first;
    if (first?.draining && this.#flight.to.cancel !== undefined) this.#hold('cancel', this.#cancel(first));
  }

  async #cancel(pending: PendingStatement): Promise<void> {
    if (await this.#canceller.cancel(pending, () => this.#first?.draining === true)) return;
    const message = 'The connection to MySQL was ended: a statement did not stop when it was cancelled.';
    this.#exchange.fail(
      new FairleadError('connection_lost', message, { peer: this.peer, cause: pending.reason }),
    );
  }

  #moveConnection(event: ConnectionEvent): void {
    this.#connection = this.#connection.to[event] ?? illegalMove(this.#connection, event);
  }

  #moveFlight(event: FlightEvent): void {
    this.#flight = this.#flight.to[event] ?? illegalMove(this.#flight, event);
  }
}
