// Arrays of a caller's own length, as a schema: no more of one is checked than a refusal can tell. It checks no length.
import { z } from '@hono/zod-openapi';
import { MAX_FAULTS } from '../problems/schema-fault.ts';

/** Shorter ones are checked in one go. */
const MAX_AT_ONCE = 1000;

/**
 * The array, but that what stands behind twenty items with faults is not looked at. A body has room for a million of
 * them, and each fault costs a hundred times what its item does.
 */
export function list<A extends z.ZodArray<z.ZodType>>(array: A): z.ZodPreprocess<A> {
  return z.preprocess((value) => {
    if (!Array.isArray(value) || value.length <= MAX_AT_ONCE) return value;
    let faults = 0;
    const end = value.findIndex((item) => !array.element.safeParse(item).success && ++faults === MAX_FAULTS);
    return end < 0 ? value : value.slice(0, end + 1);
  }, array);
}
