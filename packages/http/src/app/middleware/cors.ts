// CORS: off unless FAIRLEAD_CORS lists origins. Tokens travel in a header, so credentials mode is never allowed.
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { GatewayTypes } from '../contract.ts';

const EXPOSED = [
  'Fairlead-Request-Id',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Server-Timing',
  'Upstash-Sync-Token',
];
const MAX_AGE_S = 3600;

const enabled: MiddlewareHandler<GatewayTypes> = cors({
  origin: (origin, c) => {
    const allowed: readonly string[] = c.get('config').cors;
    return allowed.includes('*') ? '*' : allowed.find((own) => own === origin);
  },
  allowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
  exposeHeaders: EXPOSED,
  maxAge: MAX_AGE_S,
});

/** Adds the headers and answers preflights, where the operator listed origins. */
export const corsHeaders: MiddlewareHandler<GatewayTypes> = async (c, next) => {
  if (c.get('config').cors.length === 0) return next();
  const answer = await enabled(c, next);
  // So that a page's own view of its requests (PerformanceResourceTiming) has Server-Timing too.
  const origin = c.res.headers.get('Access-Control-Allow-Origin');
  if (origin !== null) c.res.headers.set('Timing-Allow-Origin', origin);
  return answer;
};
