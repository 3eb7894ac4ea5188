// Which commands a connection must not get by `send`, and why. It sends nothing.
import { usage } from './errors.ts';
import type { Arg } from './messages.ts';

/** No name at all; and those that have ways of their own, which keep count of the replies; or their replies never end, or do not come. */
const OWN_WAY =
  /^(|[PS]?(UN)?SUBSCRIBE|MULTI|EXEC|DISCARD|HELLO|RESET|QUIT|MONITOR|P?SYNC|CLIENT (TRACKING|REPLY))$/;

/** They leave a state behind, or make every later command wait: only for a connection of one's own. */
const OWN_CONNECTION = /^(B[LRZ]|WAIT|(UN)?WATCH)/;

/**
 * Refuses what must not be sent this way.
 * @param dedicated Whether the connection is used by one caller alone.
 * @returns How long the command may block in the server, in milliseconds: `Infinity` for without an end, else 0 or more.
 * @throws FairleadError `usage`, with the way to do it.
 */
export function guard(args: readonly Arg[], dedicated: boolean): number {
  const [first, second] = args;
  let name = typeof first === 'string' ? first.toUpperCase() : '';
  if (name === 'CLIENT') name += ` ${String(second).toUpperCase()}`;
  const block = /^XREAD(GROUP)?$/.test(name) ? blockOf(args) : undefined;
  const isRefused = OWN_WAY.test(name);
  if (!isRefused && block === undefined && !OWN_CONNECTION.test(name)) return 0;
  if (isRefused || !dedicated) {
    throw usage(`${name} cannot be sent here: see dedicated(), multi(), subscribe(), tracking()`);
  }
  if (name.endsWith('WATCH')) return 0;
  // BLMPOP and BZMPOP begin with their seconds, the others that block end with them; WAIT counts milliseconds.
  const wait = Number(block ?? (name.endsWith('MPOP') ? second : args.at(-1))) * (name[0] === 'B' ? 1000 : 1);
  return wait === 0 ? Number.POSITIVE_INFINITY : wait || 0;
}

/** The milliseconds behind BLOCK. Names of streams come behind STREAMS, and may be anything. */
function blockOf(args: readonly Arg[]): Arg | undefined {
  const words = args.map((arg) => String(arg).toUpperCase());
  const at = words.indexOf('BLOCK');
  const streams = words.indexOf('STREAMS');
  return at > 0 && (streams < 0 || at < streams) ? (args[at + 1] ?? 0) : undefined;
}
