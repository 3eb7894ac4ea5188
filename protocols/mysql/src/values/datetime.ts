// Decodes dates and times of both protocols to the same text. It knows no time zone and makes no `Date`.
import { malformed, type PacketReader } from '../wire/packet-reader.ts';

const MAX_FRACTION_DIGITS = 6;
const ZERO = 0x30;
const DASH = 0x2d;
const COLON = 0x3a;
const SPACE = 0x20;
const LETTER_T = 0x54;

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

/** Microseconds with the column's number of digits; where that is unknown, six digits, or none for 0. */
function fraction(micros: number, decimals: number): string {
  const digits = decimals <= MAX_FRACTION_DIGITS ? decimals : micros === 0 ? 0 : MAX_FRACTION_DIGITS;
  return digits === 0 ? '' : `.${pad(micros, MAX_FRACTION_DIGITS).slice(0, digits)}`;
}

/**
 * A DATETIME or TIMESTAMP as ISO 8601. A date that no calendar has, such as `0000-00-00 00:00:00`, stays the server's text.
 * @param text `YYYY-MM-DD hh:mm:ss[.ffffff]`, as the text protocol has it.
 */
export function isoFromText(text: string): string {
  const noSuchDay = text.startsWith('00', 5) || text.startsWith('00', 8);
  return noSuchDay ? text : `${text.slice(0, 10)}T${text.slice(11)}`;
}

/** A DATE from the binary protocol. */
export function readDate(reader: PacketReader): string {
  const length = reader.uint8();
  const end = reader.take(length) + length;
  if (length === 0) return '0000-00-00';
  if (length < 4) throw malformed('a date is too short');
  reader.at = end - length;
  const text = dateText(reader);
  reader.at = end;
  return text;
}

/** A number's two digits as characters. */
const tens = (value: number): number => ZERO + Math.trunc(value / 10);
const ones = (value: number): number => ZERO + (value % 10);

/** Reads a year, month and day of the binary protocol, and checks that they have no more than 4, 2 and 2 digits. */
function readDay(reader: PacketReader): {
  readonly century: number;
  year: number;
  month: number;
  day: number;
} {
  const year = reader.uint16();
  const month = reader.uint8();
  const day = reader.uint8();
  if (year > 9999 || month > 12 || day > 31) throw malformed('a date has no such day');
  return { century: Math.trunc(year / 100), year: year % 100, month, day };
}

function dateText(reader: PacketReader): string {
  const { century, year, month, day } = readDay(reader);
  // biome-ignore format: the date's parts on one line, the time's on another
  return String.fromCharCode(
    tens(century), ones(century), tens(year), ones(year), DASH, tens(month), ones(month), DASH, tens(day), ones(day),
  );
}

/**
 * A DATETIME or TIMESTAMP from the binary protocol, which leaves out parts that are zero. The text is made in one
 * step, since joining pieces takes five times as long.
 */
export function readDateTime(reader: PacketReader, decimals: number): string {
  const length = reader.uint8();
  if (length === 0) return `0000-00-00 00:00:00${fraction(0, decimals)}`;
  if (length !== 4 && length !== 7 && length !== 11) throw malformed('a datetime has no such length');
  const { century, year, month, day } = readDay(reader);
  const hours = length >= 7 ? reader.uint8() : 0;
  const minutes = length >= 7 ? reader.uint8() : 0;
  const seconds = length >= 7 ? reader.uint8() : 0;
  if (hours > 99 || minutes > 99 || seconds > 99) throw malformed('a datetime has no such time');
  const noSuchDay = month === 0 || day === 0;
  // biome-ignore format: the date's parts on one line, the time's on another
  const text = String.fromCharCode(
    tens(century), ones(century), tens(year), ones(year), DASH, tens(month), ones(month), DASH, tens(day), ones(day),
    noSuchDay ? SPACE : LETTER_T,
    tens(hours), ones(hours), COLON, tens(minutes), ones(minutes), COLON, tens(seconds), ones(seconds),
  );
  const micros = length === 11 ? reader.uint32() : 0;
  const end = fraction(micros, decimals);
  return end === '' ? text : text + end;
}

/** A TIME from the binary protocol, in the text protocol's form: `-838:59:59.000000`. */
export function readTime(reader: PacketReader, decimals: number): string {
  const length = reader.uint8();
  if (length !== 0 && length !== 8 && length !== 12) throw malformed('a time has no such length');
  if (length === 0) return `00:00:00${fraction(0, decimals)}`;
  const sign = reader.uint8() === 0 ? '' : '-';
  const days = reader.uint32();
  const hours = days * 24 + reader.uint8();
  const minutes = reader.uint8();
  const seconds = reader.uint8();
  const micros = length === 12 ? reader.uint32() : 0;
  return `${sign}${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}${fraction(micros, decimals)}`;
}
