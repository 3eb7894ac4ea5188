// How many rows there are, and of which a sort or a filter speaks, in words.
import { formatCount, plural } from '../../../browser/format.ts';
import type { RowsState } from '../rows/row-store.ts';

/** What there is to say. */
export interface RowCounts {
  /** Rows that are seen. */
  readonly seen: number;
  /** Rows that are loaded; where they are sorted or filtered, those that were looked through. */
  readonly loaded: number;
  readonly state: RowsState;
  readonly isFiltered: boolean;
  readonly isSorted: boolean;
}

/** `1,000 rows`, `37 of 1,000 rows`, `37 of the 1,000 rows loaded; the result has more`. */
export function rowsInWords(counts: RowCounts): string {
  const { seen, loaded, state, isFiltered, isSorted } = counts;
  const isWhole = state === 'whole' || state === 'empty';
  const of = isWhole ? plural(loaded, 'row') : `the ${plural(loaded, 'row')} loaded`;
  const first = isFiltered
    ? `${formatCount(seen)} of ${of}`
    : `${plural(loaded, 'row')}${isWhole ? '' : ' loaded'}`;
  if (isWhole) return first;
  const more = state === 'loading' ? 'more are coming' : 'the result has more';
  return `${first}; ${more}${isSorted ? ', sorted is what is loaded' : ''}`;
}
