// An option that takes one value or a list of them.

/** The values as a list. */
export function oneOrMany<T>(given: T | readonly T[]): readonly T[] {
  return Array.isArray(given) ? (given as readonly T[]) : [given as T];
}
