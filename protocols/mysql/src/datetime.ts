// Dates and times: the server's two renderings to one text. It knows no time zone and makes no `Date`.
import { type Cursor, malformed } from './cursor.ts';

const MAX_FRACTION_DIGITS = 6;

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

/** Microseconds with as many digits as the column has; with all six where that is unknown and they say something. */
function fraction(micros: number, decimals: number): string {
  const digits = decimals <= MAX_FRACTION_DIGITS ? decimals : micros === 0 ? 0 : MAX_FRACTION_DIGITS;
  return digits === 0 ? '' : `.${pad(micros, MAX_FRACTION_DIGITS).slice(0, digits)}`;
}

/**
 * A DATETIME or TIMESTAMP as ISO 8601. What no calendar has, such as `0000-00-00 00:00:00`, stays the server's text.
 * @param text `YYYY-MM-DD hh:mm:ss[.ffffff]`, as the text protocol has it.
 * @param zone `Z`, or nothing.
 */
export function isoFromText(text: string, zone: string): string {
  const noSuchDay = text.startsWith('00', 5) || text.startsWith('00', 8);
  return noSuchDay ? text : `${text.slice(0, 10)}T${text.slice(11)}${zone}`;
}

/** A DATE from the binary protocol. */
export function readDate(cursor: Cursor): string {
  const length = cursor.uint8();
  const end = cursor.take(length) + length;
  if (length === 0) return '0000-00-00';
  if (length < 4) throw malformed('a date is too short');
  cursor.at = end - length;
  const text = dateText(cursor);
  cursor.at = end;
  return text;
}

function dateText(cursor: Cursor): string {
  const year = cursor.uint16();
  const month = cursor.uint8();
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(cursor.uint8(), 2)}`;
}

function clockText(cursor: Cursor): string {
  const hours = cursor.uint8();
  const minutes = cursor.uint8();
  return `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(cursor.uint8(), 2)}`;
}

/** A DATETIME or TIMESTAMP from the binary protocol, which leaves out parts that are zero. */
export function readDateTime(cursor: Cursor, decimals: number, zone: string): string {
  const length = cursor.uint8();
  if (length !== 0 && length !== 4 && length !== 7 && length !== 11)
    throw malformed('a datetime has no such length');
  const day = length === 0 ? '0000-00-00' : dateText(cursor);
  const clock = length >= 7 ? clockText(cursor) : '00:00:00';
  const micros = length === 11 ? cursor.uint32() : 0;
  return isoFromText(`${day} ${clock}${fraction(micros, decimals)}`, zone);
}

/** A TIME from the binary protocol, as the text protocol has it: `-838:59:59.000000`. */
export function readTime(cursor: Cursor, decimals: number): string {
  const length = cursor.uint8();
  if (length !== 0 && length !== 8 && length !== 12) throw malformed('a time has no such length');
  if (length === 0) return `00:00:00${fraction(0, decimals)}`;
  const sign = cursor.uint8() === 0 ? '' : '-';
  const days = cursor.uint32();
  const hours = days * 24 + cursor.uint8();
  const minutes = cursor.uint8();
  const seconds = cursor.uint8();
  const micros = length === 12 ? cursor.uint32() : 0;
  return `${sign}${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}${fraction(micros, decimals)}`;
}
