// A statement whose rows leave as they come, with backpressure: when it is sent, when the network waits, how it ends. It holds
// no rows.
import { stackAtCaller } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Execution } from '../calls/call.ts';

/** How one protocol moves the rows of one statement. */
export interface RowPort<Statement extends Execution> {
  /** Sends the statement, once it is this stream's turn. */
  begin(): Promise<Statement>;
  /** Stops the statement when its call's time or signal says so. @returns What ends that. */
  watch(statement: Statement): () => void;
  /** Reads no more from the network, until `resume`. */
  pause(): void;
  resume(): void;
  /** Asks the server for more rows, where it waits to be asked. */
  fetch?(statement: Statement): void;
  /** The statement has ended; undefined for success. */
  onEnd(failure: unknown): void;
  /** The statement has ended, and the reader has what came last, or has left. May be called more than once. */
  onTaken?(): void;
  /** Settles when nothing more comes of a statement that was stopped. */
  drained(statement: Statement): Promise<void>;
}

/** One statement on its way, from its first wait to its end. */
export class RowFlow<Statement extends Execution> {
  readonly #port: RowPort<Statement>;
  #started: Promise<Statement> | undefined;
  #isPaused = false;
  #hasEnded = false;
  #failure: unknown;
  #wake: () => void = noop;

  constructor(port: RowPort<Statement>) {
    this.#port = port;
  }

  /** Sends the statement, once. It may be left unawaited. */
  start(): Promise<Statement> {
    if (this.#started !== undefined) return this.#started;
    const end = (failure: unknown): void => this.#end(failure);
    this.#started = this.#port.begin().then((statement) => {
      statement.done.then(() => this.#end(undefined), end);
      return statement;
    });
    this.#started.catch(end);
    return this.#started;
  }

  #end(failure: unknown): void {
    this.#hasEnded = true;
    this.#failure = failure;
    this.#port.onEnd(failure);
    this.#flow();
    this.#wake();
  }

  /** Rows have come: no more are read until they are taken. */
  hold(): void {
    if (!this.#isPaused) {
      this.#isPaused = true;
      this.#port.pause();
    }
    this.#wake();
  }

  /** Has the waiting call look again whether it is ready. */
  wake(): void {
    this.#wake();
  }

  /** The reader has all that has come. */
  taken(): void {
    if (this.#hasEnded) this.#port.onTaken?.();
  }

  /**
   * Waits, while the network flows, until `isReady` or the statement's end. What came before a failure is ready before it.
   * @throws The statement's failure; FairleadError `timeout`, `aborted`.
   */
  async until(isReady: () => boolean): Promise<void> {
    if (isReady()) return;
    try {
      const statement = await this.start();
      const unwatch = this.#port.watch(statement);
      try {
        while (!isReady() && !this.#hasEnded) {
          const woken = new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#port.fetch?.(statement);
          this.#flow();
          await woken;
        }
      } finally {
        unwatch();
      }
      if (this.#failure !== undefined && !isReady()) throw this.#failure;
    } catch (error) {
      throw stackAtCaller(error);
    }
  }

  /** Lets the network go on. */
  #flow(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#port.resume();
  }

  /** The consumer has gone: what is left of the result is cancelled and dropped. Never rejects. */
  async leave(): Promise<void> {
    const statement = this.#hasEnded ? undefined : await this.#started?.catch(noop);
    if (statement !== undefined) {
      statement.stop(new FairleadError('closed', 'The rows of this result were left before their end.'));
      this.#flow();
      await this.#port.drained(statement).catch(noop);
    }
    this.taken();
  }
}

const noop = (): undefined => undefined;
