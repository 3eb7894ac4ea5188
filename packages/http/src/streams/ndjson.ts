// Newline-delimited JSON as a byte stream: batched, with backpressure, and ended properly however it ends.
// It encodes text to bytes, and passes bytes on; what a line says is the caller's.
import { type Deadline, Deadlines } from '@fairlead/client';

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
  const batch = new Batch();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        batch.attach(controller);
        try {
          while (!batch.full) {
            const { done, value } = await iterator.next();
            if (done) return batch.end();
            batch.add(value);
          }
          batch.flush();
        } catch (error) {
          if (options.onError === undefined) return batch.fail(error);
          batch.add(options.onError(error));
          batch.end();
        }
      },
      async cancel(reason) {
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
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #text = '';
  #sent = false;
  readonly #deadlines = new Deadlines();
  #flushing: Deadline | undefined;
  #ended = false;

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
    this.#controller?.enqueue(this.#encoder.encode(this.#text));
    this.#text = '';
  }

  /** Bytes make a chunk of their own, behind the text that waits. */
  #send(bytes: Uint8Array): void {
    this.flush();
    if (this.#ended || bytes.length === 0) return;
    this.#controller?.enqueue(bytes);
    this.#sent = true;
  }

  end(): void {
    this.flush();
    if (!this.#ended) this.#controller?.close();
    this.drop();
  }

  fail(error: unknown): void {
    if (!this.#ended) this.#controller?.error(error);
    this.drop();
  }

  drop(): void {
    this.#deadlines.stop();
    this.#ended = true;
    this.#text = '';
  }
}
