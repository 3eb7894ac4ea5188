// What came of a statement that a person ran.
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { GridColumn } from '../../../ui/grid/column.ts';
import type { RowsTail } from '../../../ui/grid/rows/read-lines.ts';
import { RowStore } from '../../../ui/grid/rows/row-store.ts';
import type { Plan } from '../plan/plan.ts';
import type { Range } from '../text/statements.ts';

/** What was asked for: to run the statement, or its plan. */
export type Wish = 'run' | 'plan' | 'analyse';

/** One result: a store that fills, and what the server said at its end. */
export interface Result {
  readonly store: RowStore;
  tail: RowsTail | undefined;
}

/** What was sent, and why it looks so. */
export interface Sent {
  readonly wish: Wish;
  /** The person's text. */
  readonly sql: string;
  /** Where it stood in the editor. */
  readonly from: number;
  readonly readOnly: boolean;
  /** More rows are not read. */
  readonly maxRows: number;
}

/** A statement's outcome, which grows while it runs. */
export class Outcome {
  readonly sent: Sent;
  /** Milliseconds since the page's beginning. */
  readonly startedAt = performance.now();
  readonly #results: Signal<readonly Result[]> = signal<readonly Result[]>([]);
  readonly #plan = signal<Plan | undefined>(undefined);
  /** Whether the rows were cut because there were `maxRows` of them, or no room for more. */
  readonly isFull = signal(false);
  /** Where in the editor's text the error is. */
  readonly place = signal<Range | undefined>(undefined);

  constructor(sent: Sent) {
    this.sent = sent;
  }

  /** Several of MySQL's CALL, one of everything else, none of a plan. */
  get results(): ReadonlySignal<readonly Result[]> {
    return this.#results;
  }

  get plan(): Signal<Plan | undefined> {
    return this.#plan;
  }

  /** Begins a result. */
  begin(_columns: readonly GridColumn[]): RowStore {
    const store = new CappedStore(this.sent.maxRows);
    this.#results.value = [...this.#results.peek(), { store, tail: undefined }];
    return store;
  }

  /** Ends the last one. */
  end(tail: RowsTail): void {
    const results = this.#results.peek();
    this.#results.value = results.map((result, i) =>
      i === results.length - 1 ? { ...result, tail } : result,
    );
  }
}

/** A store that takes so many rows. */
class CappedStore extends RowStore {
  #left: number;

  constructor(most: number) {
    super();
    this.#left = most;
  }

  override appendLine(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#left <= 0) return false;
    this.#left -= 1;
    return super.appendLine(bytes, start, end);
  }
}
