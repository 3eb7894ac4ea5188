// Reads the gateway's answer into what is shown: a menu, a text, an image, or a file to save. Only the types named here are shown;
// everything else is bytes.
import type { Output } from '@fairlead/sdk';
import { readBody } from '../../../session/calls/read-body.ts';

/** A line of a menu. */
export type MenuLine = NonNullable<Output<'gopherFetch'>['items']>[number];

/** What came. */
export type Answer =
  | { readonly kind: 'menu'; readonly lines: readonly MenuLine[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly blob: Blob }
  | { readonly kind: 'file'; readonly blob: Blob };

/** Formats that browsers draw and that run nothing; SVG is not among them. */
const IMAGES = new Set(['image/avif', 'image/bmp', 'image/gif', 'image/jpeg', 'image/png', 'image/webp']);

/**
 * Reads an answer to its end.
 * @param onBytes Called with the bytes that have come so far.
 * @throws SyntaxError for a menu that is no JSON; what the stream fails with.
 */
export async function readAnswer(response: Response, onBytes: (bytes: number) => void): Promise<Answer> {
  const type = (response.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const bytes = await readBody(response, onBytes);
  if (type === 'application/json') return { kind: 'menu', lines: linesOf(JSON.parse(await bytes.text())) };
  if (type === 'text/plain') return { kind: 'text', text: await bytes.text() };
  if (IMAGES.has(type)) return { kind: 'image', blob: new Blob([bytes], { type }) };
  return { kind: 'file', blob: new Blob([bytes], { type: 'application/octet-stream' }) };
}

function linesOf(value: unknown): readonly MenuLine[] {
  if (typeof value !== 'object' || value === null || !('items' in value)) return [];
  return Array.isArray(value.items) ? value.items : [];
}
