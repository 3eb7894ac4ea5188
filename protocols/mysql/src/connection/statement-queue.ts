// The order of statements on one connection: those that only read travel together, any other one alone, and a cancelled
// one is ended at the server before anything else is sent. It knows no rows.
import { Fifo } from '@fairlead/client';
import { FairleadError, type Peer } from '@fairlead/errors';
import { forCaller, interrupted, isInterruption } from '../errors.ts';
import { quietReply } from '../session/session-commands.ts';
import type { SessionState } from '../session/session-state.ts';
import type { TransactionState } from '../session/transaction-state.ts';
import type { Running } from '../statements/pending-statement.ts';
import { encodeQuery } from '../wire/encode.ts';
import type { Canceller } from './canceller.ts';
import type { Driver } from './mysql2/driver.ts';

/** How many statements may be sent before the first of them has ended. */
const MAX_FLIGHT = 256;

/** What a queue needs of its connection. */
export interface QueueParts {
  readonly driver: Driver;
  readonly state: SessionState;
  readonly canceller: Canceller;
}

/** All statements of a connection that have not ended. */
export class StatementQueue {
  readonly #driver: Driver;
  readonly #state: SessionState;
  readonly #canceller: Canceller;
  readonly #waiting = new Fifo<Running>();
  /** Those that were sent and have not ended, in order: the first is the one that KILL QUERY hits. */
  readonly #flight: Running[] = [];
  /** Whether others may join those in flight. */
  #open = true;
  #failure: FairleadError | undefined;
  /** What has to end before anything else is sent. */
  #held: Promise<void> | undefined;
  #cancelling = false;

  constructor({ driver, state, canceller }: QueueParts) {
    this.#driver = driver;
    this.#state = state;
    this.#canceller = canceller;
  }

  /** Puts a statement in line; sends it as soon as it may go. */
  add(running: Running): void {
    running.place = this.#waiting.push(running);
    this.#next();
  }

  /** Takes out a statement that was not sent. */
  remove(running: Running): void {
    if (running.place !== undefined) this.#waiting.remove(running.place);
    this.#next();
  }

  /** The statement that the server is running. */
  get first(): Running | undefined {
    return this.#flight[0];
  }

  /** All that have not ended, in order. */
  get pending(): Running[] {
    return [...this.#flight, ...this.#waiting.all()];
  }

  /** Nothing is sent any more, and everything that waits is told; what was sent hears it from the driver. */
  end(failure: FairleadError): void {
    this.#failure ??= failure;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      next.end(forCaller(failure, this.#peer, true));
  }

  get #peer(): Peer {
    return this.#driver.peer;
  }

  /**
   * Sends what may go. Statements that only read go out together: the server takes them in turn anyway. Any other
   * goes out alone, so that no cancellation can hit it by mistake.
   */
  #next(): void {
    while (this.#held === undefined && this.#failure === undefined) {
      const running = this.#waiting.first;
      if (running === undefined || !this.#mayLeave(running)) return;
      this.#waiting.shift();
      this.#flight.push(running);
      running.begin().then(
        () => this.#ended(running),
        (error: unknown) => this.#ended(running, error),
      );
    }
  }

  #mayLeave(running: Running): boolean {
    const { transaction, undoes } = running.terms;
    const isEmpty = this.#flight.length === 0;
    if (transaction?.doubt !== undefined && !undoes) {
      if (isEmpty) this.#hold(this.#ask(transaction));
      return false;
    }
    if (isEmpty) {
      this.#open = running.joins();
      return true;
    }
    return this.#open && this.#flight.length < MAX_FLIGHT && running.joins();
  }

  /** Nothing is sent until `work` has ended. */
  #hold(work: Promise<void>): void {
    const go = (): void => {
      this.#held = undefined;
      this.cancelWhenFirst();
      this.#next();
    };
    this.#held = work.then(go, go);
  }

  /** An error does not say whether its transaction still stands; the status behind the next success does. */
  async #ask(transaction: TransactionState): Promise<void> {
    const reply = quietReply(this.#state);
    await this.#driver.send(encodeQuery('DO 0'), reply);
    transaction.settleDoubt(reply.failure === undefined && this.#state.inTransaction, this.#peer);
    if (transaction.lost !== undefined) this.stopAll(transaction, transaction.lost);
  }

  #ended(running: Running, error?: unknown): void {
    // Nearly always the first one.
    this.#flight.splice(this.#flight.indexOf(running), 1);
    const failure = error === undefined ? undefined : this.#explain(error);
    if (failure !== undefined && this.#state.inTransaction) running.terms.transaction?.doubtAfter(failure);
    running.end(failure);
    this.cancelWhenFirst();
    this.#next();
  }

  #explain(error: unknown): FairleadError {
    if (!(error instanceof FairleadError)) {
      const message = 'The reply could not be read.';
      return new FairleadError('protocol', message, { cause: error, peer: this.#peer });
    }
    // The connection's failure is not any one call's own: each gets an error that says what it means for that call.
    if (error === this.#failure) return forCaller(error, this.#peer, false);
    return this.#cancelling && isInterruption(error) ? interrupted(error) : error;
  }

  /** Ends the statement at the server if it was stopped and is the one that a kill would hit. */
  cancelWhenFirst(): void {
    const { first } = this;
    if (first?.stopped && this.#held === undefined) this.#hold(this.#cancel(first));
  }

  async #cancel(running: Running): Promise<void> {
    this.#cancelling = true;
    const ended = await this.#canceller.cancel(running);
    this.#cancelling = false;
    if (ended) return;
    const message = 'The connection to MySQL was ended: a statement did not stop when it was cancelled.';
    this.#driver.fail(
      new FairleadError('connection_lost', message, { peer: this.#peer, cause: running.reason }),
    );
  }

  /** Stops all that is under way or in line for a transaction. */
  stopAll(transaction: TransactionState, reason: FairleadError): void {
    for (const running of this.pending) {
      if (running.terms.transaction === transaction && !running.terms.undoes) running.stop(reason);
    }
  }
}
