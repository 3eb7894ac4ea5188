// One statement whose rows are handed out as they come. It keeps no more than one network read's worth of them.
import { deferred } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { ArrayRow, Column, ObjectRow, RowStream, StreamOptions } from './api.ts';
import { describeColumns, objectMaker, summarize } from './collect.ts';
import { type Connection, watch } from './connection.ts';
import type { OkWords, ResultColumn } from './messages.ts';
import type { Execution } from './running.ts';
import type { RowEvents } from './statement.ts';
import type { Value } from './values.ts';

/** Sends the statement, once it is this stream's turn. */
export type Begin = (events: RowEvents) => Promise<Execution>;

/** A result under way. Rows arrive by `onRow`, and leave a batch at a time. */
export class Rows<Row> implements RowStream<Row>, RowEvents {
  readonly #connection: Connection;
  readonly #begin: Begin;
  readonly #command: string;
  readonly #options: StreamOptions;
  readonly #known = deferred<readonly Column[]>();
  #batch: Row[] = [];
  #count = 0;
  #make: ((row: Value[]) => ArrayRow | ObjectRow) | undefined;
  #started: Promise<Execution> | undefined;
  #execution: Execution | undefined;
  #paused = false;
  #dropping = false;
  /** Whether the result whose rows these are has ended; others may follow. */
  #complete = false;
  #taken = false;
  #failure: unknown;
  #ended = false;
  #wake: () => void = () => undefined;
  summary: RowStream<Row>['summary'];

  constructor(connection: Connection, begin: Begin, command: string, options: StreamOptions) {
    this.#connection = connection;
    this.#begin = begin;
    this.#command = command;
    this.#options = options;
    this.#known.promise.catch(() => undefined);
  }

  get columns(): Promise<readonly Column[]> {
    this.#start();
    return this.#known.promise;
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Row> {
    for await (const batch of this.batches()) yield* batch;
  }

  async *batches(): AsyncIterableIterator<Row[]> {
    if (this.#taken) throw new FairleadError('usage', 'MySQL: the rows of this stream were taken already.');
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
    this.#started = this.#begin(this).then((execution) => {
      this.#execution = execution;
      execution.done.then(
        () => this.#end(undefined),
        (error: unknown) => this.#end(error),
      );
      return execution;
    });
    this.#started.catch((error: unknown) => this.#end(error));
    return this.#started;
  }

  onColumns(columns: readonly ResultColumn[]): void {
    // Of several results the first one with columns is the stream's.
    if (this.#make !== undefined) {
      this.#dropping = true;
      return;
    }
    this.#make = this.#options.rowMode === 'array' ? (values) => values : objectMaker(columns);
    this.#known.resolve(describeColumns(columns));
  }

  onRow(row: Value[]): void {
    if (this.#dropping || this.#make === undefined) return;
    this.#batch.push(this.#make(row) as Row);
    this.#count += 1;
    if (!this.#paused) {
      this.#paused = true;
      this.#connection.pause();
    }
    this.#wake();
  }

  onResult(words: OkWords): void {
    const hasRows = this.#make !== undefined;
    if (this.#complete) return;
    this.#complete = hasRows;
    this.summary = { ...summarize(words, hasRows ? this.#count : undefined), command: this.#command };
  }

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
    if (failure === undefined) this.#known.resolve([]);
    else this.#known.reject(failure);
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
