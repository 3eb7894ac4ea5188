// All results of one statement, one after another, each with its rows as they come. It keeps no more than one network
// read's worth of them.
import type { RowFlow } from '@fairlead/sql-client';
import { usage } from '../errors.ts';
import type { Execution } from '../session/statement.ts';
import type { ArrayRow, Column, ObjectRow, RowStream, StreamOptions } from '../types/results.ts';
import type { Value } from '../values/value.ts';
import type { OkPacket, ResultColumn } from '../wire/messages.ts';
import { describeColumns, objectMaker, summarize } from './public-shape.ts';
import { type FlowEvents, rowFlow, type StreamedStatement } from './row-flow.ts';

/** How many results may wait to be taken: those without rows come close together, and a CALL may have no end of them. */
const MAX_BEGUN = 64;

/** Waits until there is something to take. */
type Wait = (isReady: () => boolean) => Promise<void>;

/** One result of several. */
class OneResult<Row> implements RowStream<Row> {
  readonly columns: Promise<readonly Column[]>;
  readonly #wait: Wait;
  readonly #command: string;
  readonly #make: ((row: Value[]) => ArrayRow | ObjectRow) | undefined;
  #batch: Row[] = [];
  #count = 0;
  #taken = false;
  #dropped = false;
  summary: RowStream<Row>['summary'];

  constructor(
    wait: Wait,
    command: string,
    columns: readonly ResultColumn[] | undefined,
    options: StreamOptions,
  ) {
    this.#wait = wait;
    this.#command = command;
    this.columns = Promise.resolve(columns === undefined ? [] : describeColumns(columns));
    if (columns !== undefined)
      this.#make = options.rowMode === 'array' ? (values) => values : objectMaker(columns);
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Row> {
    for await (const batch of this.batches()) yield* batch;
  }

  async *batches(): AsyncIterableIterator<Row[]> {
    if (this.#taken) throw usage('the rows of this result were taken already');
    this.#taken = true;
    try {
      for (;;) {
        await this.#wait(() => this.#batch.length > 0 || this.summary !== undefined);
        if (this.#batch.length === 0) return;
        const batch = this.#batch;
        this.#batch = [];
        yield batch;
      }
    } finally {
      this.drop();
    }
  }

  /** Adds a row. @returns False if it was dropped. */
  push(row: Value[]): boolean {
    this.#count += 1;
    if (this.#dropped || this.#make === undefined) return false;
    this.#batch.push(this.#make(row) as Row);
    return true;
  }

  end(words: OkPacket): void {
    const summary = summarize(words, this.#make === undefined ? undefined : this.#count);
    this.summary = { ...summary, command: this.#command, droppedResults: 0 };
  }

  /** Rows that come from now on are of no use. */
  drop(): void {
    this.#dropped = true;
    this.#batch = [];
  }
}

/** The results of one statement, as they come. */
export class Results<Row> implements FlowEvents {
  readonly #flow: RowFlow<Execution>;
  readonly #command: string;
  readonly #options: StreamOptions;
  /** The results that have begun and were not handed out yet. */
  readonly #begun: OneResult<Row>[] = [];
  /** The result whose rows are arriving. */
  #current: OneResult<Row> | undefined;

  constructor(streamed: StreamedStatement) {
    this.#flow = rowFlow(streamed, this);
    this.#command = streamed.statement.command;
    this.#options = streamed.options;
  }

  async *all(): AsyncIterableIterator<RowStream<Row>> {
    try {
      for (;;) {
        await this.#flow.until(() => this.#begun.length > 0);
        const result = this.#begun.shift();
        if (result === undefined) return;
        yield result;
        result.drop();
      }
    } finally {
      this.#current?.drop();
      for (const result of this.#begun) result.drop();
      await this.#flow.leave();
    }
  }

  /** For rows. A result in hand says nothing of those behind it; its rows do, once they are asked for. */
  readonly #wait: Wait = (isReady) => this.#flow.until(isReady).then(() => this.#flow.taken());

  #begin(columns: readonly ResultColumn[] | undefined): OneResult<Row> {
    const result = new OneResult<Row>(this.#wait, this.#command, columns, this.#options);
    this.#begun.push(result);
    return result;
  }

  onColumns(columns: readonly ResultColumn[]): void {
    this.#current = this.#begin(columns);
    // Its columns are known, also while its rows have not come.
    this.#flow.wake();
  }

  onRow(row: Value[]): void {
    if (this.#current?.push(row)) this.#flow.hold();
  }

  onResult(words: OkPacket): void {
    const result = this.#current ?? this.#begin(undefined);
    this.#current = undefined;
    result.end(words);
    if (this.#begun.length < MAX_BEGUN) this.#flow.wake();
    else this.#flow.hold();
  }

  onEnd(): boolean {
    // The failure is thrown where `#wait` waits. It is their reader that starts them.
    return true;
  }
}
