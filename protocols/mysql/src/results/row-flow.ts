// A statement whose rows leave as they come, with backpressure: when it is sent, when the network waits, how it ends.
import { limitOf, stackAtCaller, watchCall } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import type { Execution, RowEvents } from '../statements/statement.ts';
import type { StreamOptions } from '../types/results.ts';

/** Sends the statement, once it is this stream's turn. */
export type Begin = (events: RowEvents) => Promise<Execution>;

/** What happens to the consumer of the rows. */
export interface FlowEvents extends RowEvents {
  /** The statement has ended; undefined for success. */
  onEnd(failure: unknown): void;
}

/** One statement on its way, from its first wait to its end. */
export class RowFlow {
  readonly #connection: Connection;
  readonly #begin: Begin;
  readonly #options: StreamOptions;
  #started: Promise<Execution> | undefined;
  #execution: Execution | undefined;
  #paused = false;
  #failure: unknown;
  #wake: () => void = () => undefined;
  ended = false;

  constructor(connection: Connection, begin: Begin, options: StreamOptions) {
    this.#connection = connection;
    this.#begin = begin;
    this.#options = options;
  }

  /** Sends the statement, once. */
  start(events: FlowEvents): Promise<Execution> {
    if (this.#started !== undefined) return this.#started;
    const end = (failure: unknown): void => {
      this.ended = true;
      this.#failure = failure;
      events.onEnd(failure);
      this.#flow();
      this.#wake();
    };
    this.#started = this.#begin(events).then((execution) => {
      this.#execution = execution;
      execution.done.then(() => end(undefined), end);
      return execution;
    });
    this.#started.catch(end);
    return this.#started;
  }

  /** Rows have come: no more are read until somebody waits for them. */
  hold(): void {
    if (!this.#paused) {
      this.#paused = true;
      this.#connection.pause();
    }
    this.#wake();
  }

  /** Wakes whoever waits. */
  wake(): void {
    this.#wake();
  }

  /**
   * Waits, while the network flows, until `isReady` or the statement's end.
   * @throws The statement's failure; FairleadError `timeout`, `aborted`.
   */
  async until(events: FlowEvents, isReady: () => boolean): Promise<void> {
    if (isReady()) return;
    try {
      const execution = await this.start(events);
      const unwatch = this.watch(execution);
      try {
        while (!isReady() && !this.ended) {
          this.#flow();
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      } finally {
        unwatch();
      }
      if (this.#failure !== undefined) throw this.#failure;
    } catch (error) {
      throw stackAtCaller(error);
    }
  }

  /** Stops the statement when its call's time or signal says so. @returns What ends that. */
  watch(execution: Execution): () => void {
    const { deadlines, timeoutMs } = this.#connection;
    const limit = limitOf(this.#options, timeoutMs);
    return watchCall(deadlines, 'query', limit, (reason) => execution.stop(reason));
  }

  /** Lets the network go on. */
  #flow(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#connection.resume();
  }

  /** The consumer has gone: what is left is cancelled and dropped. */
  async leave(): Promise<void> {
    if (this.ended || this.#execution === undefined) return;
    this.#execution.stop(new FairleadError('closed', 'The rows of this result were left before their end.'));
    this.#flow();
    await this.#execution.done.catch(() => undefined);
  }
}
