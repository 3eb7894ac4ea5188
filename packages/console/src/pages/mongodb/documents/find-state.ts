// The state of a search: its fields, and what was found. It outlives the part of the page that shows it.
import { type Signal, signal } from '@preact/signals';
import { draft } from '../../../app/tabs/tab.ts';
import { Work } from '../../../browser/async.ts';
import { count, find, type Search } from '../calls.ts';
import { type Desk, placeOf } from '../desk.ts';
import type { EjsonDocument } from '../ejson/reader.ts';
import { type SearchTexts, searchOf } from './search.ts';

/** A page of documents. */
export interface Found {
  readonly documents: readonly EjsonDocument[];
  readonly search: Search;
  /** Whether there are more behind it. */
  readonly hasMore: boolean;
  /** How long the search took, in milliseconds. */
  readonly tookMs: number;
}

/** A search and its results. */
export class FindState {
  readonly desk: Desk;
  readonly fields: { readonly [Name in keyof SearchTexts]: Signal<string> };
  readonly view: Signal<string>;
  readonly work = new Work();
  readonly counting = new Work();
  readonly found: Signal<Found | undefined> = signal(undefined);
  readonly #counted: Signal<{ readonly filter: string; readonly count: number } | undefined> =
    signal(undefined);

  constructor(desk: Desk) {
    this.desk = desk;
    const { tab } = desk;
    this.fields = {
      filter: draft(tab, 'filter', '{}'),
      projection: draft(tab, 'projection', ''),
      sort: draft(tab, 'sort', ''),
      limit: draft(tab, 'limit', '20'),
      skip: draft(tab, 'skip', '0'),
    };
    this.view = draft(tab, 'view', 'tree');
  }

  /** How many documents fit the filter that stands there; undefined until that one is counted. */
  get total(): number | undefined {
    const counted = this.#counted.value;
    return counted?.filter === this.fields.filter.value ? counted.count : undefined;
  }

  /** The fields as they are. */
  texts(): SearchTexts {
    const { filter, projection, sort, limit, skip } = this.fields;
    return {
      filter: filter.value,
      projection: projection.value,
      sort: sort.value,
      limit: limit.value,
      skip: skip.value,
    };
  }

  /** Forgets what was found: another collection is looked at. */
  clear(): void {
    this.stop();
    this.work.clear();
    this.counting.clear();
    this.found.value = undefined;
    this.#counted.value = undefined;
  }

  stop(): void {
    this.work.stop();
    this.counting.stop();
  }

  /** Asks for the documents. Does nothing where a field is wrong, which the field says. */
  async run(): Promise<void> {
    const search = searchOf(this.texts());
    if (search === undefined) return;
    const { caller } = this.desk;
    await this.work.run(async (abort) => {
      // One more than is shown tells whether there are more.
      const wish = { ...search, limit: search.limit + 1 };
      const begun = performance.now();
      const documents = await find(caller, placeOf(this.desk), wish, abort);
      if (abort.aborted) return;
      this.found.value = {
        documents: documents.slice(0, search.limit),
        search,
        hasMore: documents.length > search.limit,
        tookMs: Math.round(performance.now() - begun),
      };
    });
  }

  /** Asks for another page. @param by Pages forwards, or backwards. */
  async turn(by: 1 | -1): Promise<void> {
    const at = this.found.peek()?.search;
    if (at === undefined) return;
    this.fields.skip.value = String(Math.max(0, at.skip + by * at.limit));
    await this.run();
  }

  /** Counts what fits the filter. */
  async count(): Promise<void> {
    const texts = this.texts();
    const search = searchOf(texts);
    if (search === undefined) return;
    this.#counted.value = undefined;
    await this.counting.run(async (abort) => {
      const found = await count(this.desk.caller, placeOf(this.desk), search.filter, abort);
      if (!abort.aborted) this.#counted.value = { filter: texts.filter, count: found };
    });
  }
}
