// A statement in the line of its connection, from the call to its end. It sends nothing by itself.
import { deferred } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import type { RowEvents } from './statement.ts';

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

/** What a statement has to do with its connection. */
export interface Lane {
  stopped(running: Running): void;
}

/** A statement in line. */
export class Running implements Execution {
  readonly #lane: Lane;
  readonly #settle = deferred<void>();
  readonly #finished = deferred<void>();
  /** Sends it. */
  readonly begin: () => Promise<void>;
  /** Whether it may be sent behind others that have not ended, and others behind it. */
  readonly joins: () => boolean;
  reason: FairleadError | undefined;
  sent = false;
  ended = false;

  constructor(lane: Lane, begin: () => Promise<void>, joins: () => boolean) {
    this.#lane = lane;
    this.begin = begin;
    this.joins = joins;
  }

  get done(): Promise<void> {
    return this.#settle.promise;
  }

  /** Settles when the server has ended it, or never will. Never rejects. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  stop(reason: FairleadError): void {
    if (this.ended || this.reason !== undefined) return;
    this.reason = reason;
    this.#lane.stopped(this);
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
    else if (error !== undefined) this.#settle.reject(error);
    else this.#settle.resolve();
  }
}

/** Nobody hears of the rows of a statement that was stopped. */
export function quieted(events: RowEvents, isStopped: () => boolean): RowEvents {
  return {
    onColumns: (columns) => {
      if (!isStopped()) events.onColumns(columns);
    },
    onRow: (row) => {
      if (!isStopped()) events.onRow(row);
    },
    onResult: (words) => {
      if (!isStopped()) events.onResult(words);
    },
  };
}
