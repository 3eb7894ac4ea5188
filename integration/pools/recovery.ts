// How soon after a server's return its users were served again, read from the outcomes of a load.
import type { Outcome } from './load.ts';

/** One return. */
export interface Return {
  readonly protocol: 'pg' | 'redis';
  readonly fault: string;
  /** By `performance.now()`. */
  readonly readyAt: number;
  /** When the next fault began. */
  readonly until: number;
}

/** When service was back, in milliseconds after the return; `Infinity` where it was not. */
export interface Recovery {
  readonly firstMs: number;
  /** The end of the first twenty answers in a row that were all right. */
  readonly twentyMs: number;
}

/** Reads when the users of a protocol were served again. */
export function recoveryOf({ protocol, readyAt, until }: Return, outcomes: readonly Outcome[]): Recovery {
  const after = outcomes
    .filter(({ user, endedAt }) => user.protocol === protocol && endedAt > readyAt && endedAt <= until)
    .sort((left, right) => left.endedAt - right.endedAt);
  let firstMs = Number.POSITIVE_INFINITY;
  let inRow = 0;
  for (const { kind, endedAt } of after) {
    if (kind === 'right') firstMs = Math.min(firstMs, endedAt - readyAt);
    inRow = kind === 'right' ? inRow + 1 : 0;
    if (inRow === 20) return { firstMs, twentyMs: endedAt - readyAt };
  }
  return { firstMs, twentyMs: Number.POSITIVE_INFINITY };
}

/** Requests that began so long after the return that they should have been served, and were not. */
export function unserved(
  { protocol, readyAt, until }: Return,
  outcomes: readonly Outcome[],
  withinMs: number,
): readonly Outcome[] {
  return outcomes.filter(
    ({ user, startedAt, endedAt, kind }) =>
      user.protocol === protocol && startedAt > readyAt + withinMs && endedAt < until && kind !== 'right',
  );
}
