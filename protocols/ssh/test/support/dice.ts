// Chance that can be repeated, and what it does to bytes. FUZZ_ROUNDS makes the fuzzers run longer, FUZZ_SEED otherwise.
import { concat } from '@fairlead/bytes';
import { seededRandom } from '@fairlead/testkit';

/** How many inputs each fuzzer has. */
export const ROUNDS: number = Number(process.env.FUZZ_ROUNDS ?? 2_000);
/** Where chance begins. */
export const SEED: number = Number(process.env.FUZZ_SEED ?? 20_261_129);

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
    if (values.length === 0) throw new Error('nothing to pick from');
    return values[this.below(values.length)] as T;
  }

  /** Random bytes; a third of them are zeros, which make small lengths. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => (this.below(3) === 0 ? 0 : this.below(256)));
  }

  /** Some bytes changed, cut out, doubled or put in between; or nothing at all. */
  mutate(original: Uint8Array): Uint8Array {
    let mutant = original.slice();
    for (let times = this.below(4); times > 0; times--) {
      const at = this.below(mutant.length + 1);
      const to = Math.min(mutant.length, at + 1 + this.below(8));
      const [head, tail] = [mutant.subarray(0, at), mutant.subarray(to)];
      mutant = concat(
        this.pick([
          [head],
          [head, tail],
          [mutant.subarray(0, to), mutant.subarray(at)],
          [head, this.bytes(to - at), tail],
          [head, this.bytes(1 + this.below(4)), mutant.subarray(at)],
        ]),
      );
    }
    return mutant;
  }
}
