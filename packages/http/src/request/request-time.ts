// The one time limit of a request: it begins at the door, and reading the body, dialling and the call itself share it.
// It watches nothing.
import { type CallLimit, remainingMs } from '@fairlead/client';
import { checkTimeMs } from '@fairlead/transport';
import type { RouteContext } from '../app/contract.ts';
import { TIMEOUT_HEADER } from '../app/headers.ts';
import { HttpProblem } from '../problems/http-problem.ts';

/** A request's time: the whole of it, and `Date.now()` when it is up. */
export type RequestLimit = Pick<CallLimit, 'timeoutMs' | 'at'>;

/** Notes when a request came: once, before anything is waited for. */
export function noteArrival(c: RouteContext): void {
  c.set('arrivedAt', Date.now());
}

/** Notes the time that the caller asks for. @throws HttpProblem 400 if it is no whole number or over the operator's cap. */
export function checkWish(c: RouteContext): void {
  c.set('wishedMs', wishedMs(c));
}

/**
 * The request's limit.
 * @param defaultMs Where the caller asks for no time, in milliseconds; at most `maxTimeoutMs` counts. Default: `timeoutMs`.
 */
export function requestLimit(
  c: RouteContext,
  defaultMs: number = c.get('config').limits.timeoutMs,
): RequestLimit {
  return limitFrom(c, c.get('wishedMs') ?? Math.min(defaultMs, c.get('config').limits.maxTimeoutMs));
}

/**
 * A limit of so many milliseconds from the request's arrival on, whatever the caller asks for.
 * @throws FairleadError `usage`: no number above 0.
 */
export function limitFrom(c: RouteContext, timeoutMs: number): RequestLimit {
  checkTimeMs('timeoutMs', timeoutMs);
  return { timeoutMs, at: c.get('arrivedAt') + timeoutMs };
}

/**
 * What is left of the request's time, in milliseconds, at least 1.
 * @param defaultMs As of `requestLimit`.
 */
export function operationTimeoutMs(c: RouteContext, defaultMs?: number): number {
  return remainingMs({ ...requestLimit(c, defaultMs), signal: undefined });
}

function wishedMs(c: RouteContext): number | undefined {
  const wish = c.req.header(TIMEOUT_HEADER);
  if (wish === undefined) return undefined;
  const { maxTimeoutMs } = c.get('config').limits;
  const timeoutMs = /^\d{1,9}$/.test(wish) ? Number(wish) : 0;
  if (timeoutMs < 1 || timeoutMs > maxTimeoutMs) {
    throw new HttpProblem('invalid', `${TIMEOUT_HEADER} must be a whole number from 1 to ${maxTimeoutMs}.`);
  }
  return timeoutMs;
}
