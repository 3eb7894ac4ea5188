// The attributes in a response: a function of its own, so that a bundle without Gopher+ leaves it out.

import type { Attributes } from '../types.ts';
import { parseAttributes } from '../wire/decode-attributes.ts';
import { DEFAULT_MAX_ITEMS, type GopherResponse } from './response.ts';

/**
 * The answer to `!` (one item) or `$` (each item of a menu): `attributes(await fetch(url, { gopherPlus: '!' }))`.
 * @throws FairleadError `limit` (over `maxBytes`, or 100,000 lines), else as `GopherResponse.bytes`.
 */
export async function attributes(response: GopherResponse): Promise<Attributes[]> {
  return parseAttributes(await response.bytes(), DEFAULT_MAX_ITEMS);
}
