// The databases: keys, their values and when they expire. It knows no command.
import { CommandError } from './reply.ts';
import type { Hash } from './values/hash.ts';
import type { Stream } from './values/stream.ts';

/** Each type's value. Strings, fields and members are latin1: one unit is one byte. */
export interface Values {
  string: string;
  hash: Hash;
  list: string[];
  set: Set<string>;
  zset: Map<string, number>;
  stream: Stream;
  /** A HyperLogLog, which here counts exactly. */
  distinct: Set<string>;
}

interface Entry<T extends keyof Values = keyof Values> {
  readonly type: T;
  value: Values[T];
  /** Milliseconds since the epoch; undefined: never. */
  expiresAt: number | undefined;
}

/** One numbered database. An expired key is gone at the next look at it. */
export class Keyspace {
  readonly #entries = new Map<string, Entry>();
  readonly #versions = new Map<string, number>();

  /** What `WATCH` compares: it changes with every write to the key. */
  version(key: string): number {
    this.#entry(key);
    return this.#versions.get(key) ?? 0;
  }

  /** To be called after a value was changed in place. An empty collection's key goes away. */
  touch(key: string): void {
    this.#versions.set(key, (this.#versions.get(key) ?? 0) + 1);
    const entry = this.#entries.get(key);
    if (entry && isEmpty(entry)) this.#entries.delete(key);
  }

  /** @throws CommandError `WRONGTYPE` when the key holds another type. */
  get<T extends keyof Values>(key: string, type: T): Values[T] | undefined {
    const entry = this.#entry(key);
    if (!entry) return undefined;
    if (entry.type !== type) {
      throw new CommandError('WRONGTYPE Operation against a key holding the wrong kind of value');
    }
    return entry.value as Values[T];
  }

  /** The value, made and stored first if there is none. */
  getOrMake<T extends keyof Values>(key: string, type: T, make: () => Values[T]): Values[T] {
    const found = this.get(key, type);
    if (found !== undefined) return found;
    const value = make();
    // Not by `set`: that would drop it at once, as it is still empty.
    this.#entries.set(key, { type, value, expiresAt: undefined });
    return value;
  }

  /** Replaces whatever is there. @param expiresAt Milliseconds since the epoch. */
  set<T extends keyof Values>(key: string, type: T, value: Values[T], expiresAt?: number): void {
    this.#entries.set(key, { type, value, expiresAt });
    this.touch(key);
  }

  /** Changes a value but keeps the time it expires at. */
  replace(key: string, value: string): void {
    this.set(key, 'string', value, this.#entry(key)?.expiresAt);
  }

  /** Whether there was such a key. */
  delete(key: string): boolean {
    const had = this.#entry(key) !== undefined;
    if (had) this.touch(key);
    this.#entries.delete(key);
    return had;
  }

  /** As TYPE says it; `none` if there is no such key. */
  type(key: string): keyof Values | 'none' {
    const type = this.#entry(key)?.type ?? 'none';
    return type === 'distinct' ? 'string' : type;
  }

  /** Whether there is such a key. */
  has(key: string): boolean {
    return this.#entry(key) !== undefined;
  }

  /** A copy of a key's value and expiry under another name; whether there was such a key. */
  copy(from: string, to: string, target: Keyspace): boolean {
    const entry = this.#entry(from);
    if (!entry) return false;
    target.#entries.set(to, { ...entry, value: structuredCopy(entry.value) });
    target.touch(to);
    return true;
  }

  /** When it expires; null: never; undefined: no such key. */
  expiry(key: string): number | null | undefined {
    const entry = this.#entry(key);
    return entry && (entry.expiresAt ?? null);
  }

  /** Whether there is such a key. @param at Milliseconds since the epoch; undefined: never. */
  expire(key: string, at: number | undefined): boolean {
    const entry = this.#entry(key);
    if (!entry) return false;
    entry.expiresAt = at;
    this.touch(key);
    return true;
  }

  /** Every key that has not expired. */
  keys(): string[] {
    return [...this.#entries.keys()].filter((key) => this.#entry(key));
  }

  /** Moves a value, its expiry included. */
  rename(from: string, to: string): boolean {
    const entry = this.#entry(from);
    if (!entry) return false;
    this.#entries.delete(from);
    this.#entries.set(to, entry);
    this.touch(from);
    this.touch(to);
    return true;
  }

  clear(): void {
    for (const key of this.keys()) this.delete(key);
  }

  #entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.expiresAt !== undefined && entry.expiresAt <= Date.now()) {
      this.#entries.delete(key);
      this.touch(key);
      return undefined;
    }
    return entry;
  }
}

function isEmpty({ type, value }: Entry): boolean {
  if (typeof value === 'string' || type === 'stream' || type === 'distinct') return false;
  return Array.isArray(value) ? value.length === 0 : 'size' in value && value.size === 0;
}

function structuredCopy(value: Values[keyof Values]): Values[keyof Values] {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return [...value];
  if (value instanceof Set) return new Set(value);
  return 'copy' in value ? value.copy() : new Map(value);
}
