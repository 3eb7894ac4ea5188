// The rows that are seen as a file, made in pieces: no text of all rows is ever held, and the page goes on meanwhile.
import { kindOf } from '../column.ts';
import type { GridView } from '../order/grid-view.ts';
import { Slices } from '../order/slices.ts';
import { cellText } from '../rows/cell-text.ts';
import { csvLine } from './csv.ts';
import { memberNames, ndjsonLine } from './ndjson.ts';

/** A piece of the file, in UTF-16 units. */
const PIECE_LENGTH = 1 << 20;
const STEP = 128;

/** The kinds of files. */
export type FileFormat = 'csv' | 'ndjson';

/** How a file is made. */
export interface FileOptions {
  readonly format: FileFormat;
  /** Whether formulas become text in CSV. */
  readonly isGuarded: boolean;
  readonly signal: AbortSignal;
  /** Is told the share that is done, from 0 to 1. */
  readonly onProgress: (share: number) => void;
}

const TYPES: Readonly<Record<FileFormat, string>> = {
  csv: 'text/csv;charset=utf-8;header=present',
  ndjson: 'application/x-ndjson',
};

/** The file of all rows that are seen, in their order, in UTF-8. @throws The reason of the signal; Error where another result begins. */
export async function makeFile(view: GridView, options: FileOptions): Promise<Blob> {
  const { format, signal, onProgress } = options;
  const order = view.order.peek();
  const count = view.count.peek();
  const { first, line } = writerOf(view, options);
  const slices = new Slices(signal, onProgress);
  const version = view.store.version.peek();
  const pieces: Blob[] = [];
  let text = first;
  for (let i = 0; i < count; i += 1) {
    if (i % STEP === 0 && slices.isOver) await slices.rest(i / count);
    if (view.store.version.peek() !== version) throw new Error('Another result has begun meanwhile.');
    text += line(order === undefined ? i : (order[i] ?? 0));
    if (text.length < PIECE_LENGTH) continue;
    pieces.push(new Blob([text]));
    text = '';
  }
  return new Blob([...pieces, text], { type: TYPES[format] });
}

interface FileWriter {
  readonly first: string;
  readonly line: (row: number) => string;
}

function writerOf({ store }: GridView, { format, isGuarded }: FileOptions): FileWriter {
  const columns = store.columns.peek();
  const names = columns.map(({ name }) => name);
  if (format === 'ndjson') {
    const keys = memberNames(names).map((name) => JSON.stringify(name));
    return { first: '', line: (row) => ndjsonLine(keys, store.row(row)) };
  }
  const kinds = columns.map(kindOf);
  return {
    first: csvLine(names, isGuarded),
    line: (row) => {
      const raw = store.row(row);
      return csvLine(
        kinds.map((kind, i) => cellText(raw[i], kind)),
        isGuarded,
      );
    },
  };
}
