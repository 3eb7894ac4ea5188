// When something ends: `90d` from now, or a date. Pure: the present is an argument.
import { usageError } from '../errors.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/;
/** ISO 8601 has years of four digits. */
const LATEST_MS = Date.UTC(9999, 11, 31);

/**
 * The moment that `text` means.
 * @param text `30m`, `12h`, `90d`, `2w`, `2027-01-31` (its beginning in UTC) or `2027-01-31T12:00:00Z`.
 * @param now In milliseconds since the epoch.
 * @returns In the form `2027-01-31T00:00:00Z`.
 * @throws CommandError 2 where it is none of them, or is past.
 */
export function momentOf(text: string, now: number): string {
  const [, number, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const at = unit === undefined ? dateOf(text) : now + Number(number) * (UNITS_MS[unit] ?? 0);
  if (Number.isNaN(at) || at > LATEST_MS) {
    throw usageError(`"${text}" is neither a time from now nor a date.`, 'Write 12h, 90d, 2w or 2027-01-31.');
  }
  if (at <= now) throw usageError(`"${text}" is no time to come.`, 'Write 12h, 90d, 2w or a later date.');
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

function dateOf(text: string): number {
  const at = DATE.test(text) ? Date.parse(text) : Number.NaN;
  // The parser takes the 31st of February for the 3rd of March.
  const isReal = !Number.isNaN(at) && !Number.isNaN(Date.parse(`${text.slice(0, 10)}T00:00:00Z`));
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return isReal && day.toISOString().startsWith(text.slice(0, 10)) ? at : Number.NaN;
}
