// Callers' values as arguments of commands: names, flags, sets, dates. What is not valid is refused.

import { usage } from '@fairlead/errors';
import { MAX_NUMBER, NumberSet } from '../names/number-set.ts';
import { encodeMailboxName, isInbox } from '../names/utf7.ts';
import type { Argument, EncodeAbilities } from './arguments.ts';

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** A string as an atom where that is safe, else quoted or a literal. */
export function astring(text: string): Argument {
  return /^[\w.@/-]+$/.test(text) && !/^nil$/i.test(text) ? text : { text };
}

/**
 * A mailbox by its name, or by the raw name from a LIST, whose name may not be decodable.
 * @throws FairleadError `usage` for an empty name, CR, LF, NUL, and `%` and `*`, which LIST takes for patterns.
 */
export function mailboxArgument(
  name: string | { readonly rawName: string },
  { utf8 = false }: EncodeAbilities,
): Argument {
  const given = typeof name === 'string' ? name : name.rawName;
  if (given === '' || /[%*]/.test(given)) {
    throw usage('A mailbox name must not be empty, nor hold % or *');
  }
  return typeof name === 'string' ? listPattern(name, { utf8 }) : { text: given };
}

/** A pattern for LIST, in which `%` and `*` are wildcards; or an empty one. */
export function listPattern(pattern: string, { utf8 = false }: EncodeAbilities): Argument {
  if (isInbox(pattern)) return 'INBOX';
  if (/[\r\n\0]/.test(pattern) || !pattern.isWellFormed()) {
    throw usage('A mailbox name must be Unicode without CR, LF and NUL');
  }
  return { text: utf8 ? pattern : encodeMailboxName(pattern) };
}

/** Flags and keywords in parentheses. */
export function flagList(flags: readonly string[]): Argument {
  if (!Array.isArray(flags)) throw usage('Flags are a list of texts');
  return flags.map(flagArgument);
}

/** A flag (`\Seen`) or a keyword (`$Junk`): an atom. */
export function flagArgument(flag: string): string {
  if (!/^\\?[!#$&'+-Z^-z|}~]+$/.test(flag)) throw usage('A flag must be an atom, as \\Seen or $Junk');
  return flag;
}

/** Gmail's labels in parentheses: its own (`\Inbox`) as atoms, others as mailbox names. */
export function labelList(labels: readonly string[], abilities: EncodeAbilities): Argument {
  return labels.map((label) => (/^\\[A-Za-z]+$/.test(label) ? label : listPattern(label, abilities)));
}

/** Message numbers or UIDs, as `sequenceSet` takes them. */
export type Numbers = number | string | NumberSet | Iterable<number>;

/**
 * A set of message numbers or UIDs as IMAP writes it; lists are compressed to ranges.
 * @param numbers `7`, `[1, 2, 3]`, `1:4,7`, `100:*`, `$` (the last search's result), or a `NumberSet`.
 * @throws FairleadError `usage` for a set that is empty or none.
 */
export function sequenceSet(numbers: Numbers): string {
  if (typeof numbers === 'string') {
    const isSet = numbers === '$' || numbers.split(',').every(isRange);
    if (isSet) return numbers;
  } else if (typeof numbers === 'number' || typeof numbers?.[Symbol.iterator] === 'function') {
    const members = typeof numbers === 'number' ? [numbers] : numbers;
    if (typeof members !== 'object' || members === null || !(Symbol.iterator in members)) {
      throw usage('UIDs are a number, a list of numbers, or a set as 1:4,7');
    }
    if (members instanceof NumberSet) for (const ends of members.ranges) ends.forEach(assertNumber);
    else for (const one of members) assertNumber(one);
    const set = (members instanceof NumberSet ? members : NumberSet.of(members)).toString();
    if (set !== '') return set;
  }
  throw usage('A set of messages must be one as 1:4,7 and not empty');
}

/**
 * A set of UIDs. `7:*` becomes `7:4294967295`: where no UID is from 7 on, `*` would name the last message all the same.
 * @throws FairleadError `usage` as `sequenceSet`.
 */
export function uidSet(numbers: Numbers): string {
  const set = sequenceSet(numbers);
  return set.replace(/(\d+):\*|\*:(\d+)/g, (_, one, other) => `${one ?? other}:${MAX_NUMBER}`);
}

function isRange(range: string): boolean {
  return (
    /^([1-9]\d{0,9}|\*)(:([1-9]\d{0,9}|\*))?$/.test(range) &&
    range.split(':').every((end) => end === '*' || Number(end) <= MAX_NUMBER)
  );
}

function assertNumber(number: number): void {
  if (!(Number.isInteger(number) && number >= 1 && number <= MAX_NUMBER)) {
    throw usage('A UID must be a whole number from 1 to 4294967295');
  }
}

/** `1-Jan-2026` in UTC. A string is taken as `2026-01-31`, with or without a time. */
export function dateArgument(value: Date | string): string {
  const date = valid(value);
  return `${date.getUTCDate()}-${month(date)}-${year(date)}`;
}

/** `" 1-Jan-2026 00:00:00 +0000"`, with its quotes. */
export function dateTimeArgument(value: Date | string): string {
  const date = valid(value);
  const day = String(date.getUTCDate()).padStart(2);
  return `"${day}-${month(date)}-${year(date)} ${date.toISOString().slice(11, 19)} +0000"`;
}

function valid(value: Date | string): Date {
  const date = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? new Date(value) : value;
  const time = typeof date === 'string' ? Number.NaN : date.getTime();
  const years = Number.isNaN(time) || typeof date === 'string' ? -1 : date.getUTCFullYear();
  if (typeof date === 'string' || years < 0 || years > 9_999) {
    throw usage('A date must be a Date or a text as 2026-01-31');
  }
  // 2026-02-31 would be a day in March.
  if (typeof value === 'string' && Number(value.slice(8, 10)) > daysOf(value)) {
    throw usage('A date names a day that its month does not have');
  }
  return date;
}

function daysOf(date: string): number {
  return new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).getUTCDate();
}

function month(date: Date): string {
  return MONTHS.slice(date.getUTCMonth() * 3, date.getUTCMonth() * 3 + 3);
}

function year(date: Date): string {
  return String(date.getUTCFullYear()).padStart(4, '0');
}
