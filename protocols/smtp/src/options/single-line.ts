// A check that several parts of a mail need: a text of one line. It refuses, and never strips.
import { usage } from '@fairlead/errors';
import { limitError } from '../errors.ts';

/** More than any server takes as a header. */
const MAX_CHARACTERS = 262_144;

/**
 * @param what Names the text in an error.
 * @throws FairleadError `usage` for what is no text, would break out of its line, or holds half a character; `limit` for
 *   more than 262,144 characters.
 */
export function assertSingleLine(text: unknown, what: string): asserts text is string {
  if (typeof text !== 'string') throw usage(`${what} is not text`);
  if (text.length > MAX_CHARACTERS) {
    throw limitError(`${what} has more than ${MAX_CHARACTERS} characters`);
  }
  if (/[\r\n\0]/.test(text)) throw usage(`${what} must not hold CR, LF or NUL`);
  if (!text.isWellFormed()) throw usage(`${what} holds half a character (a lone surrogate)`);
}
