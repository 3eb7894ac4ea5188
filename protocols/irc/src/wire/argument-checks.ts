// Checks of what callers pass on to a line: texts, words, tags. It shows no text in an error, since it may be a password.
import { usage } from '@fairlead/errors';

/** A parameter that needs no colon before it. */
export const WORD: RegExp = /^[^ :][^ ]*$/;

/** What a word must be, for errors. */
export const NO_WORD = 'must not be empty, have a space, or begin with a colon';

/**
 * Checks that a text cannot break out of its line, and has a form in UTF-8.
 * @param what Names the text in the error, such as `The nick`.
 * @throws FairleadError `usage`.
 */
export function checkText(text: string, what: string): string {
  if (typeof text !== 'string' || /[\r\n\0]/.test(text) || !text.isWellFormed()) {
    throw usage(`${what} must be well-formed text without CR, LF and NUL`);
  }
  return text;
}

/** Checks a text that stands between spaces, such as a nick. @throws FairleadError `usage`. */
export function checkWord(text: string, what: string): string {
  if (!WORD.test(checkText(text, what))) throw usage(`${what} ${NO_WORD}`);
  return text;
}

/** Checks the name of one channel or nick; a comma would make several of it. @throws FairleadError `usage`. */
export function checkTarget(name: string, what: string): string {
  if (checkWord(name, what).includes(',')) throw usage(`${what} must not have a comma`);
  return name;
}

/** Checks that options or tags are an object. @throws FairleadError `usage`. */
export function checkObject<T extends object>(value: T, what: string): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usage(`${what} must be an object`);
  return value;
}
