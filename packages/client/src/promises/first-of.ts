// The first of two ends of one piece of work.

/**
 * Settles as the first of `work` and `end` does. Both are awaited, so neither rejection is left unhandled.
 * @param end What else may end the work, for instance its time limit: a promise of this one piece of work. A promise that
 *   lives longer would keep something of each race.
 */
export function firstOf<T, E>(work: PromiseLike<T>, end: PromiseLike<E>): Promise<T | E> {
  return Promise.race([work, end]);
}
