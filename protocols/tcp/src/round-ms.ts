// Rounds measured times. It measures none.

/** To hundredths of a millisecond: no runtime's clock is finer. */
export function roundMs(ms: number): number {
  return Math.round(ms * 100) / 100;
}
