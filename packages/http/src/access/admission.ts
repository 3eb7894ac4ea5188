// The door of the route modules: who calls, from which page, how often, and with which caps. Whether the token suffices for what is
// asked is said later, by `resolveTarget`.
import type { Config, RouteContext } from '../app/contract.ts';
import { isOwnOrigin } from '../app/own-origin.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { singleHeader } from '../request/single.ts';
import { authorizationOf } from '../streams/websocket/handshake.ts';
import type { Access } from './access.ts';
import { countRequest } from './rate-limit.ts';
import { authenticate, jwtOf } from './tokens.ts';

/**
 * Lets a request in, and sets `access`. A token's own `maxRows` lowers the limits that its request sees.
 * @throws HttpProblem 401 (no valid token), 403 (origin), 429 (rate), 503 (the issuer's keys cannot be had).
 */
export async function admitCaller(c: RouteContext): Promise<void> {
  const config = c.get('config');
  const access = await identify(c, config);
  c.set('access', access);
  checkPage(c, access);
  if (access.limits.rate !== undefined) await countRequest(c, access, access.limits.rate);
  const { maxRows } = access.limits;
  if (maxRows !== undefined && maxRows < config.limits.maxRows) {
    c.set('config', { ...config, limits: { ...config.limits, maxRows } });
  }
}

/** A bearer with the shape of a JWT is the issuer's to know, where one is configured; opaque tokens never get there. */
async function identify(c: RouteContext, { tokens, jwt }: Config): Promise<Access> {
  const header = authorizationOf(c) ?? bareToken(c);
  const text = jwt === undefined ? undefined : jwtOf(header);
  if (jwt === undefined || text === undefined) return authenticate(header, tokens);
  const { verifyJwt } = await import('./jwt/verify.ts');
  return verifyJwt(c, text, jwt);
}

/** The token in a header of the module's own: clients of another service send it there, without a scheme. */
function bareToken(c: RouteContext): string | undefined {
  for (const name of c.get('module')?.tokenHeaders ?? []) {
    const token = singleHeader(c, name);
    if (token !== undefined) return `Bearer ${token}`;
  }
  return undefined;
}

/** Programs send no `Origin`, and can send any: this binds browsers alone. */
function checkPage(c: RouteContext, { name, limits: { origins } }: Access): void {
  if (origins === undefined) return;
  const origin = c.req.header('Origin');
  if (origin === undefined) return;
  if (origins.includes(origin) || isOwnOrigin(c, origin)) return;
  throw new HttpProblem('forbidden', `The token "${name}" may not be used by pages of this origin.`);
}
