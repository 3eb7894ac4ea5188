// A check of objects from callers: no key that nobody reads. It looks at no value.

import { usage } from '@fairlead/errors';
/**
 * Refuses a value that is no object, and keys that nobody reads: what a caller gave is not dropped in silence.
 * @param what Names the object in an error.
 * @param hints What to use in place of a key that other libraries have.
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
