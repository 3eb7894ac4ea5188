// Which commands a connection must not get by `send`, and why. It sends nothing.
import { usage } from '../errors.ts';
import type { Arg } from '../types.ts';
import { type Word, wordOf, words } from '../wire/words.ts';

/** No name at all; and those that have ways of their own, which keep count of the replies; or their replies never end, or do not come. */
const OWN_WAY = words(
  ' SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE SSUBSCRIBE SUNSUBSCRIBE MULTI EXEC DISCARD HELLO RESET QUIT',
  'MONITOR SYNC PSYNC',
);

/** The parts of CLIENT that have ways of their own. */
const OWN_CLIENT_WAY = words('TRACKING REPLY');

/** They leave a state behind, or make every later command wait: only for a connection of one's own. */
const OWN_CONNECTION = words(
  'BLPOP BRPOP BLMOVE BRPOPLPUSH BLMPOP BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF WATCH UNWATCH',
);

/** Commands that need a look at all. One search finds the usual command harmless. */
const LOOKED_AT: ReadonlySet<Word> = new Set([
  ...OWN_WAY,
  ...OWN_CONNECTION,
  ...words('CLIENT XREAD XREADGROUP'),
]);

/** Options that come before STREAMS, with the number of arguments that belong to each. */
const OPTIONS: ReadonlyMap<Word, number> = new Map([
  ['GROUP', 2],
  ['COUNT', 1],
  ['CLAIM', 1],
] as [Word, number][]);

/**
 * Refuses what must not be sent this way.
 * @param dedicated Whether the connection is used by one caller alone.
 * @returns How long the command may block in the server, in milliseconds: `Infinity` for without an end, else 0 or more.
 * @throws FairleadError `usage`, with the way to do it.
 */
export function blockingTimeOf(args: readonly Arg[], dedicated: boolean): number {
  const name = wordOf(args[0]);
  if (!LOOKED_AT.has(name)) return 0;
  const part = name === 'CLIENT' ? wordOf(args[1]) : undefined;
  const block = name.startsWith('XREAD') ? blockOf(args) : undefined;
  const isRefused = OWN_WAY.has(name) || (part !== undefined && OWN_CLIENT_WAY.has(part));
  if (!isRefused && block === undefined && !OWN_CONNECTION.has(name)) return 0;
  if (isRefused || !dedicated) {
    const full = part === undefined ? name : `${name} ${part}`;
    throw usage(`${full} cannot be sent here: see dedicated(), multi(), subscribe(), tracking()`);
  }
  if (name.endsWith('WATCH')) return 0;
  // BLMPOP and BZMPOP begin with their seconds, the others that block end with them; WAIT counts milliseconds.
  const wait = block ?? (name.endsWith('MPOP') ? args[1] : args.at(-1));
  const waitMs = Number(wordOf(wait)) * (name[0] === 'B' ? 1000 : 1);
  return waitMs === 0 ? Number.POSITIVE_INFINITY : waitMs || 0;
}

/** The milliseconds behind BLOCK. Names of groups and streams may be anything. */
function blockOf(args: readonly Arg[]): Arg | undefined {
  for (let at = 1; at < args.length; at++) {
    const option = wordOf(args[at]);
    if (option === 'STREAMS') return undefined;
    if (option === 'BLOCK') return args[at + 1] ?? 0;
    at += OPTIONS.get(option) ?? 0;
  }
  return undefined;
}
