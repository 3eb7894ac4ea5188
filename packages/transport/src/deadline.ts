// Waits with an end: a promise raced against a timer and an AbortSignal. It cancels nothing by itself.
import { usage } from '@fairlead/errors';

/** The longest delay, in milliseconds, that a timer takes: with a longer one it fires at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/**
 * Checks a time option: the only place that says which times there are.
 * @param name The option's name, for the message: `connectTimeoutMs`.
 * @param value Milliseconds above 0; `Infinity` for no limit; undefined for the default.
 * @throws FairleadError `usage` for anything else: 0, a negative number, NaN, another type.
 */
export function checkTimeMs(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'number' && value > 0)) return;
  const given = typeof value === 'number' ? String(value) : typeof value;
  const message = `${name} is a number of milliseconds above 0, or Infinity for no limit, not ${given}`;
  throw usage(message);
}

/** Which of the three ended a bounded wait. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'aborted' };

/**
 * Waits for `work` no longer than `timeoutMs` and no longer than `signal` allows. Never rejects;
 * a rejection of `work` that comes too late is swallowed.
 * @param timeoutMs Above 0; `Infinity` for no limit. Above 2,147,483,647 (24.8 days) it counts as that.
 */
export function bounded<T>(work: Promise<T>, timeoutMs: number, signal?: AbortSignal): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome<T>): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const onAbort = (): void => settle({ kind: 'aborted' });
    const timer =
      timeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => settle({ kind: 'timeout' }), Math.min(timeoutMs, MAX_TIMER_MS));
    work.then(
      (value) => settle({ kind: 'done', value }),
      (error: unknown) => settle({ kind: 'failed', error }),
    );
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort);
  });
}

/** Does nothing. */
export const noop = (): void => {};

/** A rejection that may be left unawaited. */
export function rejected(reason: Error): Promise<never> {
  return unwatched(Promise.reject(reason));
}

/** `work`, which may be left unawaited: its rejection is never an unhandled one. */
export function unwatched<T>(work: Promise<T>): Promise<T> {
  work.catch(noop);
  return work;
}
