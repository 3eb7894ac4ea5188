// Ranges as values: what lies between two bounds. It compares nothing.

/** Which bounds belong to a range: `[` and `]` do, `(` and `)` do not. */
export type RangeBounds = '[]' | '[)' | '(]' | '()';

/**
 * A range that is not empty; an empty one is the text `empty`. A class, so that no JSON is taken for a range.
 * @example
 * ```ts
 * import { Range } from '@fairlead/postgres';
 *
 * await db.query('select * from bookings where days && $1', [new Range('2026-11-01', '2026-12-01')]);
 * ```
 */
export class Range<T = unknown> {
  /** `null` where the range has no lower bound; `-infinity` of a date is a bound like any other. */
  readonly lower: T | null;
  /** `null` where the range has no upper bound. */
  readonly upper: T | null;
  readonly bounds: RangeBounds;

  /** @param bounds Default `[)`. */
  constructor(lower: T | null, upper: T | null, bounds: RangeBounds = '[)') {
    this.lower = lower;
    this.upper = upper;
    this.bounds = bounds;
  }
}
