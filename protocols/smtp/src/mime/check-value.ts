// Checks that several parts of a mail need: a text of one line, an object with known keys. It refuses, and never strips.
import { FairleadError } from '@fairlead/errors';
import { usage } from '../errors.ts';

/** More than any server takes as a header. */
const MAX_CHARACTERS = 262_144;

/**
 * @param what Names the text in an error.
 * @throws FairleadError `usage` for what is no text, would break out of its line, or holds half a character; `limit` for
 *   more than 262,144 characters.
 */
export function assertText(text: unknown, what: string): asserts text is string {
  if (typeof text !== 'string') throw usage(`${what} is not text`);
  if (text.length > MAX_CHARACTERS) {
    throw new FairleadError('limit', `${what} has more than ${MAX_CHARACTERS} characters`, {
      safeToRetry: true,
    });
  }
  if (/[\r\n\0]/.test(text)) throw usage(`${what} must not hold CR, LF or NUL`);
  if (!text.isWellFormed()) throw usage(`${what} holds half a character (a lone surrogate)`);
}

/**
 * Refuses a value that is no object, and keys that nobody reads: what a caller gave is not dropped in silence.
 * @param what Names the object in an error.
 * @param hints What to use in place of a key that other libraries have.
 * @throws FairleadError `usage`.
 */
export function checkKeys(
  value: unknown,
  known: readonly string[],
  what: string,
  hints: Readonly<Record<string, string>> = {},
): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usage(`${what} is not an object`);
  }
  for (const [key, one] of Object.entries(value)) {
    if (one === undefined || known.includes(key)) continue;
    const hint = Object.hasOwn(hints, key) ? `: ${hints[key]}` : '';
    throw usage(`${what} has no field ${JSON.stringify(key.slice(0, 40))}${hint}`);
  }
}
