// One statement whose rows are handed out as they come. It keeps no more than one network read's worth of them.
import { deferred } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { ArrayRow, Column, ObjectRow, QueryOptions, RowStream } from './api.ts';
import { describeColumns, objectMaker } from './collect.ts';
import { type Connection, type Execution, watch } from './connection.ts';
import type { DriverColumn } from './driver.ts';
import type { Value } from './values.ts';

/** Sends the statement, once it is this stream's turn. */
export type Begin = (onRow: (row: Value[], columns: readonly DriverColumn[]) => void) => Promise<Execution>;

/** A result under way. Rows arrive by `#onRow`, and leave a batch at a time. */
export class Rows<Row> implements RowStream<Row> {
  readonly #connection: Connection;
  readonly #begin: Begin;
  readonly #options: QueryOptions;
  readonly #columns = deferred<readonly Column[]>();
  #batch: Row[] = [];
  #make: ((row: Value[]) => ArrayRow | ObjectRow) | undefined;
  #started: Promise<Execution> | undefined;
  #execution: Execution | undefined;
  #paused = false;
  #dropping = false;
  #taken = false;
  #failure: unknown;
  #ended = false;
  #wake: () => void = () => undefined;
  summary: { readonly rowCount: number; readonly command: string } | undefined;

  constructor(connection: Connection, begin: Begin, options: QueryOptions) {
    this.#connection = connection;
    this.#begin = begin;
    this.#options = options;
    this.#columns.promise.catch(() => undefined);
  }

  get columns(): Promise<readonly Column[]> {
    this.#start();
    return this.#columns.promise;
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Row> {
    for await (const batch of this.batches()) yield* batch;
  }

  async *batches(): AsyncIterableIterator<Row[]> {
    if (this.#taken)
      throw new FairleadError('usage', 'Postgres: the rows of this stream were taken already.');
    this.#taken = true;
    try {
      for (;;) {
        const batch = await this.#next();
        if (batch === undefined) return;
        yield batch;
      }
    } finally {
      await this.#leave();
    }
  }

  #start(): Promise<Execution> {
    if (this.#started !== undefined) return this.#started;
    this.#started = this.#begin(this.#onRow).then((execution) => {
      this.#execution = execution;
      execution.done.then(
        ({ columns, count, command }) => {
          this.#columns.resolve(describeColumns(columns));
          this.summary = { rowCount: count ?? 0, command: command ?? '' };
          this.#end(undefined);
        },
        (error: unknown) => this.#end(error),
      );
      return execution;
    });
    this.#started.catch((error: unknown) => this.#end(error));
    return this.#started;
  }

  readonly #onRow = (row: Value[], columns: readonly DriverColumn[]): void => {
    if (this.#dropping) return;
    if (this.#make === undefined) {
      this.#make = this.#options.rowMode === 'array' ? (values) => values : objectMaker(columns);
      this.#columns.resolve(describeColumns(columns));
    }
    this.#batch.push(this.#make(row) as Row);
    if (!this.#paused) {
      this.#paused = true;
      this.#connection.pause();
    }
    this.#wake();
  };

  /** The rows that have come, waiting for some if there are none. */
  async #next(): Promise<Row[] | undefined> {
    const execution = await this.#start();
    const unwatch = watch(this.#connection, this.#options, (reason) => execution.stop(reason));
    try {
      while (this.#batch.length === 0 && !this.#ended) {
        this.#flow();
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      unwatch();
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#batch.length === 0) return undefined;
    const batch = this.#batch;
    this.#batch = [];
    return batch;
  }

  /** Lets the network go on. */
  #flow(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#connection.resume();
  }

  #end(failure: unknown): void {
    this.#ended = true;
    this.#failure = failure;
    this.#columns.reject(failure);
    this.#flow();
    this.#wake();
  }

  /** The consumer has gone: what is left of the result is cancelled and dropped. */
  async #leave(): Promise<void> {
    if (this.#ended || this.#execution === undefined) return;
    this.#dropping = true;
    this.#batch = [];
    this.#execution.stop(new FairleadError('closed', 'The rows of this result were left before their end.'));
    this.#flow();
    await this.#execution.done.catch(() => undefined);
  }
}
