// The statements that were run on a connection, kept in this browser. It leaves the browser never.
import type { ReadonlySignal, Signal } from '@preact/signals';
import { keptSignal } from '../../../browser/storage.ts';

/** A statement that was run. */
export interface HistoryEntry {
  readonly sql: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly ms: number;
  /** null where it gave none. */
  readonly rows: number | null;
  readonly state: 'done' | 'failed' | 'stopped';
}

/** So many are kept for a connection. */
const MOST = 200;
/** Longer ones are not kept, in UTF-16 units. */
const MAX_LENGTH = 20_000;

const kept = new Map<string, Signal<readonly HistoryEntry[]>>();

/** The statements of one connection, newest first. */
export class History {
  readonly #entries: Signal<readonly HistoryEntry[]>;

  constructor(connection: string) {
    const known = kept.get(connection);
    this.#entries = known ?? keptSignal(`history:${connection}`, [], 'browser', isHistory);
    kept.set(connection, this.#entries);
  }

  get entries(): ReadonlySignal<readonly HistoryEntry[]> {
    return this.#entries;
  }

  /** Remembers a statement. The same one as before takes the place of that. */
  add(entry: HistoryEntry): void {
    if (entry.sql.length > MAX_LENGTH) return;
    const others = this.#entries.peek().filter(({ sql }, i) => i > 0 || sql !== entry.sql);
    this.#entries.value = [entry, ...others].slice(0, MOST);
  }

  /** Forgets all of them. */
  clear(): void {
    this.#entries.value = [];
  }
}

function isHistory(value: unknown): value is readonly HistoryEntry[] {
  return Array.isArray(value) && value.every(isEntry);
}

function isEntry(value: unknown): value is HistoryEntry {
  if (typeof value !== 'object' || value === null || !('sql' in value) || !('at' in value)) return false;
  return typeof value.sql === 'string' && typeof value.at === 'number';
}

/** The entries that have every word of the text. */
export function matchingEntries(entries: readonly HistoryEntry[], text: string): readonly HistoryEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ sql }) => {
    const lower = sql.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
}
