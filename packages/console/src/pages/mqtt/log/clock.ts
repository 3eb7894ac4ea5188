// The time of day of a message.

/** Hours to milliseconds, in the person's time zone: `14:03:22.051`. @param ms Since the epoch. */
export function clockOf(ms: number): string {
  const date = new Date(ms);
  const digits = (value: number, length = 2) => String(value).padStart(length, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part));
  return `${clock.join(':')}.${digits(date.getMilliseconds(), 3)}`;
}
