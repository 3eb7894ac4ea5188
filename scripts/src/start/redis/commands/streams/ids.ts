// Identifiers of entries as commands write them, and entries as replies show them.
import { integer } from '../../command.ts';
import { CommandError, type Reply } from '../../reply.ts';
import { type Entry, FIRST, type Id, type IdRange, idText, LAST } from '../../values/stream.ts';

/** @param sequence What stands for a missing second part. @throws CommandError */
export function parseId(text: string | undefined, sequence = 0): Id {
  const [, ms, rest] = /^(\d{1,20})(?:-(\d{1,20}))?$/.exec(text ?? '') ?? [];
  if (ms === undefined) throw new CommandError('ERR Invalid stream ID specified as stream command argument');
  return [Number(ms), rest === undefined ? sequence : Number(rest)];
}

/** `-`, `+`, `1-1` and `(1-1`, from the lower to the higher. */
export function parseRange(start = '', end = ''): IdRange {
  return { low: lowBound(start), high: highBound(end) };
}

function lowBound(text: string): Id {
  if (text === '-') return FIRST;
  if (text === '+') return LAST;
  if (!text.startsWith('(')) return parseId(text);
  const [ms, sequence] = parseId(text.slice(1));
  return [ms, sequence + 1];
}

function highBound(text: string): Id {
  if (text === '-') return FIRST;
  if (text === '+') return LAST;
  if (!text.startsWith('(')) return parseId(text, Infinity);
  const [ms, sequence] = parseId(text.slice(1), Infinity);
  return sequence > 0 ? [ms, sequence - 1] : [ms - 1, Infinity];
}

/** `[id, [field, value, ...]]` */
export const entryReply = ({ id, fields }: Entry): Reply => [idText(id), fields];

/** The number behind an option such as `COUNT`; below 1 there is no bound. */
export function countOption(text: string | undefined): number | undefined {
  const count = integer(text);
  return count > 0 ? count : undefined;
}
