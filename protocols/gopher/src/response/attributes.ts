// The attributes in a response: a function of its own, so that a bundle without Gopher+ leaves it out.

import { parseAttributes } from '../wire/decode-attributes.ts';
import type { Attributes } from '../wire/messages.ts';
import { DEFAULT_MAX_ITEMS, type GopherResponse } from './gopher-response.ts';

/**
 * The attributes in the answer to `!` (one item) or `$` (each item of a menu).
 * @throws FairleadError `limit` (over `maxBytes`, or 100,000 lines), else as `GopherResponse.bytes`.
 * @example
 * ```ts
 * import { attributes, fetch } from '@fairlead/gopher';
 *
 * const [form] = await attributes(await fetch('gopher://plus.example.com/0/form', { gopherPlus: '!' }));
 * console.log(form?.admin, form?.ask.map(({ prompt }) => prompt));
 * ```
 */
export async function attributes(response: GopherResponse): Promise<Attributes[]> {
  return parseAttributes(await response.bytes(), DEFAULT_MAX_ITEMS);
}
