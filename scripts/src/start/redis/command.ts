// What a command is, and how its arguments are read. The commands themselves are in `commands/`.
import type { Keyspace } from './keyspace.ts';
import { CommandError, type Reply } from './reply.ts';

/** A command: how many words it takes, its name included (negative: at least), and what it does. */
interface Command {
  readonly arity: number;
  run(db: Keyspace, args: string[]): Reply;
}

/** Commands by their upper-case names. */
export type Commands = Readonly<Record<string, Command>>;

/** Redis' words for arguments that make no sense. */
export const syntaxError = () => new CommandError('ERR syntax error');

/** A signed 64-bit integer that JavaScript holds exactly. */
export function integer(text: string | undefined): number {
  const value = /^-?\d{1,16}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new CommandError('ERR value is not an integer or out of range');
  return value;
}

/** A floating-point number, `inf` and `-inf` included. */
export function float(text: string | undefined): number {
  const match = /^([+-]?)inf(inity)?$/i.exec(text ?? '');
  if (match) return match[1] === '-' ? -Infinity : Infinity;
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new CommandError('ERR value is not a valid float');
  return value;
}

/** Start and end of `LRANGE` and its like, negative ones counted from the end, as a half-open range. */
export function range(start: string | undefined, stop: string | undefined, size: number): [number, number] {
  const from = integer(start);
  const to = integer(stop);
  return [from < 0 ? Math.max(0, size + from) : from, (to < 0 ? size + to : to) + 1];
}

/** `[a, 1, b, 2]` as `[[a, 1], [b, 2]]`. @throws CommandError when one is left over. */
export function pairs(args: readonly string[], name: string): [string, string][] {
  if (args.length % 2) throw new CommandError(`ERR wrong number of arguments for '${name}' command`);
  return Array.from({ length: args.length / 2 }, (_, i) => [args[2 * i] ?? '', args[2 * i + 1] ?? '']);
}

/** A Redis glob (`*`, `?`, `[a-z]`, `[^x]`, `\x`) as a test. */
export function glob(pattern: string): (text: string) => boolean {
  const source = pattern.replace(
    /\\(.)|\[(\^?)((?:\\.|[^\]])*)\]|[*?]|[.+^${}()|[\]\\/]/gs,
    (whole, escaped?: string, not?: string, set?: string) => {
      if (escaped !== undefined) return escaped.replace(/\W/, '\\$&');
      if (set !== undefined) return `[${not ?? ''}${set.replace(/[[\]^]/g, '\\$&')}]`;
      if (whole === '*') return '.*';
      return whole === '?' ? '.' : `\\${whole}`;
    },
  );
  const regexp = new RegExp(`^${source}$`, 's');
  return (text) => regexp.test(text);
}

/**
 * SCAN and its like in one step: everything, then cursor 0. `COUNT` is a hint, and this server does not need it.
 * @param options What stands behind the cursor: `MATCH pattern`, `COUNT n`.
 */
export function scanFilter(options: readonly string[]): (text: string) => boolean {
  let test = (_: string) => true;
  for (const [option, value] of pairs(options, 'scan')) {
    const name = option.toUpperCase();
    if (name === 'MATCH') test = glob(value);
    else if (name === 'COUNT') integer(value);
    else throw syntaxError();
  }
  return test;
}

/** The options of commands that give a key or a field a time to expire at. */
const EXPIRY_UNITS = ['EX', 'PX', 'EXAT', 'PXAT'];

/** Whether `word` is one of `EX`, `PX`, `EXAT` and `PXAT`. */
export const isExpiryUnit = (word: string | undefined): word is string => EXPIRY_UNITS.includes(word ?? '');

/**
 * The time that an option such as `EX 10` names, in milliseconds since the epoch.
 * @param command Its name, for the error.
 */
export function expiryTime(unit: string, text: string | undefined, command: string): number {
  const value = integer(text);
  const at = value * (unit.startsWith('E') ? 1000 : 1) + (unit.endsWith('AT') ? 0 : Date.now());
  if (value <= 0 || !Number.isSafeInteger(at))
    throw new CommandError(`ERR invalid expire time in '${command}' command`);
  return at;
}

/** Whether a new time to expire at may take an old one's place, by the option `NX`, `XX`, `GT` or `LT`. */
export function mayExpire(words: readonly string[], old: number | undefined, at: number): boolean {
  const unknown = words.find((word) => !/^(nx|xx|gt|lt)$/i.test(word));
  if (unknown !== undefined) throw new CommandError(`ERR Unsupported option ${unknown}`);
  const flags = new Set(words.map((word) => word.toUpperCase()));
  if (flags.has('NX') && flags.size > 1)
    throw new CommandError('ERR NX and XX, GT or LT options at the same time are not compatible');
  if (flags.has('GT') && flags.has('LT'))
    throw new CommandError('ERR GT and LT options at the same time are not compatible');
  if (flags.has('NX') && old !== undefined) return false;
  if (flags.has('XX') && old === undefined) return false;
  if (flags.has('GT') && at <= (old ?? Infinity)) return false;
  return !(flags.has('LT') && at >= (old ?? Infinity));
}

/** A list behind its length: `2 a b`. @returns The list, and what stands behind it. */
export function counted(words: readonly string[], width = 1): [list: string[], rest: string[]] {
  const count = integer(words[0]);
  if (count < 1) throw new CommandError('ERR numkeys should be greater than 0');
  if (words.length - 1 < count * width) throw syntaxError();
  return [words.slice(1, 1 + count * width), words.slice(1 + count * width)];
}
