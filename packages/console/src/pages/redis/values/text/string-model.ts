// The loaded beginning of a string.
import { type Signal, signal } from '@preact/signals';
import { Work } from '../../../../browser/async.ts';
import type { Argument } from '../../wire/argument.ts';
import type { Redis } from '../../wire/redis.ts';
import { numberIn, unlessError } from '../../wire/reply.ts';

const FIRST_BYTES = 65_536;
const MORE_BYTES = 1_048_576;

/** What is loaded. */
export interface LoadedString {
  readonly bytes: Uint8Array;
  /** Of the whole value; undefined before the server has said it. */
  readonly length: number | undefined;
  readonly isWhole: boolean;
}

/** Loads portions by GETRANGE. */
export class StringModel {
  readonly work = new Work();
  readonly loaded: Signal<LoadedString> = signal({
    bytes: new Uint8Array(),
    length: undefined,
    isWhole: false,
  });
  readonly #redis: Redis;
  readonly #key: Argument;

  constructor(redis: Redis, key: Argument) {
    this.#redis = redis;
    this.#key = key;
  }

  /** Brings the next portion. */
  async more(): Promise<void> {
    await this.work.run(async (signal) => {
      const { bytes } = this.loaded.peek();
      const last = bytes.length + (bytes.length === 0 ? FIRST_BYTES : MORE_BYTES) - 1;
      const [length, part] = await this.#redis.askAll(
        [
          ['STRLEN', this.#key],
          ['GETRANGE', this.#key, String(bytes.length), String(last)],
        ],
        { signal },
      );
      if (part === undefined || signal.aborted) return;
      unlessError(part);
      const more = part.type === 'bulk' ? part.bytes : new Uint8Array();
      const joined = new Uint8Array(bytes.length + more.length);
      joined.set(bytes);
      joined.set(more, bytes.length);
      const whole = numberIn(length);
      this.loaded.value = { bytes: joined, length: whole, isWhole: joined.length >= whole };
    });
  }
}
