// Applies the rules of `table/restricted.ts` to what is sent by `send`. It sends nothing.
import { usage } from '@fairlead/errors';
import type { Arg } from '../wire/messages.ts';
import { type Word, wordOf, words } from '../wire/words.ts';
import { RESTRICTED, type SendRule } from './table/restricted.ts';

const RULES = new Map<Word, SendRule>();

for (const row of RESTRICTED) {
  const [, rule, ...names] = row.split(' ');
  for (const name of words(...names)) RULES.set(name, rule as SendRule);
}

/** The rule of a command, if it has one. */
export function ruleOf(args: readonly Arg[]): SendRule | undefined {
  return ruleNamed(wordOf(args[0]), args[1]);
}

/** Whether a command is sent only on a connection of its caller's own: it blocks, leaves a state, or has no answer. */
export function isRestricted(name: Word, second: Arg | undefined): boolean {
  return ruleNamed(name, second) !== undefined;
}

function ruleNamed(name: Word, second: Arg | undefined): SendRule | undefined {
  return RULES.get(name === 'CLIENT' ? (`${name}|${wordOf(second)}` as Word) : name);
}

/** Options of XREAD and XREADGROUP that come before STREAMS, with the number of arguments that belong to each. */
const XREAD_OPTIONS: ReadonlyMap<Word, number> = new Map([
  ['GROUP', 2],
  ['COUNT', 1],
  ['CLAIM', 1],
] as [Word, number][]);

/**
 * Where a command says how long it may block in the server, and how long that is: `Infinity` for without an end, 0 for what the
 * server will refuse.
 */
export type Wait = readonly [at: number, waitMs: number];

/** How long a command may block; `undefined` where it does not. */
export function waitOf(args: readonly Arg[], rule = ruleOf(args)): Wait | undefined {
  if (rule === undefined || !/-/.test(rule)) return undefined;
  const at = rule === 'block-option' ? blockOptionOf(args) : rule === 'seconds-first' ? 1 : args.length - 1;
  if (at === undefined) return undefined;
  const waitMs = Number(wordOf(args[at])) * (rule[0] === 's' ? 1000 : 1);
  return [at, waitMs === 0 ? Number.POSITIVE_INFINITY : waitMs || 0];
}

/**
 * Refuses what must not be sent by `send`.
 * @param dedicated Whether the connection is used by one caller alone.
 * @returns How long the command may block in the server, in milliseconds: `Infinity` for without an end, 0 for a command
 *   that does not block.
 * @throws FairleadError `usage`, with the way to do it.
 */
export function blockingTimeOf(args: readonly Arg[], dedicated: boolean): number {
  const name = wordOf(args[0]);
  const rule = ruleNamed(name, args[1]);
  if (rule === undefined) {
    if (name === '') throw usage('A command without a name cannot be sent');
    return 0;
  }
  const wait = waitOf(args, rule);
  if (rule === 'block-option' && wait === undefined) return 0;
  if (rule === 'refused' || !dedicated) {
    const full = name === 'CLIENT' ? `${name} ${wordOf(args[1])}` : name;
    throw usage(`${full} cannot be sent: use dedicated(), multi(), subscribe(), tracking()`);
  }
  return wait?.[1] ?? 0;
}

/** The place of the argument behind BLOCK. Names of groups and streams may be anything. */
function blockOptionOf(args: readonly Arg[]): number | undefined {
  for (let at = 1; at < args.length; at++) {
    const option = wordOf(args[at]);
    if (option === 'STREAMS') return undefined;
    if (option === 'BLOCK') return at + 1;
    at += XREAD_OPTIONS.get(option) ?? 0;
  }
  return undefined;
}
