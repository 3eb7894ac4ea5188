// Decoders to choose in place of the default ones: `types: { timestamptz: asDate, int8: asBigInt }`. What they lose is in
// their doc comments.

import type { TypeDecoder } from './registry.ts';
import { isoDateTime } from './text/datetime.ts';

/**
 * For `timestamptz`, `timestamp` (taken as UTC) and `date`: a `Date`, to the millisecond. A value that no `Date` can hold,
 * such as `infinity`, stays text.
 * @example
 * ```ts
 * import { asDate, connect } from '@fairlead/postgres';
 *
 * await using client = await connect(env.DATABASE_URL, { types: { timestamptz: asDate } });
 * ```
 */
export const asDate: TypeDecoder = {
  text: (text) => {
    const iso = isoDateTime(text);
    const date = new Date(forDate(/T[\d:.]+( BC)?$/.test(iso) ? `${iso}Z` : iso));
    return Number.isNaN(date.getTime()) ? iso : date;
  },
};

/** Years before 1 and after 9999 in the only form that `Date` takes, ISO's expanded one. */
function forDate(iso: string): string {
  const found = /^(\d+)(-\d\d-\d\d[^ ]*)( BC)?(Z?)$/.exec(iso);
  if (found === null || (found[1]?.length === 4 && found[3] === undefined)) return iso;
  const year = found[3] === undefined ? Number(found[1]) : 1 - Number(found[1]);
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}${found[2]}${found[4]}`;
}

/**
 * For `int8`, and for `numeric` without fractions: a `bigint`.
 * @example
 * ```ts
 * import { asBigInt, connect } from '@fairlead/postgres';
 *
 * await using client = await connect(env.DATABASE_URL, { types: { int8: asBigInt } });
 * ```
 */
export const asBigInt: TypeDecoder = { text: BigInt };

/**
 * For `int8` and `numeric`: a `number`, rounded to what it can hold.
 * @example
 * ```ts
 * import { asNumber, connect } from '@fairlead/postgres';
 *
 * await using client = await connect(env.DATABASE_URL, { types: { int8: asNumber, numeric: asNumber } });
 * ```
 */
export const asNumber: TypeDecoder = { text: Number };

/**
 * For any type: the server's text.
 * @example
 * ```ts
 * import { asText, connect } from '@fairlead/postgres';
 *
 * await using client = await connect(env.DATABASE_URL, { types: { interval: asText } });
 * ```
 */
export const asText: TypeDecoder = { text: String };
