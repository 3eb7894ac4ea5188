// The answer of a named query whose entry has `cacheSeconds`: how long it may be used again, by whom, and its ETag. It stores
// nothing itself.
import { toHex } from '@fairlead/bytes';
import type { RouteContext } from '../app/contract.ts';
import type { NamedQuery } from './named-query.ts';

const ETAG_BYTES = 16;

/**
 * A document as an answer, or 304 where the caller has it already (RFC 9110 section 13.1.2).
 * Only answers to GET and HEAD may be stored.
 */
export async function answerDocument(
  c: RouteContext,
  query: NamedQuery,
  document: Uint8Array<ArrayBuffer>,
): Promise<Response> {
  const type = { 'Content-Type': 'application/json' };
  const { cacheSeconds } = query;
  if (cacheSeconds === undefined || c.req.method === 'POST')
    return c.newResponse(document, 200, { ...type, 'Cache-Control': 'no-store' });
  const etag = await etagOf(document);
  // A cache that many share keeps what it may keep for all; each caller's own depends on the token, too.
  c.header('Vary', query.public ? 'Accept' : 'Accept, Authorization', { append: true });
  // Not among the answer's own headers, which those of the context win over where CORS has begun its response already.
  c.header('Cache-Control', cacheControl(query.public, cacheSeconds));
  const headers = { ETag: etag };
  if (matches(c.req.header('If-None-Match'), etag)) return c.newResponse(null, 304, headers);
  return c.newResponse(document, 200, { ...type, ...headers });
}

function cacheControl(isPublic: boolean, seconds: number): string {
  const whose = isPublic ? 'public' : 'private';
  return seconds === 0 ? `${whose}, no-cache` : `${whose}, max-age=${seconds}`;
}

async function etagOf(document: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', document), 0, ETAG_BYTES);
  return `"${toHex(digest)}"`;
}

/** Proxies that compress make a strong tag weak. */
function matches(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}
