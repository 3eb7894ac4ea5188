// What a person asks for in a row: one after the other, none of which ends the one before.
import type { Work } from '../../browser/async.ts';

/** Deeds in their order. A stop ends the one that runs; the next one begins. */
export class Deeds {
  readonly #work: Work;
  #turn: Promise<unknown> = Promise.resolve();
  #isOver = false;

  /** @param work Shows the state and the failure of the one that runs, or has run last. */
  constructor(work: Work) {
    this.#work = work;
  }

  /** Does it when those before have come to their end. */
  do(deed: (signal: AbortSignal) => Promise<unknown>): void {
    this.#turn = this.#turn.then(() => (this.#isOver ? undefined : this.#work.run(deed)));
  }

  /** Those that wait are not begun any more. */
  end(): void {
    this.#isOver = true;
  }
}
