// Dates and times from the binary format: the same texts as from the text format, in UTC.

import { isoInterval } from '../values/text/datetime.ts';
import { malformed } from '../values/text/malformed.ts';
import type { BinaryDecoder, Cursor } from './cursor.ts';

const DAY_US = 86_400_000_000n;
const MAX_64 = 2n ** 63n - 1n;
const MAX_32 = 2 ** 31 - 1;

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/**
 * Days from 2000-01-01, and what stands behind the day. The Gregorian calendar repeats after 400 years; the year 0 is
 * 1 BC.
 */
function isoDate(days: number, time = ''): string {
  const cycles = Math.floor(days / 146_097);
  const text = new Date((days - cycles * 146_097 + 10_957) * 86_400_000).toISOString();
  const year = Number(text.slice(0, 4)) + cycles * 400;
  return `${pad(year > 0 ? year : 1 - year, 4)}${text.slice(4, 10)}${time}${year > 0 ? '' : ' BC'}`;
}

function isoTime(us: bigint): string {
  const seconds = Number(us / 1_000_000n);
  const fraction = Number(us % 1_000_000n);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) =>
    pad(part),
  );
  return clock.join(':') + (fraction === 0 ? '' : `.${pad(fraction, 6).replace(/0+$/, '')}`);
}

const infinite = (value: bigint | number, max: bigint | number): string | undefined =>
  value === max ? 'infinity' : value === ~max ? '-infinity' : undefined;

/** A date, in ISO's form. */
export function date(cursor: Cursor): string {
  const days = cursor.i32();
  return infinite(days, MAX_32) ?? isoDate(days);
}

/** @param zone Stands behind the time. */
export function dateTime(zone: string): BinaryDecoder {
  return (cursor) => {
    const us = cursor.i64();
    const time = ((us % DAY_US) + DAY_US) % DAY_US;
    return infinite(us, MAX_64) ?? isoDate(Number((us - time) / DAY_US), `T${isoTime(time)}${zone}`);
  };
}

/** A time without a zone. @throws FairleadError `protocol` for one that is none. */
export function time(cursor: Cursor): string {
  const us = cursor.i64();
  if (us < 0n || us > DAY_US) throw malformed('time');
  return isoTime(us);
}

/** A time, and how many seconds west of UTC it is meant. */
export function timeWithZone(cursor: Cursor): string {
  const clock = time(cursor);
  const west = cursor.i32();
  if (west === 0) return `${clock}Z`;
  const offset = isoTime(BigInt(Math.abs(west)) * 1_000_000n).replace(/:00$/, '');
  return `${clock}${west < 0 ? '+' : '-'}${offset}`;
}

/** An interval, as an ISO 8601 duration. */
export function interval(cursor: Cursor): string {
  const us = cursor.i64();
  const days = cursor.i32();
  const months = cursor.i32();
  const clock = `${us < 0n ? '-' : ''}${isoTime(us < 0n ? -us : us)}`;
  return (
    (Math.abs(months) < MAX_32 ? undefined : infinite(us, MAX_64)) ??
    isoInterval(`${Math.trunc(months / 12)} years ${months % 12} mons ${days} days ${clock}`)
  );
}
