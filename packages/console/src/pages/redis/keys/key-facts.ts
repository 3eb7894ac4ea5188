// Type and expiry of the keys that are seen, asked for together.
import { type Signal, signal } from '@preact/signals';
import { type Argument, idOf } from '../wire/argument.ts';
import type { Redis } from '../wire/redis.ts';
import { numberIn, type Reply, textIn } from '../wire/reply.ts';

/** Keys that are asked for at once. */
const BATCH = 100;
/** So long others are waited for. */
const GATHER_MS = 40;

/** What the list says of a key. */
export interface KeyFacts {
  /** As TYPE says it; `none` where the key is gone. */
  readonly type: string;
  /** Milliseconds since the epoch by this machine's clock; undefined where it stays. */
  readonly expiresAt: number | undefined;
}

/** When a key expires, of what PTTL says. */
export function expiryOf(pttl: Reply | undefined, now: number): number | undefined {
  const left = numberIn(pttl);
  return left > 0 ? now + left : undefined;
}

/** The facts of the keys of one tab. */
export class KeyFactsCache {
  readonly version: Signal<number> = signal(0);
  readonly #redis: Redis;
  readonly #known = new Map<string, KeyFacts>();
  #wanted = new Map<string, Argument>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** What is known of a key; what is not is asked for, and `version` tells when it is there. */
  of(key: Argument): KeyFacts | undefined {
    const id = idOf(key);
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    this.#wanted.set(id, key);
    this.#timer ??= setTimeout(() => void this.#load(), GATHER_MS);
    return undefined;
  }

  /** Asks anew when the key is seen next. */
  forget(key: Argument): void {
    this.#known.delete(idOf(key));
    this.version.value++;
  }

  /** Forgets all. */
  clear(): void {
    this.#known.clear();
    this.version.value++;
  }

  async #load(): Promise<void> {
    const asked = [...this.#wanted].slice(-BATCH);
    this.#wanted = new Map();
    try {
      const replies = await this.#redis.askAll(
        asked.flatMap(([, key]) => [
          ['TYPE', key],
          ['PTTL', key],
        ]),
      );
      const now = Date.now();
      for (const [i, [id]] of asked.entries())
        this.#known.set(id, { type: typeIn(replies[2 * i]), expiresAt: expiryOf(replies[2 * i + 1], now) });
    } catch {
      // The badges stay empty: the page says of its own calls what fails.
      for (const [id] of asked) this.#known.set(id, { type: '', expiresAt: undefined });
    }
    this.#timer = undefined;
    this.version.value++;
  }
}

function typeIn(reply: Reply | undefined): string {
  return reply === undefined || reply.type === 'error' ? '' : textIn(reply);
}
