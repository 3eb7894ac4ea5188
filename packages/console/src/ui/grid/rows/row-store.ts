// The rows of one result as they come, kept as the JSON text that the gateway sent: no digit is lost, and a million rows fit.
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { GridColumn } from '../column.ts';
import { emptyLine, type Line, LineMemory } from './line-memory.ts';
import { rawCells } from './raw-cells.ts';

/** The page says so often that there are more rows, in milliseconds: each time everything in sight is drawn. */
const TELL_MS = 100;
/** More than this is not kept, in bytes: the browser's tab would die. */
const DEFAULT_MAX_BYTES = 512 * 1024 * 1024;

/** A row of more UTF-16 units is cut into its cells once, not at each drawing. */
const LONG_ROW = 50_000;
/** So many of them are kept cut, in UTF-16 units. */
const MAX_CUT = 64 * 1024 * 1024;

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** Where a result stands. `cut`: the result has more rows than were loaded, because it was stopped, failed or is too large. */
export type RowsState = 'empty' | 'loading' | 'whole' | 'cut';

/** The rows of one result. Made by the page, filled by it, drawn by `Grid`. */
export class RowStore {
  readonly #memory = new LineMemory();
  readonly #maxBytes: number;
  readonly #columns = signal<readonly GridColumn[]>([]);
  readonly #count = signal(0);
  readonly #version = signal(0);
  readonly #state: Signal<RowsState> = signal<RowsState>('empty');
  readonly #found = emptyLine();
  /** The cells of long rows, by the rows' numbers. */
  readonly #cut = new Map<number, readonly string[]>();
  #cutLength = 0;
  #toldAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param maxBytes The most that is kept. Default 512 MiB. */
  constructor({ maxBytes = DEFAULT_MAX_BYTES }: { readonly maxBytes?: number } = {}) {
    this.#maxBytes = maxBytes;
  }

  /** The columns, in the order of the rows' values. */
  get columns(): ReadonlySignal<readonly GridColumn[]> {
    return this.#columns;
  }

  /** How many rows are loaded; told some ten times a second while they come. */
  get count(): ReadonlySignal<number> {
    return this.#count;
  }

  /** Grows when another result begins: what was computed of the rows before is void. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  /** Whether all rows are here. */
  get state(): ReadonlySignal<RowsState> {
    return this.#state;
  }

  /** What the rows take, in bytes. */
  get size(): number {
    return this.#memory.size;
  }

  /** Begins a result: forgets the rows of the one before. */
  begin(columns: readonly GridColumn[]): void {
    this.#memory.clear();
    this.#forgetCut();
    this.#columns.value = columns;
    this.#version.value += 1;
    this.#state.value = 'loading';
    this.#tell();
  }

  /**
   * Adds rows, each an array of JSON values in the order of the columns.
   * @returns False where the store is full: the rows from there on are not kept.
   */
  append(rows: readonly (readonly unknown[])[]): boolean {
    return rows.every((row) => {
      const bytes = utf8.encode(JSON.stringify(row));
      return this.appendLine(bytes, 0, bytes.length);
    });
  }

  /**
   * Adds one row as the gateway sends it with `rowMode: 'array'`: a JSON array in UTF-8, without the line break.
   * @returns False where the store is full.
   */
  appendLine(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#memory.size + end - start > this.#maxBytes || !this.#memory.add(bytes, start, end))
      return false;
    this.#tellSoon();
    return true;
  }

  /** Says that no more rows come. @param isWhole Whether the result has no further rows. */
  end(isWhole: boolean): void {
    this.#state.value = isWhole ? 'whole' : 'cut';
    this.#tell();
  }

  /** The place of a row in memory, valid until the next call. @param index From 0, in the order they came. */
  find(index: number): Line {
    this.#memory.find(index, this.#found);
    return this.#found;
  }

  /** A row's cells as JSON texts: `1`, `"a"`, `null`, `{"a": 1}`. Empty for a row that is not there. */
  row(index: number): readonly string[] {
    if (index < 0 || index >= this.#memory.count) return [];
    const known = this.#cut.get(index);
    if (known !== undefined) return known;
    const text = this.text(index);
    const cells = rawCells(text);
    if (text.length > LONG_ROW && text.length <= MAX_CUT) {
      if (this.#cutLength + text.length > MAX_CUT) this.#forgetCut();
      this.#cut.set(index, cells);
      this.#cutLength += text.length;
    }
    return cells;
  }

  /** A row as one JSON text. */
  text(index: number): string {
    const { bytes, start, end } = this.find(index);
    return decoder.decode(bytes.subarray(start, end));
  }

  /** Rows as JSON texts with line breaks between them. @param last Behind the last row. */
  texts(first: number, last: number): string {
    const { bytes, start } = this.find(first);
    const end = this.find(last - 1);
    if (end.bytes === bytes) return decoder.decode(bytes.subarray(start, end.end));
    return Array.from({ length: last - first }, (_, i) => this.text(first + i)).join('\n');
  }

  #forgetCut(): void {
    this.#cut.clear();
    this.#cutLength = 0;
  }

  #tellSoon(): void {
    if (this.#timer !== undefined) return;
    const left = this.#toldAt + TELL_MS - performance.now();
    if (left <= 0) this.#tell();
    else this.#timer = setTimeout(() => this.#tell(), left);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#toldAt = performance.now();
    this.#count.value = this.#memory.count;
  }
}
