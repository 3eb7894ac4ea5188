// What may be told of a request: its method, the template of its path, its token and its connection by name. No URL, key or value.
import { routePath } from 'hono/route';
import type { RouteContext } from '../app/contract.ts';

/** RFC 9110 lets a method be any word; those that exist are short. */
const METHOD = /^[A-Z]{3,7}$/;

/** The method, `OTHER` where it is none that exists. */
export function methodOf(c: RouteContext): string {
  return METHOD.test(c.req.method) ? c.req.method : 'OTHER';
}

/** The template of the path: `/redis/*`, `/tcp/ping/:address`. What the caller put into it does not stand there. */
export function routeOf(c: RouteContext): string {
  return routePath(c, -1);
}

/** The token's name; undefined where no token was known. */
export function tokenOf(c: RouteContext): string | undefined {
  // It is not there yet where the token was refused.
  const access: { readonly name: string } | undefined = c.get('access');
  return access?.name;
}

/** The connection's name; `@`, as in scopes, for an address of the caller's own, whose host is the caller's to know. */
export function connectionOf(c: RouteContext): string | undefined {
  const target = c.get('target');
  return c.get('record').connection ?? (target === undefined ? undefined : (target.name ?? '@'));
}
