// Which rows are seen, and in which order: what was asked for, what is computed, and what stands. It draws nothing.
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { RowStore, RowsState } from '../rows/row-store.ts';
import { filterRows, isOpen, type RowFilter } from './filter-rows.ts';
import { Slices } from './slices.ts';
import { type Sort, sortRows } from './sort-rows.ts';

/** What is typed settles for so long before rows are looked through, in milliseconds. */
const SETTLE_MS = 120;
/** While rows come, they are looked through anew no sooner than this many times what it took the last time. */
const REST_FACTOR = 3;
const LEAST_REST_MS = 500;

const NO_FILTER: RowFilter = { text: '', conditions: new Map() };

/** A sort and a filter. */
export interface Arrangement {
  readonly sort: Sort | undefined;
  readonly filter: RowFilter;
}

const AS_THEY_CAME: Arrangement = { sort: undefined, filter: NO_FILTER };

/** What is computed meanwhile: `Sorting`, and the share that is done. */
export interface ViewWork {
  readonly label: 'Sorting' | 'Filtering';
  readonly done: number;
}

/** The rows of a store, sorted and filtered. `dispose` when it is no longer looked at. */
export class GridView {
  readonly store: RowStore;
  readonly #wanted: Signal<Arrangement> = signal(AS_THEY_CAME);
  readonly #order = signal<Uint32Array | undefined>(undefined);
  readonly #covered = signal(0);
  readonly #work = signal<ViewWork | undefined>(undefined);
  /** Whether rows will be looked through, or are. */
  readonly #isDue = signal(false);
  readonly #stopWatching: () => void;
  readonly #applied: Signal<Arrangement> = signal(AS_THEY_CAME);
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #version = 0;
  #tookMs = 0;

  /** How many rows are seen. */
  readonly count: ReadonlySignal<number>;
  /** Where the result stands, as far as it is seen: it is `whole` where all of its rows were looked through. */
  readonly state: ReadonlySignal<RowsState>;

  constructor(store: RowStore) {
    this.store = store;
    this.count = computed(() => this.#order.value?.length ?? store.count.value);
    this.state = computed(() => {
      const isAhead = store.state.value === 'whole' && this.#covered.value < store.count.value;
      if (!isAhead) return store.state.value;
      return this.#isDue.value ? 'loading' : 'cut';
    });
    this.#stopWatching = effect(() => this.#follow(store.version.value, store.count.value));
  }

  /** Sort and filter as they were asked for; they may still be computed. */
  get wanted(): ReadonlySignal<Arrangement> {
    return this.#wanted;
  }

  /** Sort and filter by which the rows stand that are seen. */
  get applied(): ReadonlySignal<Arrangement> {
    return this.#applied;
  }

  /** How many of the loaded rows were looked through; all, where nothing is sorted or filtered. */
  get covered(): ReadonlySignal<number> {
    return this.#covered;
  }

  /** What is being computed. */
  get work(): ReadonlySignal<ViewWork | undefined> {
    return this.#work;
  }

  /** The numbers of the rows that are seen, in their order; undefined for all as they came. */
  get order(): ReadonlySignal<Uint32Array | undefined> {
    return this.#order;
  }

  /** The row, from 0 as they came, at a place that is seen. */
  rowAt(position: number): number {
    const order = this.#order.peek();
    return order === undefined ? position : (order[position] ?? -1);
  }

  /** Asks for a sort; undefined for the order in which the rows came. */
  sortBy(sort: Sort | undefined): void {
    this.#want({ ...this.#wanted.peek(), sort }, 0);
  }

  /** Asks for a filter. It is computed when nothing more was typed for a moment. */
  filterBy(filter: Partial<RowFilter>): void {
    const { sort, filter: before } = this.#wanted.peek();
    this.#want({ sort, filter: { ...before, ...filter } }, SETTLE_MS);
  }

  /** Stops what is computed: sort and filter are again what they were before. */
  stop(): void {
    this.#cancel();
    this.#wanted.value = this.#applied.peek();
  }

  /** Ends everything. */
  dispose(): void {
    this.#stopWatching();
    this.#cancel();
  }

  #want(wanted: Arrangement, delayMs: number): void {
    this.#wanted.value = wanted;
    this.#cancel();
    this.#computeIn(delayMs);
  }

  /** Another result begins with its rows as they come; further rows of one are looked through by and by. */
  #follow(version: number, count: number): void {
    if (version !== this.#version) {
      this.#version = version;
      this.#cancel();
      batch(() => {
        this.#wanted.value = AS_THEY_CAME;
        this.#applied.value = AS_THEY_CAME;
        this.#order.value = undefined;
      });
    }
    if (this.#order.peek() === undefined) this.#covered.value = count;
    else if (this.#timer === undefined && this.#abort === undefined) this.#again();
  }

  #again(): void {
    this.#computeIn(Math.max(LEAST_REST_MS, REST_FACTOR * this.#tookMs));
  }

  #computeIn(delayMs: number): void {
    this.#isDue.value = true;
    this.#timer = setTimeout(() => void this.#compute(), delayMs);
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#abort?.abort();
    this.#abort = undefined;
    this.#work.value = undefined;
    this.#isDue.value = false;
  }

  async #compute(): Promise<void> {
    this.#timer = undefined;
    const abort = new AbortController();
    this.#abort = abort;
    const startedAt = performance.now();
    const wanted = this.#wanted.peek();
    const count = this.store.count.peek();
    try {
      const order = await this.#arrange(wanted, count, abort.signal);
      if (abort.signal.aborted) return;
      this.#tookMs = performance.now() - startedAt;
      this.#abort = undefined;
      batch(() => {
        this.#work.value = undefined;
        this.#isDue.value = false;
        this.#applied.value = wanted;
        this.#order.value = order;
        this.#covered.value = order === undefined ? this.store.count.peek() : count;
        if (order !== undefined && this.store.count.peek() > count) this.#again();
      });
    } catch (error) {
      if (abort.signal.aborted) return;
      this.stop();
      throw error;
    }
  }

  async #arrange(
    { sort, filter }: Arrangement,
    count: number,
    signal: AbortSignal,
  ): Promise<Uint32Array | undefined> {
    const slices = (label: ViewWork['label']): Slices =>
      new Slices(signal, (done) => {
        this.#work.value = { label, done };
      });
    if (sort === undefined && isOpen(filter)) return undefined;
    const rows = isOpen(filter)
      ? Uint32Array.from({ length: count }, (_, i) => i)
      : await filterRows(this.store, count, filter, slices('Filtering'));
    return sort === undefined ? rows : sortRows(this.store, rows, count, sort, slices('Sorting'));
  }
}
