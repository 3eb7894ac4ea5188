// From a program's arguments to checked flags and positionals. It refuses what it does not know, and names what was meant.
import { parseArgs } from 'node:util';
import { usageError } from '../errors.ts';
import { nearest } from './nearest.ts';

/** One flag of a command. */
interface Flag {
  /** What its value is called in the help; a flag without one is a switch. */
  readonly value?: string;
  /** Whether it may stand more than once. */
  readonly repeatable?: boolean;
  /** One letter. */
  readonly short?: string;
  readonly help: string;
}

/** Flags by their names, without dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** What was given. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** Whether a switch, or any value, was given. */
  has(name: string): boolean;
  text(name: string): string | undefined;
  /** All values of a repeatable flag. */
  texts(name: string): readonly string[];
}

/** Flags that people expect for what must not stand in the arguments, and where it belongs. */
const SECRETS: Readonly<Record<string, string>> = {
  token: 'Put the token into the variable FAIRLEAD_TOKEN, or into a file that FAIRLEAD_TOKEN_FILE names.',
  'token-file': 'Name the file in the variable FAIRLEAD_TOKEN_FILE.',
  password: 'Put it into the environment.',
};

/**
 * Reads the arguments behind a command's name.
 * @throws CommandError 2, without a value that could be a secret.
 */
export function parseArguments(args: readonly string[], flags: Flags): Arguments {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { value, short }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short ? { short } : {}) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName } = token;
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) throw unknownFlag(rawName, flags);
    const value = checkedValue(rawName, token.value, token.inlineValue === true, flag);
    const before = values.get(name) ?? [];
    if (before.length > 0 && flag.value !== undefined && flag.repeatable !== true) {
      throw usageError(`${rawName} stands more than once.`);
    }
    values.set(name, [...before, value]);
  }
  return {
    positionals,
    has: (name) => values.has(name),
    text: (name) => values.get(name)?.[0],
    texts: (name) => values.get(name) ?? [],
  };
}

function checkedValue(rawName: string, value: string | undefined, isInline: boolean, flag: Flag): string {
  if (flag.value === undefined) {
    if (value !== undefined) throw usageError(`${rawName} takes no value.`);
    return '';
  }
  if (value === undefined || value === '')
    throw usageError(`${rawName} needs a value: ${rawName} ${flag.value}`);
  if (!isInline && value.startsWith('-')) {
    throw usageError(
      `${rawName} needs a value, and "${value.split('=')[0]}" looks like a flag.`,
      `A value that begins with a dash is written behind an equals sign: ${rawName}=${flag.value}`,
    );
  }
  return value;
}

function unknownFlag(rawName: string, flags: Flags) {
  const name = rawName.replace(/^-+/, '');
  const secret = Object.hasOwn(SECRETS, name) ? SECRETS[name] : undefined;
  if (secret !== undefined) {
    const why = 'other users of this machine can read the arguments of a program, and shells keep them';
    return usageError(`${rawName} is refused: ${why}.`, secret);
  }
  const meant = nearest(name, Object.keys(flags));
  const advice = meant === undefined ? undefined : `Did you mean --${meant}?`;
  return usageError(`There is no flag ${rawName}.`, advice);
}
