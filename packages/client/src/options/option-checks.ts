// Checks options by a table: callers in JavaScript and settings from a file have no compiler. It knows no client's options.
import { usage } from '@fairlead/errors';

const isText = (value: unknown): boolean => typeof value === 'string';
const isFunction = (value: unknown): boolean => typeof value === 'function';

/** What options can be, in the words of the error. */
export type OptionKind =
  | 'text'
  | 'a list of text'
  | 'true or false'
  | 'a whole number above 0'
  | 'a function'
  | 'text, or a function that gives it';

/** The test of each kind. */
const KINDS: Readonly<Record<OptionKind, (value: unknown) => boolean>> = {
  text: isText,
  'a list of text': (value) => Array.isArray(value) && value.every(isText),
  'true or false': (value) => typeof value === 'boolean',
  'a whole number above 0': (value) => Number.isSafeInteger(value) && Number(value) > 0,
  'a function': isFunction,
  'text, or a function that gives it': (value) => isText(value) || isFunction(value),
};

/**
 * The options that must all be the same: their names, separated by spaces, and what they must be; other words than those
 * of `OptionKind` come with their own test.
 */
export type OptionCheck =
  | readonly [names: string, what: OptionKind]
  | readonly [names: string, what: string, test: (value: unknown) => boolean];

/**
 * Checks the options that are given.
 * @throws FairleadError `usage`, with the option's name.
 * @example
 * ```ts
 * import { checkOptions } from '@fairlead/client';
 *
 * checkOptions({ port: 0 }, [['hostname', 'text'], ['port', 'a whole number above 0']]); // throws
 * ```
 */
export function checkOptions(options: object, checks: readonly OptionCheck[]): void {
  const given: Readonly<Record<string, unknown>> = { ...options };
  for (const [names, what, test = KINDS[what as OptionKind]] of checks) {
    for (const name of names.split(' ')) {
      if (given[name] !== undefined && !test(given[name])) throw usage(`${name} must be ${what}`);
    }
  }
}
