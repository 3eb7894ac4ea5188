// Postgres's date and time output (DateStyle ISO) as ISO 8601 text. It never makes a Date, which holds neither
// microseconds nor infinity; what is in another style is left as it is.

/** Seconds stand in an offset only for local mean times of long ago; ISO 8601 has no such thing, but keeps the value. */
const ISO_OUTPUT =
  /^(\d{4,})-(\d\d)-(\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d{1,6})?)([+-]\d\d(?::\d\d){0,2})?)?( BC)?$/;

const DASH = 0x2d;
const SPACE = 0x20;

const TIME_WITH_ZONE = /^(\d\d:\d\d:\d\d(?:\.\d{1,6})?)([+-]\d\d(?::\d\d){0,2})$/;

const VERBOSE_INTERVAL =
  /^(?:([+-]?\d+) years? ?)?(?:([+-]?\d+) mons? ?)?(?:([+-]?\d+) days? ?)?(?:([+-]?)(\d+):(\d\d):(\d\d)(\.\d{1,6})?)?$/;

function offset(text: string): string {
  if (text === '+00') return 'Z';
  return text.length === 3 ? `${text}:00` : text;
}

/**
 * A `date`, `timestamp` or `timestamptz` as ISO 8601: `2024-02-29`, `2024-02-29T12:34:56.123456`,
 * `2024-02-29T12:34:56Z`, `...+05:30`. Years before 1 and after 9999 in ISO's expanded form: `-000043-03-15`
 * (44 BC), `+010000-01-01`. `infinity` and `-infinity` stay what they are.
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
  const [, year = '', month, day, time, zone, bc] = found;
  const date = `${isoYear(bc === undefined ? Number(year) : 1 - Number(year))}-${month}-${day}`;
  if (time === undefined) return date;
  return `${date}T${time}${zone === undefined ? '' : offset(zone)}`;
}

/** A year of the astronomers' count: 1 BC is the year 0. Four digits, or six and a sign. */
export function isoYear(year: number): string {
  if (year >= 0 && year < 10_000) return String(year).padStart(4, '0');
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`;
}

/** The reverse for parameters: a year in ISO's expanded form, or the year 0, as Postgres writes it. */
export function expandedYear(text: string): string {
  const found = /^([+-]\d{6}|0000)(-\d\d-\d\d.*)$/.exec(text);
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
 * An `interval` as an ISO 8601 duration: `P1Y2M3DT4H5M6.789S`, `PT0S`; negative parts carry their own sign, as in
 * Postgres's own `iso_8601` style.
 */
export function isoInterval(text: string): string {
  const found = VERBOSE_INTERVAL.exec(text);
  if (found === null || text === '') return text;
  const [, years, months, days, sign = '', hours, minutes, seconds, fraction = ''] = found;
  const date = part(years, 'Y') + part(months, 'M') + part(days, 'D');
  const minus = sign === '-' ? '-' : '';
  const second = `${Number(seconds ?? '0')}${fraction.replace(/\.?0+$/, '')}`;
  const time =
    part(hours, 'H', minus) + part(minutes, 'M', minus) + (second === '0' ? '' : `${minus}${second}S`);
  if (date === '' && time === '') return 'PT0S';
  return `P${date}${time === '' ? '' : `T${time}`}`;
}

function part(digits: string | undefined, unit: string, minus = ''): string {
  if (digits === undefined || Number(digits) === 0) return '';
  return `${minus}${digits.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1')}${unit}`;
}
