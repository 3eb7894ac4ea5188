// A schema for numbers that travel as text: every digit of a caller's JSON number, JavaScript's own or not.
import { z } from '@hono/zod-openapi';
import { JsonNumber } from './number.ts';

export { JsonNumber };

/**
 * The schema of a number that a protocol takes as text: one that JavaScript would round comes as the digits that the
 * caller wrote (and `-0` as text), all others as numbers.
 */
export const jsonDigits: z.ZodType<string | number, number | JsonNumber> = z
  .union([z.number(), z.instanceof(JsonNumber)])
  .transform((value) => {
    if (value instanceof JsonNumber) return value.text;
    return Object.is(value, -0) ? '-0' : value;
  })
  .openapi({ type: 'number' });
