// How arguments are spelled for the server, for the encoder and for every check of a command's name or options.
import { usage } from '@fairlead/errors';
import type { Arg } from './messages.ts';

const NO_ARGUMENT = 'An argument must be well-formed text, a number, a bigint or a Uint8Array';

/** No command, subcommand or option is longer. */
const MAX_WORD = 64;

declare const AS_THE_SERVER_READS_IT: unique symbol;

/**
 * An argument as the server reads it where it looks for a name or an option: in capitals, and only up to a NUL, since
 * it compares C strings. Only `wordOf` and `words` make one, so that no check can look at an argument in another spelling
 * than the one that is sent.
 */
export type Word = string & { readonly [AS_THE_SERVER_READS_IT]: true };

/** Stands for an argument that is no name and no option. It is in no set of words. */
const NO_WORD = '?' as Word;

/** A set of words. */
export function words(...lines: string[]): ReadonlySet<Word> {
  return new Set(lines.join(' ').split(' ') as Word[]);
}

/**
 * The word that the server reads in an argument; `?` where it cannot be a name or an option, as most values.
 * @throws FairleadError `usage` for a value that is no argument.
 */
export function wordOf(arg: Arg | undefined): Word {
  const spelled =
    arg === undefined ? '' : typeof arg === 'string' || arg instanceof Uint8Array ? arg : numeral(arg);
  let end = 0;
  for (; end < spelled.length; end++) {
    const unit = typeof spelled === 'string' ? spelled.charCodeAt(end) : spelled[end];
    if (unit === 0) break;
    if (unit === undefined || unit > 0x7f || end === MAX_WORD) return NO_WORD;
  }
  const word =
    typeof spelled === 'string' ? spelled.slice(0, end) : String.fromCharCode(...spelled.subarray(0, end));
  return word.toUpperCase() as Word;
}

/** Whether an argument is this word to the server. */
export function isWord(arg: Arg | undefined, word: string): boolean {
  return arg !== undefined && wordOf(arg) === word;
}

/**
 * A number as Redis spells it.
 * @throws FairleadError `usage` for an integer that JavaScript has rounded, for NaN, and for other types.
 */
export function numeral(arg: unknown): string {
  if (typeof arg === 'bigint') return String(arg);
  if (typeof arg !== 'number' || Number.isNaN(arg)) throw noArgument();
  if (Number.isInteger(arg) && !Number.isSafeInteger(arg)) {
    throw usage('An integer beyond 2^53 has lost digits in a number: give it as a bigint or as text');
  }
  return score(arg);
}

/** A number that is a double to Redis too: of any size, and infinite. */
export function score(value: number): string {
  return String(value).replace('Infinity', 'inf');
}

/** The error of a value that is no argument. */
export function noArgument(): Error {
  return usage(NO_ARGUMENT);
}
