// Which parameters mean the same to a statement that was prepared before its tables changed. The server determines the types
// of parameters when it prepares, and keeps them: a column that has become a timestamptz would still get a timestamp, whose
// time zone is lost.
import type { WireValue } from '../wire/messages.ts';

const WHOLE = /^(?:0|-?[1-9]\d*)$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const WHOLE_ARRAY = /^[-\d,{}"]*$/;

const whole = (text: string): boolean => WHOLE.test(text);
const wholeOf = (digits: number) => (text: string) => text.length <= digits && WHOLE.test(text);
const wholeArray = (text: string): boolean => WHOLE_ARRAY.test(text);
const any = (): boolean => true;

/**
 * Types, by their OIDs, and the texts of theirs that the server turns into any other type as it would have read them
 * for that type at first. Fractions are not among them (a numeric 1.5 becomes the integer 2, where the text is
 * refused), and neither are dates and times, JSON, and types that the database defines.
 */
const REUSABLE: ReadonlyMap<number, (text: string) => boolean> = new Map([
  [16, (text: string): boolean => text === 'true' || text === 'false'],
  ...[20, 21, 23, 26, 1700].map((oid) => [oid, whole] as const),
  // As many digits as floating point keeps.
  [700, wholeOf(6)],
  [701, wholeOf(15)],
  ...[25, 1043, 1009, 1015].map((oid) => [oid, any] as const),
  ...[1005, 1007, 1016].map((oid) => [oid, wholeArray] as const),
  [2950, (text: string): boolean => UUID.test(text)],
]);

/**
 * Whether a prepared statement takes these values as the same text, prepared now, would.
 * @param types The parameters' types, as the server has determined them.
 * @param given The types that the caller named, 0 where the server decided; empty where it decided all. A type
 *   that the caller named stays.
 */
export function areReusable(
  values: readonly WireValue[],
  types: readonly number[],
  given: readonly number[],
): boolean {
  if (types.length !== values.length) return false;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? null;
    if (value === null || (given[i] ?? 0) !== 0) continue;
    if (typeof value !== 'string' || !REUSABLE.get(types[i] ?? 0)?.(value)) return false;
  }
  return true;
}
