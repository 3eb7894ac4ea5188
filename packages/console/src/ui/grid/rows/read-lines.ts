// Reads the gateway's lines of a SQL result into a store, byte by byte where they are rows: no row is parsed.
import { FairleadProblem } from '@fairlead/sdk';
import type { GridColumn } from '../column.ts';
import type { RowStore } from './row-store.ts';

const NEWLINE = 0x0a;
const OPEN_ARRAY = 0x5b;
/** A line that is no row, such as the head with its columns, is no longer than this; a row neither. In bytes. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

const decoder = new TextDecoder();

/** What the last line of a result says: `rowCount`, `command`, and more of MySQL. */
export interface RowsTail {
  readonly rowCount: number;
  readonly command: string;
  readonly affectedRows?: number;
  readonly lastInsertId?: string;
  readonly warningCount?: number;
  /** Of MySQL's CALL: another result follows. */
  readonly moreResults?: boolean;
}

/** What is done with a result's lines. */
export interface ReadLinesOptions {
  /** The store for a result that begins. More than one is asked for where the answer has several results. */
  readonly storeFor: (columns: readonly GridColumn[]) => RowStore;
  /** Called for each result's end. */
  readonly onTail?: (tail: RowsTail) => void;
}

/** How reading ended: `full` where a store took no more, and the rest was not read. */
export type ReadEnd = 'whole' | 'full';

/**
 * Reads an answer of `/pg/query` or `/mysql/query` with `Accept: application/x-ndjson` and `rowMode: 'array'`. Each store is told
 * its columns, its rows and its end, however that comes: `state` is then `whole` or `cut`.
 * @throws FairleadProblem The last line's `{"error": problem}`; `network`; `unexpected` where the result has no end. The reason of
 *   the request's signal where it was aborted.
 */
export async function readLines({ body }: Response, options: ReadLinesOptions): Promise<ReadEnd> {
  const reader = body?.getReader();
  const lines = new LineReader(options);
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read().catch(brokenOff);
      if (done) break;
      if (!lines.take(value)) return 'full';
    }
    lines.finish();
    return 'whole';
  } finally {
    lines.giveUp();
    // Of no effect where the body has ended.
    reader?.cancel().catch(() => {});
  }
}

function brokenOff(cause: unknown): never {
  if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
  if (cause instanceof FairleadProblem) throw cause;
  throw new FairleadProblem({ code: 'network', detail: 'The answer broke off.', cause });
}

/** Lines from chunks that are cut anywhere. */
class LineReader {
  readonly #options: ReadLinesOptions;
  #store: RowStore | undefined;
  #isOpen = false;
  #hasMore = true;
  /** The beginning of a line whose end has not come. */
  #parts: Uint8Array[] = [];
  #waiting = 0;

  constructor(options: ReadLinesOptions) {
    this.#options = options;
  }

  /** @returns False where the store is full. */
  take(chunk: Uint8Array): boolean {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const isTaken =
        this.#waiting > 0 ? this.#joined(chunk.subarray(start, end)) : this.#line(chunk, start, end);
      if (!isTaken) return false;
      start = end + 1;
    }
    this.#keep(chunk.slice(start));
    return true;
  }

  /** The body has ended. */
  finish(): void {
    // A row without its line break was cut: its last cell is not what the server has.
    const isRow = this.#isOpen && this.#parts[0]?.[0] === OPEN_ARRAY;
    if (this.#waiting > 0 && !isRow) this.#joined(EMPTY);
    if (this.#isOpen || this.#hasMore)
      throw new FairleadProblem({ code: 'unexpected', detail: 'The result has no end.' });
  }

  /** Whatever is open gets no more rows. */
  giveUp(): void {
    if (this.#isOpen) this.#store?.end(false);
    this.#isOpen = false;
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#waiting += part.length;
    if (this.#waiting <= MAX_LINE_BYTES) return;
    const detail = `A line of the answer is longer than ${MAX_LINE_BYTES} bytes.`;
    throw new FairleadProblem({ code: 'limit', detail, blame: 'local' });
  }

  #joined(last: Uint8Array): boolean {
    const whole = new Uint8Array(this.#waiting + last.length);
    let at = 0;
    for (const part of [...this.#parts, last]) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#waiting = 0;
    return this.#line(whole, 0, whole.length);
  }

  /** Rows are arrays; head, tail and error are objects; an empty line says that the gateway is still there. */
  #line(bytes: Uint8Array, start: number, end: number): boolean {
    if (end === start) return true;
    if (bytes[start] === OPEN_ARRAY && this.#isOpen)
      return this.#store?.appendLine(bytes, start, end) ?? false;
    this.#object(decoder.decode(bytes.subarray(start, end)));
    return true;
  }

  #object(text: string): void {
    const value = parsed(text);
    if ('error' in value) throw new FairleadProblem({ ...problemOf(value.error), status: 0 });
    if ('columns' in value) {
      this.#store = this.#options.storeFor(value.columns as readonly GridColumn[]);
      this.#store.begin(value.columns as readonly GridColumn[]);
      this.#isOpen = true;
    } else if ('rowCount' in value) {
      this.#isOpen = false;
      this.#hasMore = 'moreResults' in value && value.moreResults === true;
      this.#store?.end(true);
      this.#options.onTail?.(value as RowsTail);
    } else throw unexpected();
  }
}

const EMPTY = new Uint8Array(0);

function parsed(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unexpected(cause);
  }
  if (typeof value !== 'object' || value === null) throw unexpected();
  return value;
}

function unexpected(cause?: unknown): FairleadProblem {
  return new FairleadProblem({
    code: 'unexpected',
    detail: 'A line of the answer is none of a result.',
    cause,
  });
}

function problemOf(error: unknown): ConstructorParameters<typeof FairleadProblem>[0] {
  if (typeof error === 'object' && error !== null && 'code' in error && 'detail' in error)
    return error as ConstructorParameters<typeof FairleadProblem>[0];
  return { code: 'unexpected', detail: 'The result ended with an error that says nothing.' };
}
