// Postgres's date and time output (DateStyle ISO) as ISO 8601 text. It never makes a Date, which holds neither
// microseconds nor infinity; what is in another style is left as it is.

/** Seconds stand in an offset only for local mean times of long ago; ISO 8601 has no such thing, but keeps the value. */
const ISO_OUTPUT = /^(\d{4,}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d{1,6})?)([+-]\d\d(?::\d\d){0,2})?)?( BC)?$/;

const DASH = 0x2d;
const SPACE = 0x20;

const TIME_WITH_ZONE = /^(\d\d:\d\d:\d\d(?:\.\d{1,6})?)([+-]\d\d(?::\d\d){0,2})$/;

/** What each IntervalStyle writes (manual, section 8.5.5); `iso_8601` is the form that is wanted. */
const INTERVALS = {
  postgres:
    /^(?:([+-]?\d+) years? ?)?(?:([+-]?\d+) mons? ?)?(?:([+-]?\d+) days? ?)?(?:([+-]?)(\d+):(\d\d):(\d\d(?:\.\d+)?))?$/,
  verbose:
    /^@(?: (-?\d+) years?)?(?: (-?\d+) mons?)?(?: (-?\d+) days?)?(?: (-?\d+) hours?)?(?: (-?\d+) mins?)?(?: (-?[\d.]+) secs?)?(?: 0)?( ago)?$/,
  standard: /^(?:([+-]?)(\d+)-(\d+) ?)?(?:(?:([+-]?)(\d+) )?([+-]?)(\d+):(\d\d):(\d\d(?:\.\d+)?))?0?$/,
} as const;

function offset(text: string): string {
  if (text === '+00') return 'Z';
  return text.length === 3 ? `${text}:00` : text;
}

/**
 * A `date`, `timestamp` or `timestamptz` as ISO 8601: `2024-02-29`, `2024-02-29T12:34:56.123456`,
 * `2024-02-29T12:34:56Z`, `...+05:30`. Years before 1 and after 9999 are what the server can read again, which ISO's
 * expanded form is not: `0044-03-15 BC`, `10000-01-01T00:00:00Z`. `infinity` and `-infinity` stay what they are.
 */
export function isoDateTime(text: string): string {
  // The common cases cost a look at few characters: four digits of a year and an ordinary end.
  if (text.charCodeAt(4) === DASH && text.charCodeAt(7) === DASH) {
    if (text.length === 10) return text;
    if (text.charCodeAt(10) === SPACE && text.endsWith('+00')) {
      return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`;
    }
  }
  const found = ISO_OUTPUT.exec(text);
  if (found === null) return text;
  const [, date, time, zone, bc = ''] = found;
  if (time === undefined) return text;
  return `${date}T${time}${zone === undefined ? '' : offset(zone)}${bc}`;
}

/** For parameters: a year in ISO's expanded form, of six or seven digits, or the year 0, as Postgres writes it. */
export function expandedYear(text: string): string {
  const found = /^([+-]\d{6,7}|0000)(-\d\d-\d\d.*)$/.exec(text);
  if (found === null) return text;
  const year = Number(found[1]);
  return year > 0 ? `${year}${found[2]}` : `${String(1 - year).padStart(4, '0')}${found[2]} BC`;
}

/** A `timetz` as ISO 8601: `12:34:56.5+02:00`, `12:34:56Z`. */
export function isoTimeWithZone(text: string): string {
  const found = TIME_WITH_ZONE.exec(text);
  return found === null ? text : `${found[1]}${offset(found[2] ?? '')}`;
}

/**
 * An `interval`, whatever the session's IntervalStyle, as an ISO 8601 duration: `P1Y2M3DT4H5M6.789S`, `PT0S`; negative
 * parts carry their own sign, as in Postgres's own `iso_8601` style.
 */
export function isoInterval(text: string): string {
  if (text === '') return text;
  let found = INTERVALS.postgres.exec(text);
  if (found !== null) {
    const [, years, months, days, sign, hours, minutes, seconds] = found;
    return duration([years, months, days], [hours, minutes, seconds], '', sign);
  }
  found = INTERVALS.verbose.exec(text);
  if (found !== null) {
    const [, years, months, days, hours, minutes, seconds, ago] = found;
    const sign = ago === undefined ? '' : '-';
    return duration([years, months, days], [hours, minutes, seconds], sign, sign);
  }
  found = INTERVALS.standard.exec(text);
  if (found === null) return text;
  const [, yearSign = '', years, months, daySign = '', days, timeSign, hours, minutes, seconds] = found;
  // One sign in front is for all, where no other part has its own.
  const date = [years && yearSign + years, months && yearSign + months, days && daySign + days];
  return duration(date, [hours, minutes, seconds], '', timeSign || daySign);
}

type Parts = readonly (string | undefined)[];

function duration(date: Parts, time: Parts, dateSign: string, timeSign = ''): string {
  const days = date.map((digits, i) => part(digits, 'YMD'[i], dateSign)).join('');
  const clock = time.map((digits, i) => part(digits, 'HMS'[i], timeSign)).join('');
  if (days === '' && clock === '') return 'PT0S';
  return `P${days}${clock === '' ? '' : `T${clock}`}`;
}

/** A number without leading zeros, and without zeros at the end of its fraction; empty for zero. */
function part(digits: string | undefined, unit = '', sign = ''): string {
  if (digits === undefined || Number(digits) === 0) return '';
  const minus = (sign === '-') !== digits.startsWith('-') ? '-' : '';
  const plain = digits.replace(/^[+-]?0*(?=\d)/, '');
  return `${minus}${plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain}${unit}`;
}
