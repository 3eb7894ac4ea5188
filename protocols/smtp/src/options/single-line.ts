// Checks a text that has to stay on one line of a mail's header. It changes no text.
import { usage } from '@fairlead/errors';
import { limitError } from '../errors.ts';

/** More than any server accepts as a header. */
const MAX_CHARACTERS = 262_144;

/**
 * @param what The text's name for errors.
 * @throws FairleadError `usage` for another type than text, for CR, LF and NUL, and for a lone surrogate; `limit` for more
 *   than 262,144 characters.
 */
export function assertSingleLine(text: unknown, what: string): asserts text is string {
  if (typeof text !== 'string') throw usage(`${what} is not text`);
  if (text.length > MAX_CHARACTERS) {
    throw limitError(`${what} has more than ${MAX_CHARACTERS} characters`);
  }
  if (/[\r\n\0]/.test(text)) throw usage(`${what} must not hold CR, LF or NUL`);
  if (!text.isWellFormed()) throw usage(`${what} holds half a character (a lone surrogate)`);
}
