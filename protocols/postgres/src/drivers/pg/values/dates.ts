// Dates and timestamps as `pg` has them: `Date`s, those without a zone in the process's local time. They are read to the
// millisecond.

const DATE_TIME =
  /^(\d+)-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(\.\d+)?([+-]\d\d(?::?\d\d)?(?::?\d\d)?)?)?( BC)?$/;

/** The zone's offset in milliseconds. */
function offsetMs(zone: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = (zone.slice(1).match(/\d\d/g) ?? []).map(Number);
  return (zone.startsWith('-') ? -1000 : 1000) * (hours * 3600 + minutes * 60 + seconds);
}

/** Reads `2024-02-29`, `2024-02-29 12:34:56.789+01`, `infinity` (a number). @returns Null for any other text. */
export function parseDate(text: string): Date | number | null {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  const found = DATE_TIME.exec(text);
  if (found === null) return null;
  const [, years, month, day, hours = 0, minutes = 0, seconds = 0, fraction = 0, zone, bc] = found;
  const year = bc === undefined ? Number(years) : 1 - Number(years);
  const rest = [Number(hours), Number(minutes), Number(seconds), 1000 * Number(fraction)] as const;
  const date = new Date(0);
  if (zone === undefined) {
    // Not the constructor, for which the years 0 to 99 are 1900 to 1999.
    date.setFullYear(year, Number(month) - 1, Number(day));
    date.setHours(...rest);
    return date;
  }
  date.setUTCFullYear(year, Number(month) - 1, Number(day));
  date.setUTCHours(...rest);
  date.setTime(date.getTime() - offsetMs(zone));
  return date;
}

function padded(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}

/** The offset as a parameter has it: `+01:00`, before zones had whole minutes `+05:53:28`. */
function zoneOf(secondsEast: number): string {
  const seconds = Math.abs(secondsEast);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (parts[2] === 0) parts.pop();
  return `${secondsEast < 0 ? '-' : '+'}${parts.map((part) => padded(part)).join(':')}`;
}

/** The moment whose UTC fields are the local fields of `date`. */
function localFields(date: Date): Date {
  const local = new Date(0);
  local.setUTCFullYear(date.getFullYear(), date.getMonth(), date.getDate());
  local.setUTCHours(date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds());
  return local;
}

/** Writes a `Date` as a parameter: the local time with its offset, or UTC. */
export function formatDate(date: Date, utc: boolean): string {
  const local = utc ? date : localFields(date);
  const year = local.getUTCFullYear();
  const day = [
    padded(year < 1 ? 1 - year : year, 4),
    padded(local.getUTCMonth() + 1),
    padded(local.getUTCDate()),
  ];
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map((part) =>
    padded(part),
  );
  const millis = padded(local.getUTCMilliseconds(), 3);
  const zone = zoneOf((local.getTime() - date.getTime()) / 1000);
  return `${day.join('-')}T${time.join(':')}.${millis}${zone}${year < 1 ? ' BC' : ''}`;
}
