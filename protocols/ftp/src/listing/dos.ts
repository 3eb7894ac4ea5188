// One line of LIST in the form of DOS, which IIS sends: `01-02-26  03:04PM  <DIR>  name`.
import { entryOf, sizeOf } from './entry.ts';
import type { FtpEntry } from './types.ts';

const LINE =
  /^(\d{1,2})-(\d{1,2})-(\d{4}|\d{2}) {1,4}(\d{1,2}):(\d{2}) ?([AP]M)? +(?:<(DIR|JUNCTION|SYMLINKD?)> {1,10}|(\d[\d,]*) )(.*)$/is;
/** Two digits of a year below this are of this century. */
const CENTURY = 70;

/** The entry, or `undefined` for a line of another form. */
export function parseDosLine(line: string): FtpEntry | undefined {
  const [, month, day, year, hour, minute, half, mark, digits, name = ''] = LINE.exec(line) ?? [];
  if (month === undefined || name === '') return undefined;
  const kind = mark?.toUpperCase();
  // Links show their target as `name [target]`, where a name may end so too: it stays in the name.
  return entryOf({
    name,
    type: kind === undefined ? 'file' : kind === 'DIR' ? 'directory' : 'link',
    size: sizeOf(digits?.replaceAll(',', '')),
    modifiedAt: new Date(
      Date.UTC(
        yearOf(Number(year)),
        Number(month) - 1,
        Number(day),
        hourOf(Number(hour), half?.toUpperCase()),
        Number(minute),
      ),
    ),
    isTimeApproximate: true,
    raw: line,
  });
}

function yearOf(year: number): number {
  if (year >= 100) return year;
  return year < CENTURY ? 2000 + year : 1900 + year;
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return (hour % 12) + (half === 'PM' ? 12 : 0);
}
