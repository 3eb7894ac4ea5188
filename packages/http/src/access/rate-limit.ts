// Counts a token's requests: in this isolate's window, and by the platform's rate limiting binding beside it. It counts what
// comes, whatever becomes of it.
import type { RouteContext } from '../app/contract.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import type { Access } from './access.ts';
import type { RateSettings } from './rate-window.ts';

/**
 * Counts the request of a token that has a rate, and says in `RateLimit` and `RateLimit-Policy` where this isolate's window
 * stands. Where the binding `RATE_LIMITER` is configured, its own limit holds as well, with the token's name as its key.
 * @throws HttpProblem 429 with `Retry-After`; `config` where the binding is none.
 */
export async function countRequest(c: RouteContext, { name }: Access, rate: RateSettings): Promise<void> {
  const { limit, periodSeconds } = rate;
  const { isWithin, left, resetSeconds } = c.get('shared').rates.take(name, rate, Date.now());
  // The policy's name says whose count it is: another isolate has its own.
  c.header('RateLimit-Policy', `"isolate";q=${limit};w=${periodSeconds}`);
  c.header('RateLimit', `"isolate";r=${left};t=${resetSeconds}`);
  if (!isWithin) {
    throw tooMany(
      `The token "${name}" may send ${limit} requests in ${periodSeconds} seconds.`,
      resetSeconds,
    );
  }
  const limiter = c.env?.RATE_LIMITER;
  if (limiter === undefined) return;
  if (typeof limiter.limit !== 'function') {
    throw new HttpProblem(
      'config',
      'The binding RATE_LIMITER is no rate limiter: wrangler.toml declares it in [[ratelimits]].',
    );
  }
  const { success } = await limiter.limit({ key: name });
  // The binding does not tell when it lets the next one through; its longest period is sure to have ended by then.
  if (!success)
    throw tooMany(`The token "${name}" has sent too many requests in this location.`, periodSeconds);
}

function tooMany(detail: string, retrySeconds: number): HttpProblem {
  return new HttpProblem('rate_limited', detail, { headers: { 'Retry-After': String(retrySeconds) } });
}
