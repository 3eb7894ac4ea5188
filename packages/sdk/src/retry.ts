// Which failures are worth another attempt, and when. It waits and sends nothing.
import type { FairleadProblem } from './problem.ts';

/** What can go better by itself: too many requests, a server that is not reached, a pool that is full. */
const PASSING: ReadonlySet<number> = /* @__PURE__ */ new Set([429, 502, 503, 504]);

/** Codes of these statuses that need a person. */
const LASTING: ReadonlySet<string> = /* @__PURE__ */ new Set(['auth', 'tls_failed', 'protocol']);

const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;
/** A longer wish of the gateway is the caller's to decide on. */
const MAX_RETRY_AFTER_MS = 30_000;

/**
 * How long to wait before another attempt.
 * @param attempt 0 behind the first one.
 * @param random From 0 to 1.
 * @returns undefined where there shall be none: the call may have had an effect, would fail again, or is asked to wait too long.
 */
export function retryDelayMs(problem: FairleadProblem, attempt: number, random: number): number | undefined {
  const { safeToRetry, status, code, retryAfterMs } = problem;
  if (!safeToRetry || !PASSING.has(status) || LASTING.has(code)) return undefined;
  if (retryAfterMs === undefined) {
    const most = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
    return most * (0.5 + random / 2);
  }
  // Never sooner than asked for, and not all at once.
  return retryAfterMs > MAX_RETRY_AFTER_MS ? undefined : retryAfterMs * (1 + random / 4);
}

/**
 * `Retry-After` (RFC 9110 section 10.2.3), in milliseconds: seconds, or a date.
 * @returns undefined where the header is missing or is neither.
 */
export function parseRetryAfter(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
