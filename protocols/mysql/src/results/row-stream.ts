// One statement whose rows are handed out as they come. It keeps no more than one network read's worth of them.
import { deferred } from '@fairlead/client';
import type { RowFlow } from '@fairlead/sql-client';
import { usage } from '../errors.ts';
import type { Execution } from '../session/statement.ts';
import type { ArrayRow, Column, ObjectRow, RowStream } from '../types/results.ts';
import type { Value } from '../values/value.ts';
import type { OkPacket, ResultColumn } from '../wire/messages.ts';
import { describeColumns, objectMaker, summarize } from './public-shape.ts';
import { type FlowEvents, rowFlow, type StreamedStatement, watchRows } from './row-flow.ts';

/** A result under way. Rows arrive by `onRow`, and leave a batch at a time. */
export class Rows<Row> implements RowStream<Row>, FlowEvents {
  readonly #flow: RowFlow<Execution>;
  readonly #watch: (execution: Execution) => () => void;
  readonly #command: string;
  readonly #asArrays: boolean;
  readonly #known = deferred<readonly Column[]>();
  #batch: Row[] = [];
  #count = 0;
  #make: ((row: Value[]) => ArrayRow | ObjectRow) | undefined;
  /** Whether the rows that come are of a further result. */
  #dropping = false;
  /** Whether the result whose rows these are has ended; others may follow. */
  #complete = false;
  #taken = false;
  /** Ends the watch over a stream whose columns were asked for, while its rows are not. */
  #unwatch: (() => void) | undefined;
  summary: RowStream<Row>['summary'];

  constructor(streamed: StreamedStatement) {
    this.#flow = rowFlow(streamed, this);
    this.#watch = (execution) => watchRows(streamed, execution);
    this.#command = streamed.statement.command;
    this.#asArrays = streamed.options.rowMode === 'array';
    this.#known.promise.catch(() => undefined);
  }

  get columns(): Promise<readonly Column[]> {
    const started = this.#flow.start();
    if (!this.#taken && this.#unwatch === undefined) {
      this.#unwatch = () => undefined;
      started.then(
        (execution) => {
          if (!this.#taken) this.#unwatch = this.#watch(execution);
        },
        () => undefined,
      );
    }
    return this.#known.promise;
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Row> {
    for await (const batch of this.batches()) yield* batch;
  }

  async *batches(): AsyncIterableIterator<Row[]> {
    if (this.#taken) throw usage('the rows of this stream were taken already');
    this.#taken = true;
    this.#unwatch?.();
    try {
      for (;;) {
        await this.#flow.until(() => this.#batch.length > 0);
        if (this.#batch.length === 0) return;
        const batch = this.#batch;
        this.#batch = [];
        this.#flow.taken();
        yield batch;
      }
    } finally {
      this.#dropping = true;
      this.#batch = [];
      await this.#flow.leave();
    }
  }

  onColumns(columns: readonly ResultColumn[]): void {
    // Of several results the first one with columns is the stream's.
    if (this.#make !== undefined) {
      this.#dropping = true;
      const { summary } = this;
      if (summary !== undefined) this.summary = { ...summary, droppedResults: summary.droppedResults + 1 };
      return;
    }
    this.#make = this.#asArrays ? (values) => values : objectMaker(columns);
    this.#known.resolve(describeColumns(columns));
  }

  onRow(row: Value[]): void {
    if (this.#dropping || this.#make === undefined) return;
    this.#batch.push(this.#make(row) as Row);
    this.#count += 1;
    this.#flow.hold();
  }

  onResult(words: OkPacket): void {
    if (this.#complete) return;
    const hasRows = this.#make !== undefined;
    this.#complete = hasRows;
    this.summary = {
      ...summarize(words, hasRows ? this.#count : undefined),
      command: this.#command,
      droppedResults: 0,
    };
  }

  onEnd(failure: unknown): boolean {
    this.#unwatch?.();
    if (failure === undefined) this.#known.resolve([]);
    else this.#known.reject(failure);
    return this.#taken;
  }
}
