// One line of LIST in the form of `ls -l`. Servers leave columns out and have spaces in them, so the date is looked for: what
// stands before it is columns, what stands behind it is the name.
import { entryOf, sizeOf } from './entry.ts';
import type { EntryType, FtpEntry } from './types.ts';

/** Type, nine permissions, and the mark of an access list or of SELinux. */
const PERMISSIONS = /^([-bcdlpsD])([-rwxsStTlL]{9})[+.@]?$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Columns before the name: the date stands within these. */
const MAX_COLUMNS = 16;
const DAY_MS = 86_400_000;
const TYPES: Readonly<Record<string, EntryType>> = { '-': 'file', d: 'directory', l: 'link' };
const ARROW = ' -> ';

/** A column, and where it ends in the line. */
interface Column {
  readonly text: string;
  readonly end: number;
}

/** A date: the index of its first column, where it ends in the line, and the time. */
interface Dated {
  readonly first: number;
  readonly end: number;
  readonly time: Date;
}

/** The entry, or `undefined` for a line of another form. */
export function parseUnixLine(line: string, now: Date): FtpEntry | undefined {
  const columns = readColumns(line);
  const [, letter, permissions] = PERMISSIONS.exec(columns[0]?.text ?? '') ?? [];
  if (letter === undefined) return undefined;
  const dated = findDate(columns, now);
  if (dated === undefined) return undefined;
  // One space: further ones are part of the name.
  const name = line.slice(dated.end + 1);
  if (name === '') return undefined;
  const type = TYPES[letter] ?? 'other';
  const size = columns[dated.first - 1]?.text;
  const isDevice = columns[dated.first - 2]?.text.endsWith(',') || size?.includes(',');
  const before = columns.slice(1, dated.first - (isDevice && !size?.includes(',') ? 2 : 1));
  const owners = before.map(({ text }) => text);
  // The count of links; a server that has no owner column either shows it alone.
  if (/^\d+$/.test(owners[0] ?? '')) owners.shift();
  const [owner, ...group] = owners;
  return entryOf({
    ...(type === 'link' ? splitLink(name, size) : { name }),
    type,
    size: isDevice ? undefined : sizeOf(size),
    modifiedAt: dated.time,
    isTimeApproximate: true,
    permissions,
    owner,
    group: group.length === 0 ? undefined : group.join(' '),
    raw: line,
  });
}

function readColumns(line: string): Column[] {
  const columns: Column[] = [];
  for (const { 0: text, index } of line.matchAll(/[^ \t]+/g)) {
    columns.push({ text, end: index + text.length });
    if (columns.length === MAX_COLUMNS) break;
  }
  return columns;
}

/** The first date that has a size before it. */
function findDate(columns: readonly Column[], now: Date): Dated | undefined {
  for (let first = 2; first < columns.length; first++) {
    if (!/^(?:\d+|\d+,\d+)$/.test(columns[first - 1]?.text ?? '')) continue;
    const [one, two, three] = columns.slice(first, first + 3);
    if (one === undefined || two === undefined) return undefined;
    const iso = readIsoDate(one.text, two.text);
    if (iso !== undefined) return { first, end: two.end, time: iso };
    const time =
      three &&
      (readDate(one.text, two.text, three.text, now) ?? readDate(two.text, one.text, three.text, now));
    if (three && time) return { first, end: three.end, time };
  }
  return undefined;
}

/** `2026-01-02 03:04`, as `ls --time-style=long-iso` writes it. */
function readIsoDate(date: string, time: string): Date | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date) ?? [];
  const [, hour, minute] = /^(\d\d):(\d\d)(?::\d\d)?$/.exec(time) ?? [];
  if (year === undefined || hour === undefined) return undefined;
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)));
}

/** `Jan 2 2026`, or `Jan 2 03:04` of the last twelve months. */
function readDate(month: string, day: string, rest: string, now: Date): Date | undefined {
  const index = MONTHS.indexOf(month.toLowerCase().replace(/\.$/, ''));
  if (index < 0 || !/^\d{1,2}$/.test(day) || Number(day) < 1 || Number(day) > 31) return undefined;
  if (/^(?:19|2\d)\d\d$/.test(rest)) return new Date(Date.UTC(Number(rest), index, Number(day)));
  const [, hour, minute] = /^([012]?\d):([0-5]\d)$/.exec(rest) ?? [];
  if (hour === undefined) return undefined;
  const latest = now.getTime() + DAY_MS;
  // The 29th of February may be up to eight years back.
  for (let year = new Date(latest).getUTCFullYear(), tries = 0; tries < 9; year--, tries++) {
    const time = new Date(Date.UTC(year, index, Number(day), Number(hour), Number(minute)));
    if (time.getUTCDate() === Number(day) && time.getTime() <= latest) return time;
  }
  return undefined;
}

/** `name -> target`. Both may hold an arrow; the size of a link is the length of its target in bytes. */
function splitLink(text: string, size: string | undefined): { name: string; target: string | undefined } {
  const first = text.indexOf(ARROW);
  if (first < 0) return { name: text, target: undefined };
  let at = first;
  if (text.indexOf(ARROW, first + 1) >= 0) {
    const bytes = new TextEncoder().encode(text);
    const start = bytes.length - Number(size);
    const target = new TextDecoder().decode(bytes.subarray(Math.max(0, start)));
    const fits = start > ARROW.length && text.endsWith(`${ARROW}${target}`);
    if (fits) at = text.length - target.length - ARROW.length;
  }
  return { name: text.slice(0, at), target: text.slice(at + ARROW.length) };
}
