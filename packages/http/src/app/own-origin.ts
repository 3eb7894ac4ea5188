// Whether a page is one of the gateway's own: of the origin that the request was sent to. It reads two headers and refuses nothing.
import type { RouteContext } from './contract.ts';

/**
 * Whether an `Origin` is the gateway's own. Where a proxy in front of the gateway ends TLS, the request comes by plain HTTP, and the
 * page's origin has `https:` and the same host: that is its own, too. The proxy has to pass on the header `Host`.
 * @param origin As the browser sent it; a page of no origin sends `null`.
 */
export function isOwnOrigin(c: RouteContext, origin: string): boolean {
  const own = new URL(c.req.url);
  if (origin === own.origin) return true;
  if (own.protocol !== 'http:' || !origin.startsWith('https://') || !URL.canParse(origin)) return false;
  // Each has the default port of its scheme left out.
  const page = new URL(origin);
  return page.origin === origin && page.host === own.host;
}
