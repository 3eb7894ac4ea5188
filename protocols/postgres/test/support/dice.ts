// Chance that can be repeated, and what it does to bytes. FUZZ_ROUNDS makes the fuzzers run longer, FUZZ_SEED otherwise.
import { seededRandom } from '@fairlead/testkit';
import { bytes } from './backend.ts';

/** How many inputs each fuzzer has. */
export const ROUNDS: number = Number(process.env.FUZZ_ROUNDS ?? 5000);
/** Where chance begins. */
export const SEED: number = Number(process.env.FUZZ_SEED ?? 20_261_121);

/** Repeatable chance. */
export class Dice {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  /** One of them. */
  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  /** Random bytes; a third of them are zeros, which end texts and make small lengths. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => (this.below(3) === 0 ? 0 : this.below(256)));
  }

  /** Some bytes changed, cut out, doubled or put in between; or nothing at all. */
  mutate(original: Uint8Array): Uint8Array {
    let mutant: Uint8Array = original.slice();
    for (let times = this.below(4); times > 0; times--) {
      const at = this.below(mutant.length + 1);
      const to = Math.min(mutant.length, at + 1 + this.below(8));
      mutant = this.pick([
        () => bytes(mutant.subarray(0, at)),
        () => bytes(mutant.subarray(0, at), mutant.subarray(to)),
        () => bytes(mutant.subarray(0, to), mutant.subarray(at)),
        () => bytes(mutant.subarray(0, at), this.bytes(to - at), mutant.subarray(to)),
        () => bytes(mutant.subarray(0, at), this.bytes(1 + this.below(4)), mutant.subarray(at)),
      ])();
    }
    return mutant;
  }

  /** Cut into pieces of up to `most` bytes. */
  *pieces(whole: Uint8Array, most: number): Generator<Uint8Array> {
    for (let at = 0; at < whole.length; ) {
      const to = at + 1 + this.below(most);
      yield whole.slice(at, to);
      at = to;
    }
  }
}
