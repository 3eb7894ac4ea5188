// COPY in both directions, by the simple query protocol (manual, "COPY Operations"). It does not look into the data: text,
// CSV and binary are made and read by the caller.
import { Writer } from '@fairlead/bytes';
import { Alarm, stackAtCaller } from '@fairlead/client';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { watch } from '../connection/call-limits.ts';
import type { Connection } from '../connection/connection.ts';
import { forCaller, usage } from '../errors.ts';
import { Batches, type Begin } from '../results/batch-stream.ts';
import type { BatchBuilder } from '../results/batches.ts';
import { readTag } from '../results/collect.ts';
import type { PendingStatement } from '../statements/pending-statement.ts';
import { type Sink, simpleRequest } from '../statements/request.ts';
import type { Runner } from '../statements/runner.ts';
import type { CallOptions, CopySource, Summary } from '../types.ts';
import { writeCopyData, writeCopyDone } from '../wire/encode/client.ts';
import { haltWithCopyFail } from './copy-fail.ts';

/** Small pieces are gathered up to this size before they are sent. */
const GATHER_BYTES = 32_768;
const MAX_PIECE_BYTES = 1 << 28;
const utf8 = new TextEncoder();

/** @param sent Whether the statement was sent, so that it may have had an effect. */
function wrongWay(sent = true): FairleadError {
  return usage('the statement is not a COPY in this direction', { safeToRetry: !sent });
}

/** @throws FairleadError `usage` for a text that cannot be, or hold, a COPY. */
function assertCopy(text: unknown): asserts text is string {
  if (typeof text !== 'string' || !/\bcopy\b/i.test(text)) throw wrongWay(false);
}

/** For a sink of COPY, to which rows are not sent. */
function refuseRows(): never {
  throw wrongWay();
}

/** Feeds a COPY FROM STDIN; see `Queryable.copyFrom`. */
export async function copyFrom(
  runner: Runner,
  text: string,
  source: CopySource,
  options: CallOptions,
): Promise<Summary> {
  assertCopy(text);
  assertSource(source);
  const feeder = new CopyFeeder(runner.connection);
  return feeder.run(await runner.start(simpleRequest(text, true), feeder, options), source, options);
}

interface Pieces {
  next(): unknown;
  return?(): unknown;
}

