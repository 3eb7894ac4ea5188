// A request that asks for several things: the outcome of each, and one problem where all of them failed.
import { errorWith, isFairleadError } from '@fairlead/errors';
import type { Problem, RouteContext } from '../app/contract.ts';
import { toProblem } from '../problems/problem.ts';
import { explainAbort } from './lifetime.ts';

/** The outcomes of a batch, in the order of its items. */
export interface BatchAnswer<T> {
  /** How many have a problem. */
  readonly failed: number;
  readonly results: readonly (T | { readonly error: Problem })[];
}

/**
 * The answer for a batch: 200 where at least one item succeeded.
 * @param signal The request's: what it ended is told as it was ended, by the time or by the caller.
 * @param none Begins the message where all failed: `None of the 3 messages was published`.
 * @throws The first item's error where all of them failed, so that the answer is no success; it is safe to retry only
 *   where each of them is.
 */
export function batchAnswer<T>(
  c: RouteContext,
  signal: AbortSignal,
  settled: readonly PromiseSettledResult<T>[],
  none: (count: number) => string,
): BatchAnswer<T> {
  const reasons = settled.flatMap((one) =>
    one.status === 'rejected' ? [explainAbort(one.reason, signal)] : [],
  );
  if (reasons.length > 0 && reasons.length === settled.length) throw ofAll(reasons, none(reasons.length));
  const results = settled.map((one) =>
    one.status === 'fulfilled' ? one.value : { error: toProblem(explainAbort(one.reason, signal), c) },
  );
  return { failed: reasons.length, results };
}

function ofAll(reasons: readonly unknown[], none: string): unknown {
  const [first] = reasons;
  if (reasons.length === 1 || !isFairleadError(first)) return first;
  const safeToRetry = reasons.every((reason) => isFairleadError(reason) && reason.safeToRetry);
  const message = `${none}; the first one: ${first.message}`;
  return errorWith(first, { message, safeToRetry, cause: first });
}
