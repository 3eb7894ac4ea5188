// Where the gateway ran, as far as the platform tells it with the request.
import type { Place } from './text.ts';

/** A data centre, by its airport. */
const COLO = /^[A-Z]{3}$/;
const PLACEMENT = /^[a-z]{1,16}-[A-Z]{3}$/;

/**
 * `colo` of `request.cf`, and the header `cf-placement`, which Cloudflare sets where the Worker has a placement. Elsewhere a
 * caller can send that header, and is told its own words.
 */
export function placeOf(request: Request): Place {
  const cf: unknown = Reflect.get(request, 'cf');
  const colo: unknown = typeof cf === 'object' && cf !== null ? Reflect.get(cf, 'colo') : undefined;
  const placement = request.headers.get('cf-placement');
  return {
    ...(typeof colo === 'string' && COLO.test(colo) ? { colo } : {}),
    ...(placement !== null && PLACEMENT.test(placement) ? { placement } : {}),
  };
}