/** Sends the source's data as fast as the platform takes them; stops when the server takes no more. */
class CopyFeeder implements Sink {
  readonly #connection: Connection;
  readonly begin = refuseRows;
  readonly row = refuseRows;
  #summary: Summary | undefined;
  #statement: PendingStatement | undefined;
  #wake: () => void = () => undefined;
  #fed = false;
  readonly #out = new Writer(MAX_PIECE_BYTES, GATHER_BYTES * 2);
  /** Sends small pieces when no more of them come at once. */
  readonly #flushAlarm: Alarm = new Alarm(() => {
    void this.#flush();
  });
  #rearm: () => void = () => undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  tag(tag: string): void {
    this.#summary = readTag(tag);
  }

  copyIn(): void {
    if (this.#statement === undefined) return;
    haltWithCopyFail(this.#statement, this.#connection);
    // Of several COPYs in one text only the first one has a source.
    if (this.#fed) this.#statement.stop(usage('a text with more than one COPY FROM STDIN'));
    this.#fed = true;
    this.#wake();
  }

  copyData(): void {
    this.#statement?.stop(wrongWay());
  }

  async run(statement: PendingStatement, source: CopySource, options: CallOptions): Promise<Summary> {
    this.#statement = statement;
    const begin = (): (() => void) => watch(this.#connection, options, (reason) => statement.stop(reason));
    let unwatch = begin();
    // The time is for each piece, not for all of an upload.
    this.#rearm = () => {
      unwatch();
      unwatch = begin();
    };
    const wake = (): void => this.#wake();
    statement.done.then(wake, wake);
    try {
      await this.#unlessOver(new Promise(() => undefined), statement);
      if (statement.state === 'copying-in' && statement.wanted) await this.#feed(statement, source);
      await statement.done.catch((error: unknown) => {
        throw stackAtCaller(error);
      });
    } finally {
      unwatch();
      this.#flushAlarm.clear();
    }
    if (this.#fed && this.#summary !== undefined) return this.#summary;
    throw wrongWay();
  }

  /** Waits for something, but no longer than the server takes data. */
  #unlessOver<T>(something: PromiseLike<T> | T, statement: PendingStatement): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined);
      if (statement.over || statement.error !== undefined || !statement.wanted) this.#wake();
      Promise.resolve(something).then(resolve, reject);
    });
  }

  /** Sends what has been gathered: small pieces leave together, since each write is a trip through the runtime. */
  #flush(): Promise<void> {
    this.#flushAlarm.clear();
    this.#rearm();
    const gathered = this.#out.take();
    return this.#connection.write((w) => w.raw(gathered));
  }

  /** The server takes no more data. The source's end is not awaited: the source may hang. */
  #leave(pieces: Pieces | undefined): void {
    this.#flushAlarm.clear();
    Promise.resolve(pieces)
      .then((left) => left?.return?.())
      .catch(() => undefined);
  }

  async #feed(statement: PendingStatement, source: CopySource): Promise<void> {
    let pieces: Pieces | undefined;
    try {
      pieces = piecesOf(source);
      for (;;) {
        const next = (await this.#unlessOver(pieces.next(), statement)) as
          | IteratorResult<unknown>
          | undefined;
        if (next === undefined || statement.state !== 'copying-in') break;
        if (next.done) {
          // From here on a CancelRequest cancels it, as any other statement.
          statement.setHalt(undefined);
          writeCopyDone(this.#out);
          await this.#unlessOver(this.#flush(), statement);
          return;
        }
        const bytes = bytesOf(next.value);
        if (bytes.length > 0) writeCopyData(this.#out, bytes);
        if (this.#out.length >= GATHER_BYTES) await this.#unlessOver(this.#flush(), statement);
        else this.#flushAlarm.ringBy(Date.now());
      }
      this.#leave(pieces);
    } catch (error) {
      this.#leave(pieces);
      const reason = new FairleadError('aborted', 'The source of the data failed.', { cause: error });
      statement.stop(reason);
      await statement.done.catch(() => undefined);
      // The call rejects with the source's own error, once the server has dropped the data.
      if (statement.reason !== reason) return;
      throw isFairleadError(error) && error.safeToRetry ? forCaller(error, undefined, false) : error;
    }
  }
}

function bytesOf(piece: unknown): Uint8Array {
  if (typeof piece === 'string') return utf8.encode(piece);
  if (piece instanceof Uint8Array) return piece;
  throw usage('the data of a COPY are bytes or strings');
}

/** @throws FairleadError `usage` for what COPY cannot be fed with. */
function assertSource(source: unknown): void {
  if (typeof source === 'string') return;
  const isObject = typeof source === 'object' && source !== null;
  if (!isObject || !(Symbol.asyncIterator in source || Symbol.iterator in source || 'getReader' in source)) {
    throw usage('the source of a COPY is a stream or an iterable');
  }
}

/** A stream's iterator would wait for its next piece before it cancels; its reader does not. */
function piecesOf(source: CopySource): Pieces {
  if (source instanceof ReadableStream) {
    const reader = source.getReader();
    return { next: () => reader.read(), return: () => reader.cancel() };
  }
  // A text is one piece, not its characters.
  if (typeof source === 'string') return [source].values();
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
    if (Symbol.iterator in source) return source[Symbol.iterator]();
  }
  throw usage('the source of a COPY is a stream or an iterable');
}

/** Joins the payloads of one network read in place: there are five bytes between each two of them. */
class Gatherer implements BatchBuilder<Uint8Array> {
  readonly begin = refuseRows;
  readonly row = refuseRows;
  #bytes: Uint8Array | undefined;
  #from = 0;
  #to = 0;

  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.#bytes === undefined) {
      this.#bytes = bytes;
      this.#from = start;
      this.#to = end;
      return;
    }
    bytes.copyWithin(this.#to, start, end);
    this.#to += end - start;
  }

  take(): Uint8Array | undefined {
    const chunk = this.#bytes?.slice(this.#from, this.#to);
    this.#bytes = undefined;
    return chunk;
  }
}

/** A COPY TO STDOUT as a stream of batches. */
class CopyReader extends Batches<Uint8Array> {
  readonly #gatherer: Gatherer;
  readonly #connection: Connection;

  constructor(runner: Runner, text: string, options: CallOptions) {
    const gatherer = new Gatherer();
    const start: Begin = (sink) => runner.start(simpleRequest(text, true), sink, options);
    super(runner.connection, start, gatherer, options);
    this.#gatherer = gatherer;
    this.#connection = runner.connection;
  }

  copyIn(): void {
    const statement = this.#connection.running();
    if (statement === undefined) return;
    haltWithCopyFail(statement, this.#connection);
    statement.stop(wrongWay());
  }

  copyData(bytes: Uint8Array, start: number, end: number): void {
    this.#gatherer.add(bytes, start, end);
  }
}

/** Reads a COPY TO STDOUT; see `Queryable.copyTo`. The data of one network read become one chunk. */
export function copyTo(runner: Runner, text: string, options: CallOptions): ReadableStream<Uint8Array> {
  assertCopy(text);
  const chunks = new CopyReader(runner, text, options);
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const chunk = await chunks.next();
    if (chunk !== undefined) controller.enqueue(chunk);
    else if (chunks.summary?.command.startsWith('COPY')) controller.close();
    else throw wrongWay();
  };
  return new ReadableStream<Uint8Array>({ pull, cancel: () => chunks.leave() }, { highWaterMark: 0 });
}
