// The loaded parts of one value.
import { type Signal, signal } from '@preact/signals';
import { Work } from '../../../../browser/async.ts';
import type { Argument } from '../../wire/argument.ts';
import type { Redis } from '../../wire/redis.ts';
import { numberIn } from '../../wire/reply.ts';
import { PORTION, type Row, type RowKind } from './kind.ts';

/** Loads portions. HSCAN and its like may name a part twice: it is shown once. */
export class RowsModel {
  readonly work = new Work();
  readonly rows: Signal<readonly Row[]> = signal([]);
  /** All parts of the value; undefined before the server has said it. */
  readonly size: Signal<number | undefined> = signal(undefined);
  readonly kind: RowKind;
  readonly #redis: Redis;
  readonly #key: Argument;
  readonly #ids = new Set<string>();
  #match = '';
  #next: string | undefined;

  constructor(redis: Redis, key: Argument, kind: RowKind) {
    this.#redis = redis;
    this.#key = key;
    this.kind = kind;
  }

  /** Whether the last portion is there. */
  get isDone(): boolean {
    return this.#next === undefined;
  }

  /** Begins anew. @param match Of the parts' names; empty for all. */
  load(match: string): Promise<void> {
    this.#match = match;
    this.#next = this.kind.start(match);
    this.#ids.clear();
    this.rows.value = [];
    return this.more();
  }

  /** Brings a portion more. @param isAll Goes on to the last. */
  async more(isAll = false): Promise<void> {
    await this.work.run(async (signal) => {
      const wanted = isAll ? Number.POSITIVE_INFINITY : this.rows.peek().length + PORTION / 2;
      this.size.value = numberIn(await this.#redis.run(this.kind.size(this.#key), { signal }));
      while (this.#next !== undefined && this.rows.peek().length < wanted) {
        const cursor = this.#next;
        const reply = await this.#redis.run(this.kind.page(this.#key, cursor, this.#match), { signal });
        if (signal.aborted) return;
        const { rows, next } = this.kind.read(reply, cursor);
        this.#next = next;
        this.rows.value = [...this.rows.peek(), ...withoutDoubles(this.#ids, rows)];
      }
    });
  }
}

/** The rows that are not known yet. @param ids Of those that are; it takes those of the new ones in. */
export function withoutDoubles(ids: Set<string>, rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ id }) => !ids.has(id) && ids.add(id));
}
