// Dates and times from callers: checked against the calendar, and in a form that both databases read. Pure.

const DATE = /^\d{4}-\d\d-\d\d$/;
/** ISO 8601, with a space for the T where one likes; seconds, their fraction and the offset may be left out. */
const DATETIME =
  /^(\d{4}-\d\d-\d\d)[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d{1,6})?)?(Z|[+-](?:0\d|1[0-5]):[0-5]\d)?$/i;

/** The date, if there is such a day from year 1 to 9999. */
export function readDate(text: string): string | undefined {
  if (!DATE.test(text) || text.startsWith('0000')) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  // JavaScript takes the 30th of February for a day in March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}

/**
 * The date and time: as they are where they have no offset, else in UTC.
 * @param utcSuffix Stands behind the latter.
 */
export function readDatetime(text: string, utcSuffix: string): string | undefined {
  const found = DATETIME.exec(text);
  const [, day = '', hour, minute, second = '00', fraction = '', offset] = found ?? [];
  if (found === null || readDate(day) === undefined) return undefined;
  const local = `${day}T${hour}:${minute}:${second}`;
  if (offset === undefined) return local + fraction;
  const instant = new Date(`${local}${offset.toUpperCase()}`).toISOString();
  // An offset can lead out of the years that both databases know.
  return /^(?!0000)\d{4}-/.test(instant) ? instant.slice(0, 19) + fraction + utcSuffix : undefined;
}
