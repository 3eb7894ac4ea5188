// How traces compare.
import type { Trace } from './types.ts';

/** From the one that leaves nothing to the one that leaves most. */
const ORDER: readonly Trace[] = ['clean', 'dirty', 'session', 'lasting'];

/** The one that leaves more. */
export function worseTrace(one: Trace, other: Trace): Trace {
  return ORDER.indexOf(one) < ORDER.indexOf(other) ? other : one;
}

/** Whether the borrower keeps its connection until it closes. */
export function keepsConnection(trace: Trace): boolean {
  return ORDER.indexOf(trace) >= ORDER.indexOf('session');
}
