// Walks the keyspace by SCAN, in portions, and keeps what it found. It asks for nothing that nobody wants to see.
import { type Signal, signal } from '@preact/signals';
import { Work } from '../../../browser/async.ts';
import { type Argument, type Command, idOf } from '../wire/argument.ts';
import type { Redis } from '../wire/redis.ts';
import { argumentsIn, itemsIn, numberIn, textIn } from '../wire/reply.ts';
import { byText, KeyTree } from './key-tree.ts';

/** Keys that one click brings. */
const PORTION = 1_000;
/** More are not kept: a pattern finds the others. */
export const MAX_KEYS = 1_000_000;
const LEAST_COUNT = 1_000;
const MOST_COUNT = 10_000;
/** More are shown in the order of the server. */
const MAX_SORTED = 20_000;

/** Which keys are looked for. */
export interface KeyFilter {
  /** As MATCH takes it; empty for all. */
  readonly pattern: string;
  /** As TYPE takes it; empty for all. */
  readonly type: string;
}

/** The SCAN of a cursor. */
export function scanCommand(cursor: string, { pattern, type }: KeyFilter, count: number): Command {
  return [
    'SCAN',
    cursor,
    ...(pattern === '' ? [] : ['MATCH', pattern]),
    'COUNT',
    String(count),
    ...(type === '' ? [] : ['TYPE', type]),
  ];
}

/** Whether a pattern stands for its own text alone. */
function isWholeName(pattern: string): boolean {
  return pattern !== '' && !/[*?[\\]/.test(pattern);
}

/** The keys of one tab. */
export class KeyScan {
  readonly work = new Work();
  /** Grows whenever there is more to see. */
  readonly version: Signal<number> = signal(0);
  filter: KeyFilter = { pattern: '', type: '' };
  tree = new KeyTree();
  /** Whether the whole keyspace has been walked. */
  isDone = false;
  /** Keys of the database, as DBSIZE says; undefined before. */
  total: number | undefined;
  /** How many keys SCAN has looked at, roughly. */
  lookedAt = 0;
  readonly #redis: Redis;
  #keys: Argument[] = [];
  #seen = new Set<string>();
  #cursor = '0';
  #count = LEAST_COUNT;
  #isSorted = true;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** What was found, in the order of the names where they are not too many. */
  get keys(): readonly Argument[] {
    if (!this.#isSorted && this.#keys.length <= MAX_SORTED)
      this.#keys.sort((a, b) => byText(idOf(a), idOf(b)));
    this.#isSorted = true;
    return this.#keys;
  }

  /** Begins anew, with one portion. */
  async start(filter: KeyFilter): Promise<void> {
    this.work.stop();
    this.filter = filter;
    this.tree = new KeyTree();
    this.isDone = false;
    this.lookedAt = 0;
    this.#keys = [];
    this.#seen = new Set();
    this.#cursor = '0';
    this.#count = LEAST_COUNT;
    this.version.value++;
    await (isWholeName(filter.pattern) ? this.#lookUp(filter) : this.more());
  }

  /** Brings a portion more. @param isAll Goes on to the end of the keyspace. */
  async more(isAll = false): Promise<void> {
    await this.work.run(async (signal) => {
      const wanted = isAll ? MAX_KEYS : Math.min(MAX_KEYS, this.#keys.length + PORTION);
      if (isAll) this.#count = MOST_COUNT;
      if (this.#cursor === '0') this.total = numberIn(await this.#redis.ask(['DBSIZE'], { signal }));
      while (!this.isDone && this.#keys.length < wanted) await this.#step(signal);
    });
    this.version.value++;
  }

  /** A key that was made here. */
  add(key: Argument): void {
    if (this.#take(key)) this.version.value++;
  }

  /** Forgets a key that is gone. */
  remove(key: Argument): void {
    const id = idOf(key);
    if (!this.#seen.delete(id)) return;
    this.#keys = this.#keys.filter((each) => idOf(each) !== id);
    this.tree = new KeyTree();
    for (const each of this.#keys) this.tree.add(each);
    this.version.value++;
  }

  /** Asks for one key: no walk is needed where the pattern is a whole name. */
  async #lookUp({ pattern, type }: KeyFilter): Promise<void> {
    await this.work.run(async (signal) => {
      const found = textIn(await this.#redis.run(['TYPE', pattern], { signal }));
      if (found !== 'none' && (type === '' || type === found)) this.#take(pattern);
      this.isDone = true;
    });
    this.version.value++;
  }

  async #step(signal: AbortSignal): Promise<void> {
    const before = this.#keys.length;
    const reply = await this.#redis.run(scanCommand(this.#cursor, this.filter, this.#count), { signal });
    if (signal.aborted) return;
    const [cursor, keys] = itemsIn(reply);
    for (const key of argumentsIn(keys)) this.#take(key);
    this.#cursor = textIn(cursor);
    this.isDone = this.#cursor === '0';
    this.lookedAt += this.#count;
    // What is rare is looked for in longer steps.
    if (this.#keys.length - before < this.#count / 4) this.#count = Math.min(MOST_COUNT, this.#count * 2);
    this.version.value++;
  }

  /** SCAN may name a key twice. */
  #take(key: Argument): boolean {
    const id = idOf(key);
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    this.#keys.push(key);
    this.#isSorted = false;
    this.tree.add(key);
    return true;
  }
}
