// COPY in both directions, through the simple query protocol (manual, "COPY Operations"). It looks into no row: text,
// CSV and binary are the caller's to make and to read.
import { Writer } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import type { CallOptions, CopySource, Summary } from './api.ts';
import { readTag } from './collect.ts';
import { writeCopyData, writeCopyDone, writeCopyFail } from './encode.ts';
import { usage } from './errors.ts';
import { type Exchange, type Sink, simpleRequest } from './exchange.ts';
import type { Runner } from './runner.ts';
import { watch } from './watch.ts';

const WRONG_WAY = 'the statement is no COPY in this direction';
/** How much of small pieces is sent at once. */
const GATHER_BYTES = 32_768;
const MAX_PIECE_BYTES = 1 << 28;
const utf8 = new TextEncoder();

/** A COPY under way: what both directions have in common, which is to refuse what is no COPY in this one. */
class Copying implements Sink {
  summary: Summary = { rowCount: 0, command: '' };
  protected readonly runner: Runner;
  protected exchange: Exchange | undefined;
  protected wake: () => void = () => undefined;

  constructor(runner: Runner) {
    this.runner = runner;
  }

  begin(): void {
    throw usage(WRONG_WAY);
  }

  row(): void {
    throw usage(WRONG_WAY);
  }

  tag(tag: string): void {
    this.summary = readTag(tag);
  }

  /** The server waits for data: that it looks for no CancelRequest meanwhile is why there is CopyFail. */
  copyIn(): void {
    const { exchange } = this;
    if (exchange === undefined) return;
    exchange.halt = ({ message }) => {
      this.runner.connection.write((w) => writeCopyFail(w, message));
    };
    // Stopped while the permission was on its way.
    if (exchange.reason !== undefined) exchange.halt(exchange.reason);
  }

  copyData(_bytes: Uint8Array, _start: number, _end: number): void {
    this.exchange?.stop(usage(WRONG_WAY));
  }

  protected async send(text: string, options: CallOptions): Promise<Exchange> {
    const exchange = await this.runner.start(simpleRequest(text, true), this, options);
    this.exchange = exchange;
    return exchange;
  }
}

/** Feeds a COPY FROM STDIN; see `Queryable.copyFrom`. */
export async function copyFrom(
  runner: Runner,
  text: string,
  source: CopySource,
  options: CallOptions,
): Promise<Summary> {
  return new CopyFeeder(runner).run(text, source, options);
}

interface Pieces {
  next(): unknown;
  return?(): unknown;
}

/** Sends what the source has, as fast as the platform takes it; stops as soon as the server has had enough. */
class CopyFeeder extends Copying {
  #fed = false;
  readonly #out = new Writer(MAX_PIECE_BYTES, GATHER_BYTES * 2);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rearm: () => void = () => undefined;

