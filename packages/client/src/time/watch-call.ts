// Watches over one call: its signal and its time. It stops nothing itself.
import { FairleadError } from '@fairlead/errors';
import { whenAborted } from '../signals/when-aborted.ts';
import type { CallLimit } from './call-limit.ts';
import type { Deadlines } from './deadlines.ts';

/**
 * Calls `stop` with `aborted` when the signal fires (at once if it has), or with `timeout` when the time is up.
 * @param noun What the call is, for the message: `query`.
 * @param limits A `CallLimit` ends when it says, whatever stage of its call is watched; other limits begin now.
 * @returns A function that ends the watch.
 */
export function watchCall(
  deadlines: Deadlines,
  noun: string,
  limits: Pick<CallLimit, 'timeoutMs'> & Partial<CallLimit>,
  stop: (reason: FairleadError) => void,
): () => void {
  const { signal, timeoutMs, at } = limits;
  const onTime = (): void => stop(timeUp(noun, timeoutMs));
  const deadline = at === undefined ? deadlines.add(timeoutMs, onTime) : deadlines.addAt(at, onTime);
  const removeDeadline = (): void => deadlines.remove(deadline);
  // The usual call has no signal.
  if (signal === undefined) return removeDeadline;
  const stopListening = whenAborted(signal, () => stop(abortedBy(noun, signal)));
  return () => {
    removeDeadline();
    stopListening();
  };
}

/** The error of a call that its caller's signal ended. @param noun What the call is: `query`. */
export function abortedBy(noun: string, { reason }: AbortSignal, safeToRetry = false): FairleadError {
  return new FairleadError('aborted', `The ${noun} was aborted by its signal.`, {
    cause: reason,
    safeToRetry,
  });
}

/** The error of a call whose time was up. @param noun What the call is: `query`. */
export function timeUp(noun: string, timeoutMs: number, safeToRetry = false): FairleadError {
  return new FairleadError('timeout', `The ${noun} took longer than ${timeoutMs} ms.`, { safeToRetry });
}
