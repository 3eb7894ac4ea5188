// A statement in the line of its connection, from the call to its end. It sends nothing by itself.
import { deferred, type Place } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import type { Escort } from '../session/session-commands.ts';
import type { TransactionState } from '../session/transaction-state.ts';
import type { Journey } from './journey.ts';
import type { Statement } from './statement.ts';

/** One statement that waits for its turn, or was sent and has not ended. */
export interface Execution {
  /** Settles when the server has ended the statement; rejects with a FairleadError. */
  readonly done: Promise<void>;
  /**
   * Cancels the statement, on the server if it was sent; `done` then rejects with `reason`: when the server has ended
   * it, but within a second. The first reason counts.
   */
  stop(reason: FairleadError): void;
}

/** How a statement is to be run. */
export interface Terms {
  /** How long the server shall let it run, in milliseconds; Infinity for no limit. */
  readonly serverLimitMs: number;
  /** The transaction that it belongs to. */
  readonly transaction?: TransactionState | undefined;
  /** Whether it runs in a READ ONLY transaction of its own. */
  readonly readOnly?: boolean | undefined;
  /** Whether it undoes a transaction: then it goes behind an open stream, and needs no transaction that stands. */
  readonly undoes?: boolean | undefined;
}

/** What a statement has to do with its connection. */
export interface Lane {
  stopped(running: Running): void;
  escort(running: Running): Escort | undefined;
}

/** How a statement is sent. */
export interface Departure {
  /** Sends it; settles when it has ended. */
  readonly begin: (journey: Journey) => Promise<void>;
  /** Whether it may be sent behind others that have not ended, and others behind it. */
  readonly joins: () => boolean;
}

/** A statement in line. */
export class Running implements Execution, Journey {
  readonly #lane: Lane;
  readonly #settle = deferred<void>();
  readonly #finished = deferred<void>();
  readonly #departure: Departure;
  #reached = false;
  #onReached: (() => void) | undefined;
  #onStop: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;
  readonly statement: Statement;
  readonly terms: Terms;
  /** Where it stands in line. */
  place: Place<Running> | undefined;
  reason: FairleadError | undefined;
  sent = false;
  ended = false;

  constructor(lane: Lane, statement: Statement, terms: Terms, departure: Departure) {
    this.#lane = lane;
    this.statement = statement;
    this.terms = terms;
    this.#departure = departure;
  }

  get done(): Promise<void> {
    return this.#settle.promise;
  }

  /** Settles when the server has ended it, or never will. Never rejects. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  get stopped(): boolean {
    return this.reason !== undefined;
  }

  /** Sends it. */
  begin(): Promise<void> {
    this.sent = true;
    return this.#departure.begin(this);
  }

  /** Whether it may be sent behind others that have not ended, and others behind it. */
  joins(): boolean {
    return this.#departure.joins();
  }

  escort(): Escort | undefined {
    return this.#lane.escort(this);
  }

  reach(): void {
    this.#reached = true;
    this.#onReached?.();
  }

  onStop(listener: () => void): void {
    if (this.stopped) listener();
    else this.#onStop = listener;
  }

  failWith(error: unknown): void {
    this.#failure = { error };
  }

  /** Settles when a KILL QUERY would hit the statement itself, or it has ended. */
  whenReached(): Promise<void> {
    if (this.#reached || this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onReached = resolve;
      this.#finished.promise.then(resolve);
    });
  }

  stop(reason: FairleadError): void {
    if (this.ended || this.reason !== undefined) return;
    this.reason = reason;
    this.#lane.stopped(this);
    this.#onStop?.();
  }

  /** The caller of a statement that was stopped waits no longer for the server. */
  desert(): void {
    if (this.reason !== undefined) this.#settle.reject(this.reason);
  }

  end(error?: FairleadError): void {
    if (this.ended) return;
    this.ended = true;
    this.#finished.resolve();
    if (this.reason !== undefined) this.#settle.reject(this.reason);
    else if (this.#failure !== undefined) this.#settle.reject(this.#failure.error);
    else if (error !== undefined) this.#settle.reject(error);
    else this.#settle.resolve();
  }
}