  override copyIn(): void {
    super.copyIn();
    // Of several COPYs in one text only the first one has a source.
    if (this.#fed) this.exchange?.stop(usage('a text with more than one COPY FROM STDIN'));
    this.#fed = true;
    this.wake();
  }

  async run(text: string, source: CopySource, options: CallOptions): Promise<Summary> {
    const exchange = await this.send(text, options);
    const begin = (): (() => void) =>
      watch(this.runner.connection, options, (reason) => exchange.stop(reason));
    let unwatch = begin();
    // The time is for each piece, not for all of an upload.
    this.#rearm = () => {
      unwatch();
      unwatch = begin();
    };
    const wake = (): void => this.wake();
    exchange.done.then(wake, wake);
    try {
      await this.#unlessOver(new Promise(() => undefined), exchange);
      if (exchange.step === 'i' && exchange.reason === undefined) await this.#feed(exchange, source);
      await exchange.done;
    } finally {
      unwatch();
      clearTimeout(this.#timer);
    }
    if (this.#fed) return this.summary;
    throw usage(WRONG_WAY);
  }

  /** Waits for something, but no longer than the server wants data. */
  #unlessOver<T>(something: PromiseLike<T> | T, exchange: Exchange): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.wake = () => resolve(undefined);
      if (exchange.over || exchange.error !== undefined || exchange.reason !== undefined) this.wake();
      Promise.resolve(something).then(resolve, reject);
    });
  }

  /** Small pieces leave together: each write is a trip through the runtime. */
  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#rearm();
    const gathered = this.#out.take();
    return this.runner.connection.write((w) => w.raw(gathered));
  }

  /** The server wants no more. Nobody waits for a source to end: it may be what hangs. */
  #leave(pieces: Pieces | undefined): void {
    clearTimeout(this.#timer);
    Promise.resolve(pieces)
      .then((left) => left?.return?.())
      .catch(() => undefined);
  }

  async #feed(exchange: Exchange, source: CopySource): Promise<void> {
    let pieces: Pieces | undefined;
    try {
      pieces = piecesOf(source);
      for (;;) {
        const next = (await this.#unlessOver(pieces.next(), exchange)) as IteratorResult<unknown> | undefined;
        if (next === undefined || exchange.step !== 'i') break;
        if (next.done) {
          // From here on it can be cancelled as any other statement.
          exchange.halt = undefined;
          writeCopyDone(this.#out);
          await this.#unlessOver(this.#flush(), exchange);
          return;
        }
        const bytes = bytesOf(next.value);
        if (bytes.length > 0) writeCopyData(this.#out, bytes);
        if (this.#out.length >= GATHER_BYTES) await this.#unlessOver(this.#flush(), exchange);
        else this.#timer ??= setTimeout(() => this.#flush(), 0);
      }
      this.#leave(pieces);
    } catch (error) {
      this.#leave(pieces);
      const reason = new FairleadError('aborted', 'The source of the data failed.', { cause: error });
      exchange.stop(reason);
      await exchange.done.catch(() => undefined);
      // The source's own error is the one to hear of, once the server has dropped what it got.
      if (exchange.reason === reason) throw error;
    }
  }
}

function bytesOf(piece: unknown): Uint8Array {
  if (typeof piece === 'string') return utf8.encode(piece);
  if (piece instanceof Uint8Array) return piece;
  throw usage('COPY is fed with bytes or text');
}

/** A stream's iterator would wait for its next piece before it cancels; its reader does not. */
function piecesOf(source: CopySource): Pieces {
  if (source instanceof ReadableStream) {
    const reader = source.getReader();
    return { next: () => reader.read(), return: () => reader.cancel() };
  }
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  if (Symbol.iterator in source) return source[Symbol.iterator]();
  throw usage('the source of a COPY is a stream or an iterable');
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
  readonly #text: string;
  readonly #options: CallOptions;
  #starting: Promise<Exchange> | undefined;
  #bytes: Uint8Array | undefined;
  #from = 0;
  #to = 0;
  #chunk: Uint8Array | undefined;
  #ended = false;
  #failure: unknown;

  constructor(runner: Runner, text: string, options: CallOptions) {
    super(runner);
    this.#text = text;
    this.#options = options;
  }

  override copyIn(): void {
    super.copyIn();
    this.exchange?.stop(usage(WRONG_WAY));
  }

  /** Payloads stand one behind the other but for five bytes between them: they are moved together where they are. */
  override copyData(bytes: Uint8Array, start: number, end: number): void {
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
    this.runner.connection.pause();
    this.wake();
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#starting ??= this.#start();
    const exchange = await this.#starting;
    const { connection } = this.runner;
    const unwatch = watch(connection, this.#options, (reason) => exchange.stop(reason));
    while (this.#chunk === undefined && !this.#ended) {
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve;
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
    const exchange = await this.send(this.#text, this.#options);
    const end = (failure?: unknown): void => {
      this.#ended = true;
      this.#failure = failure;
      this.runner.connection.resume();
      this.wake();
    };
    exchange.done.then(() => end(), end);
    return exchange;
  }

  async cancel(): Promise<void> {
    const exchange = await this.#starting?.catch(() => undefined);
    exchange?.stop(new FairleadError('closed', 'The reader of this COPY has gone.'));
    await exchange?.finished();
  }
}
