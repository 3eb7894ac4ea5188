// Checks that an object from a caller has only known fields, so that a misspelt field is not ignored.

import { usage } from '@fairlead/errors';
/**
 * Refuses a value that is not an object, and fields that are not in `known`.
 * @param what The object's name for errors.
 * @param hints For fields that other libraries have: the option to use instead.
 * @throws FairleadError `usage`.
 */
export function checkKnownKeys(
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
