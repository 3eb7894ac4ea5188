// Counters that only grow, as rates over time. Pure.

/** One reading of counters, by name. */
export interface Reading {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly counts: readonly number[];
}

/** Older readings are forgotten. */
export const MAX_READINGS = 180;

/** With a further reading. */
export function withReading(readings: readonly Reading[], reading: Reading): readonly Reading[] {
  return [...readings, reading].slice(-MAX_READINGS);
}

/**
 * The rates between readings, a second: the chart's data. A counter that has fallen was begun anew, and leaves a gap.
 * @param counters How many there are.
 */
export function ratesOf(
  readings: readonly Reading[],
  counters: number,
): { readonly x: readonly number[]; readonly values: readonly (readonly (number | null)[])[] } {
  const pairs = readings.slice(1).map((after, i) => [readings[i] ?? after, after] as const);
  return {
    x: pairs.map(([, { at }]) => at),
    values: Array.from({ length: counters }, (_, i) =>
      pairs.map(([before, after]) => {
        const seconds = after.at - before.at;
        const grown = (after.counts[i] ?? 0) - (before.counts[i] ?? 0);
        return seconds <= 0 || grown < 0 ? null : grown / seconds;
      }),
    ),
  };
}

/** The last of a line's values; undefined where there is none. */
export function lastOf(values: readonly (number | null)[] | undefined): number | undefined {
  return values?.at(-1) ?? undefined;
}
