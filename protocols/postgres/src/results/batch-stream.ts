// One statement whose rows are handed out as they come. It keeps no more than one network read's worth of them.
import { deferred, stackAtCaller } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { watch } from '../connection/watch.ts';
import { usage } from '../errors.ts';
import type { Exchange, Sink } from '../statements/exchange.ts';
import type { BatchStream, CallOptions, Summary } from '../types.ts';
import type { CellSource } from '../values/rows/cell-source.ts';
import { writeExecute, writeFlush } from '../wire/encode/client.ts';
import type { Field } from '../wire/messages.ts';
import type { BatchBuilder } from './batches.ts';
import { readTag } from './collect.ts';

/** Sends the statement, once it is this stream's turn. */
export type Begin = (sink: Sink) => Promise<Exchange>;

/** A result under way. Rows arrive by `row`, and leave a batch at a time. */
export class Batches<Batch> implements BatchStream<Batch>, Sink {
  readonly #connection: Connection;
  readonly #begin: Begin;
  readonly #builder: BatchBuilder<Batch>;
  readonly #options: CallOptions;
  readonly #fields = deferred<readonly Field[]>();
  #batch: Batch | undefined;
  #started: Promise<Exchange> | undefined;
  #exchange: Exchange | undefined;
  #taken = false;
  #failure: unknown;
  #ended = false;
  #wake: () => void = () => undefined;
  summary: Summary | undefined;
  #rows = 0;

  constructor(connection: Connection, begin: Begin, builder: BatchBuilder<Batch>, options: CallOptions) {
    this.#connection = connection;
    this.#begin = begin;
    this.#builder = builder;
    this.#options = options;
    this.#fields.promise.catch(() => undefined);
  }

  get fields(): Promise<readonly Field[]> {
    this.#start().then(
      (exchange) => {
        // Who asks for columns alone keeps nobody waiting.
        exchange.idle = !this.#taken;
      },
      () => undefined,
    );
    return this.#fields.promise;
  }

  async *batches(): AsyncIterableIterator<Batch> {
    if (this.#taken) throw usage('the rows of this stream were taken already');
    this.#taken = true;
    let exchange: Exchange | undefined;
    try {
      exchange = await this.#start();
      exchange.idle = false;
      this.#connection.line.hold(exchange);
      for (;;) {
        const batch = await this.next();
        if (batch === undefined) return;
        yield batch;
      }
    } finally {
      await this.leave();
      if (exchange !== undefined) this.#connection.line.release(exchange);
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
    // What is left of a statement that was stopped has to be read, whoever takes what came before.
    if (this.#batch === undefined || this.#exchange?.reason) return;
    this.#connection.pause();
    this.#wake();
  }

  suspended(): void {
    this.#wake();
  }

  #start(): Promise<Exchange> {
    this.#started ??= this.#begin(this).then(
      (exchange) => {
        this.#exchange = exchange;
        exchange.done.then(
          () => this.#end(undefined),
          (error: unknown) => this.#end(error),
        );
        return exchange;
      },
      (error: unknown) => {
        this.#end(error);
        throw error;
      },
    );
    return this.#started;
  }

  /** The rows that have come, waiting for some if there are none. */
  async next(): Promise<Batch | undefined> {
    const exchange = await this.#start();
    const unwatch = watch(this.#connection, this.#options, (reason) => exchange.stop(reason));
    try {
      while (this.#batch === undefined && !this.#ended) {
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#flow(exchange);
        await woken;
      }
    } finally {
      unwatch();
    }
    const batch = this.#batch;
    this.#batch = undefined;
    // What came before the failure is handed out before it.
    if (batch === undefined && this.#failure !== undefined) throw stackAtCaller(this.#failure);
    return batch;
  }

  /** Lets the network go on, and the server. */
  #flow(exchange: Exchange): void {
    if (exchange.suspended) {
      exchange.suspended = false;
      void this.#connection.write((w) => {
        writeExecute(w, '', exchange.request.fetchSize);
        writeFlush(w);
      });
    }
    this.#connection.resume();
  }

  #end(failure: unknown): void {
    this.#ended = true;
    this.#failure = failure;
    this.#batch ??= this.#builder.take();
    if (failure === undefined) this.#fields.resolve([]);
    else this.#fields.reject(failure);
    this.#connection.resume();
    this.#wake();
  }

  /** The consumer has gone: what is left of the result is cancelled and dropped. */
  async leave(): Promise<void> {
    if (this.#ended || this.#started === undefined) return;
    const exchange = await this.#started.catch(() => undefined);
    exchange?.stop(new FairleadError('closed', 'The reader of this result has gone.'));
    await exchange?.finished();
  }
}
