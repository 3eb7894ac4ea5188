// Newline-delimited JSON as a byte stream: batched, with backpressure, and ended properly however it ends.
// It encodes text to bytes, and passes bytes on; what a line says is the caller's.
import { type Deadline, Deadlines } from '@fairlead/client';
import type { Meter } from '../observability/request-record.ts';
import { UnreadEnd } from './unread-end.ts';

/** Lines are gathered to about this many UTF-16 units before they leave: one chunk is one trip through the runtime. */
const BATCH_UNITS = 65_536;
/** A line waits at most this long for others. */
const FLUSH_AFTER_MS = 25;

/** The media type of NDJSON. */
export const NDJSON_TYPE = 'application/x-ndjson';

/** Options of `ndjsonStream`. */
export interface NdjsonOptions {
  /** The last line when the source throws: the status line has left already. Without it the stream errors. */
  readonly onError?: (error: unknown) => string;
  /** Called when the reader went away, before the source is asked to return. */
  readonly onCancel?: (reason: unknown) => void;
  /** When it fires while the reader takes nothing, the stream ends as if the source had thrown its reason, and the source is asked to return. */
  readonly signal?: AbortSignal;
  /** Is told what is sent, and the end. */
  readonly meter?: Meter;
  /**
   * After so many milliseconds without a line an empty one is sent, as often as that is so: platforms notice by it that the reader
   * has gone. Default: never.
   */
  readonly emptyLineMs?: number | undefined;
}

/**
 * Lines. Text: a JSON text, or several, for throughput, with a line break between them and none behind. Bytes: JSON
 * texts in UTF-8, each with a line break behind it; they leave at once, as they are, and are not written to again.
 */
export type Lines = string | Uint8Array;

/**
 * A stream of the source's lines. The source is pulled only as fast as the reader reads, and `return()` is called
 * on it when the reader goes away.
 */
export function ndjsonStream(
  lines: AsyncIterable<Lines>,
  options: NdjsonOptions = {},
): ReadableStream<Uint8Array> {
  const iterator = lines[Symbol.asyncIterator]();
  const batch = new Batch(options.meter);
  const unread = new UnreadEnd();
  const beat = new EmptyLines(options.emptyLineMs, () => unread.isPulling && batch.sendEmpty());
  const stop = (): void => {
    unread.stop();
    beat.stop();
  };
  const fail = (error: unknown): void => {
    if (options.onError === undefined) batch.fail(error);
    else batch.endWith(options.onError(error));
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        batch.attach(controller);
        unread.watch(options.signal, (reason) => {
          beat.stop();
          fail(reason);
          iterator.return?.()?.catch(() => {});
        });
      },
      async pull(controller) {
        batch.attach(controller);
        unread.isPulling = true;
        try {
          while (!batch.full) {
            const { done, value } = await iterator.next();
            if (done) {
              stop();
              return batch.end();
            }
            beat.restart();
            batch.add(value);
          }
          batch.flush();
        } catch (error) {
          stop();
          fail(error);
        } finally {
          unread.isPulling = false;
        }
      },
      async cancel(reason) {
        stop();
        batch.drop();
        options.onCancel?.(reason);
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Lines on their way to the stream. */
class Batch {
  readonly #meter: Meter | undefined;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #text = '';
  #sent = false;
  readonly #deadlines = new Deadlines();
  #flushing: Deadline | undefined;
  #ended = false;

  constructor(meter: Meter | undefined) {
    this.#meter = meter;
  }

  /** Whether it is time to send. */
  get full(): boolean {
    return this.#sent || this.#text.length >= BATCH_UNITS;
  }

  attach(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
    this.#sent = false;
  }

  add(line: Lines): void {
    if (typeof line !== 'string') {
      this.#send(line);
      return;
    }
    this.#text += `${line}\n`;
    this.#flushing ??= this.#deadlines.add(FLUSH_AFTER_MS, () => this.flush());
  }

  flush(): void {
    this.#deadlines.remove(this.#flushing);
    this.#flushing = undefined;
    if (this.#ended || this.#text === '') return;
    const bytes = this.#encoder.encode(this.#text);
    this.#text = '';
    this.#controller?.enqueue(bytes);
    this.#meter?.sent(bytes.length);
  }

  /** A line break alone, where no text waits. */
  sendEmpty(): void {
    if (this.#text === '') this.#text = '\n';
    this.flush();
  }

  /** Bytes make a chunk of their own, behind the text that waits. */
  #send(bytes: Uint8Array): void {
    this.flush();
    if (this.#ended || bytes.length === 0) return;
    this.#controller?.enqueue(bytes);
    this.#meter?.sent(bytes.length);
    this.#sent = true;
  }

  end(): void {
    this.flush();
    if (!this.#ended) this.#controller?.close();
    this.drop();
  }

  endWith(line: string): void {
    this.add(line);
    this.end();
  }

  fail(error: unknown): void {
    if (!this.#ended) this.#controller?.error(error);
    this.drop();
  }

  drop(): void {
    this.#deadlines.stop();
    this.#ended = true;
    this.#text = '';
    this.#meter?.ended();
  }
}

/** Sends empty lines while the source yields none. */
class EmptyLines {
  readonly #everyMs: number | undefined;
  readonly #send: () => void;
  readonly #deadlines = new Deadlines();
  #next: Deadline | undefined;

  constructor(everyMs: number | undefined, send: () => void) {
    this.#everyMs = everyMs;
    this.#send = send;
    this.restart();
  }

  /** A line has come. */
  restart(): void {
    if (this.#everyMs === undefined) return;
    this.#deadlines.remove(this.#next);
    this.#next = this.#deadlines.add(this.#everyMs, () => {
      this.#send();
      this.restart();
    });
  }

  stop(): void {
    this.#deadlines.stop();
  }
}
