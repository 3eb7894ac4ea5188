// Watches over one call: its signal and its time. It stops nothing itself.
import { FairleadError } from '@fairlead/errors';
import type { Deadlines } from './deadlines.ts';

/** What a call may say about its own end. */
export interface CallLimits {
  readonly signal?: AbortSignal | undefined;
  /** Infinity for none. */
  readonly timeoutMs: number;
}

/**
 * Calls `stop` with `aborted` when the signal fires (at once if it has), or with `timeout` when the time is up.
 * @param noun What the call is, for the message: `query`.
 * @returns A function that ends the watch.
 */
export function watchCall(
  deadlines: Deadlines,
  noun: string,
  { signal, timeoutMs }: CallLimits,
  stop: (reason: FairleadError) => void,
): () => void {
  const onTime = (): void =>
    stop(new FairleadError('timeout', `The ${noun} took longer than ${timeoutMs} ms.`));
  const deadline = Number.isFinite(timeoutMs) ? deadlines.add(timeoutMs, onTime) : undefined;
  const removeDeadline = (): void => {
    if (deadline) deadlines.remove(deadline);
  };
  // The usual call has no signal.
  if (signal === undefined) return removeDeadline;
  const onAbort = (): void => {
    stop(new FairleadError('aborted', `The ${noun} was aborted by its signal.`, { cause: signal.reason }));
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort);
  return () => {
    removeDeadline();
    signal.removeEventListener('abort', onAbort);
  };
}
