// Figures of many measurements.

/** The middle one. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a part of all lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
