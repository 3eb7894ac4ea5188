// One statement whose rows are handed out as they come. It keeps no more than one network read's worth of them.
import { deferred } from '@fairlead/client';
import { RowFlow } from '@fairlead/sql-client';
import { watch } from '../connection/call-limits.ts';
import type { Connection } from '../connection/connection.ts';
import { usage } from '../errors.ts';
import type { PendingStatement } from '../statements/pending-statement.ts';
import type { Sink } from '../statements/request.ts';
import type { BatchStream, CallOptions, Summary } from '../types.ts';
import type { CellSource } from '../values/rows/cell-source.ts';
import type { Field } from '../wire/messages.ts';
import type { BatchBuilder } from './batches.ts';
import { readTag } from './collect.ts';

/** Sends the statement, once it is this stream's turn. */
export type Begin = (sink: Sink) => Promise<PendingStatement>;

/** A result under way. Rows arrive by `row`, and leave a batch at a time. */
export class Batches<Batch> implements BatchStream<Batch>, Sink {
  readonly #connection: Connection;
  readonly #builder: BatchBuilder<Batch>;
  readonly #fields = deferred<readonly Field[]>();
  readonly #flow: RowFlow<PendingStatement>;
  #batch: Batch | undefined;
  #statement: PendingStatement | undefined;
  #taken = false;
  summary: Summary | undefined;
  #rows = 0;

  constructor(connection: Connection, begin: Begin, builder: BatchBuilder<Batch>, options: CallOptions) {
    this.#connection = connection;
    this.#builder = builder;
    this.#fields.promise.catch(() => undefined);
    this.#flow = new RowFlow<PendingStatement>({
      begin: async () => {
        this.#statement = await begin(this);
        return this.#statement;
      },
      watch: (statement) => watch(connection, options, (reason) => statement.stop(reason)),
      pause: () => connection.pause(),
      resume: () => connection.resume(),
      fetch: (statement) => connection.fetch(statement),
      onEnd: (failure) => this.#end(failure),
      drained: (statement) => statement.finished(),
    });
  }

  get fields(): Promise<readonly Field[]> {
    this.#flow.start().then(
      (statement) => {
        // A stream whose columns alone were asked for does not block other calls.
        statement.givesWay = !this.#taken;
      },
      () => undefined,
    );
    return this.#fields.promise;
  }

  async *batches(): AsyncIterableIterator<Batch> {
    if (this.#taken) throw usage('the rows of this stream were taken already');
    this.#taken = true;
    let statement: PendingStatement | undefined;
    try {
      statement = await this.#flow.start();
      statement.givesWay = false;
      this.#connection.queue.hold(statement);
      for (;;) {
        const batch = await this.next();
        if (batch === undefined) return;
        yield batch;
      }
    } finally {
      await this.leave();
      if (statement !== undefined) this.#connection.queue.release(statement);
    }
  }

  // What the session tells.

  begin(fields: readonly Field[]): void {
    this.#builder.begin(fields);
    this.#fields.resolve(fields);
  }

  row(source: CellSource, start: number, end: number): void {
    this.#rows += 1;
    this.#builder.row(source, start, end);
  }

  tag(tag: string, fields: readonly Field[] | undefined): void {
    if (fields !== undefined) this.#fields.resolve(fields);
    this.summary = readTag(tag, this.#rows);
  }

  /** One network read has been taken apart: nothing more is read until its rows are wanted. */
  pause(): void {
    this.#batch ??= this.#builder.take();
    // The rest of a stopped statement must be read, even if earlier rows were not taken.
    if (this.#batch !== undefined && !this.#statement?.reason) this.#flow.hold();
  }

  suspended(): void {
    this.#flow.wake();
  }

  #end(failure: unknown): void {
    this.#batch ??= this.#builder.take();
    if (failure === undefined) this.#fields.resolve([]);
    else this.#fields.reject(failure);
  }

  /** The rows that have come, waiting for some if there are none. */
  async next(): Promise<Batch | undefined> {
    await this.#flow.until(() => this.#batch !== undefined);
    const batch = this.#batch;
    this.#batch = undefined;
    return batch;
  }

  /** The consumer has gone: what is left of the result is cancelled and dropped. */
  leave(): Promise<void> {
    return this.#flow.leave();
  }
}
