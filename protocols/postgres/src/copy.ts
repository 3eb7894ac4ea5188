// COPY in both directions, through the simple query protocol (manual, "COPY Operations"). It looks into no row: text,
// CSV and binary are the caller's to make and to read.
import { deferred } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { CallOptions, CopySource, Summary } from './api.ts';
import { readTag } from './collect.ts';
import type { Connection } from './connection.ts';
import { writeCopyData, writeCopyDone, writeCopyFail } from './encode.ts';
import { usage } from './errors.ts';
import { type Exchange, type Sink, simpleRequest } from './exchange.ts';
import type { Runner } from './runner.ts';
import { watch } from './watch.ts';

const WRONG_WAY = 'the statement is no COPY in this direction';
const utf8 = new TextEncoder();

/** A COPY under way: what both directions have in common. */
class Copying implements Sink {
  summary: Summary = { rowCount: 0, command: '' };
  /** Settles when the server is ready for data. */
  readonly started = deferred<void>();

  begin(): void {
    throw usage(WRONG_WAY);
  }

  row(): void {
    throw usage(WRONG_WAY);
  }

  tag(tag: string): void {
    this.summary = readTag(tag);
  }

  copyIn(): void {
    this.started.resolve();
  }
}

/** Feeds a COPY FROM STDIN; see `Queryable.copyFrom`. */
export async function copyFrom(
  runner: Runner,
  text: string,
  source: CopySource,
  options: CallOptions,
): Promise<Summary> {
  const { connection } = runner;
  const sink = new Copying();
  const exchange = await runner.start(simpleRequest(text, true), sink, options);
  // While it copies in, the server hears of a cancellation only in the stream itself.
  exchange.halt = (reason) => fail(connection, exchange, reason.message);
  const unwatch = watch(connection, options, (reason) => exchange.stop(reason));
  exchange.done.then(sink.started.resolve, sink.started.resolve);
  try {
    await sink.started.promise;
    if (exchange.state !== 'ended') await feed(connection, exchange, source);
    await exchange.done;
    if (!sink.summary.command.startsWith('COPY')) throw usage(WRONG_WAY);
    return sink.summary;
  } finally {
    unwatch();
  }
}

/** Sends what the source has, as fast as the platform takes it; stops as soon as the server has had enough. */
async function feed(connection: Connection, exchange: Exchange, source: CopySource): Promise<void> {
  try {
    for await (const piece of piecesOf(source)) {
      if (exchange.state === 'ended' || exchange.error !== undefined || exchange.reason !== undefined) return;
      const bytes = typeof piece === 'string' ? utf8.encode(piece) : piece;
      if (bytes.length > 0) await connection.write((w) => writeCopyData(w, bytes));
    }
  } catch (error) {
    // The source's own error is the one to hear of, once the server has dropped what it got.
    fail(connection, exchange, 'the source of the data failed');
    await exchange.finished();
    throw exchange.reason ?? error;
  }
  if (exchange.step === 'i' && exchange.reason === undefined) await connection.write(writeCopyDone);
}

function fail(connection: Connection, exchange: Exchange, why: string): void {
  if (exchange.step === 'i' && exchange.error === undefined) connection.write((w) => writeCopyFail(w, why));
}

async function* piecesOf(source: CopySource): AsyncGenerator<Uint8Array | string, void, undefined> {
  if (Symbol.asyncIterator in source || Symbol.iterator in source) yield* source;
  else throw usage('the source of a COPY is a stream or an iterable');
}

/** Reads a COPY TO STDOUT; see `Queryable.copyTo`. */
export function copyTo(runner: Runner, text: string, options: CallOptions): ReadableStream<Uint8Array> {
  const reader = new CopyReader(runner, text, options);
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => reader.pull(controller),
      cancel: () => reader.cancel(),
    },
    { highWaterMark: 0 },
  );
}

/** What one network read brought, moved together, becomes one chunk. */
class CopyReader extends Copying {
  readonly #runner: Runner;
  readonly #text: string;
  readonly #options: CallOptions;
  #exchange: Exchange | undefined;
  #bytes: Uint8Array | undefined;
  #from = 0;
  #to = 0;
  #chunk: Uint8Array | undefined;
  #ended = false;
  #failure: unknown;
  #wake: () => void = () => undefined;

  constructor(runner: Runner, text: string, options: CallOptions) {
    super();
    this.#runner = runner;
    this.#text = text;
    this.#options = options;
  }

  /** Nobody said that it would send data. */
  override copyIn(): void {
    const { connection } = this.#runner;
    this.#exchange?.stop(usage(WRONG_WAY));
    connection.write((w) => writeCopyFail(w, WRONG_WAY));
  }

  /** Payloads stand one behind the other but for five bytes between them: they are moved together where they are. */
  copyData(bytes: Uint8Array, start: number, end: number): void {
    if (this.#bytes === undefined) {
      this.#bytes = bytes;
      this.#from = start;
      this.#to = end;
      return;
    }
    bytes.copyWithin(this.#to, start, end);
    this.#to += end - start;
  }

  pause(): void {
    if (this.#bytes === undefined) return;
    this.#chunk = this.#bytes.slice(this.#from, this.#to);
    this.#bytes = undefined;
    this.#runner.connection.pause();
    this.#wake();
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const exchange = this.#exchange ?? (await this.#start());
    const { connection } = this.#runner;
    const unwatch = watch(connection, this.#options, (reason) => exchange.stop(reason));
    while (this.#chunk === undefined && !this.#ended) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      connection.resume();
      await woken;
    }
    unwatch();
    const chunk = this.#chunk;
    this.#chunk = undefined;
    if (this.#failure !== undefined) throw this.#failure;
    if (chunk !== undefined) controller.enqueue(chunk);
    else if (this.summary.command.startsWith('COPY')) controller.close();
    else throw usage(WRONG_WAY);
  }

  async #start(): Promise<Exchange> {
    const exchange = await this.#runner.start(simpleRequest(this.#text, true), this, this.#options);
    this.#exchange = exchange;
    const end = (failure?: unknown): void => {
      this.#ended = true;
      this.#failure = failure;
      this.#runner.connection.resume();
      this.#wake();
    };
    exchange.done.then(() => end(), end);
    return exchange;
  }

  async cancel(): Promise<void> {
    this.#exchange?.stop(new FairleadError('closed', 'The reader of this COPY has gone.'));
    await this.#exchange?.finished();
  }
}
