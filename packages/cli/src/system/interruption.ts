// The end of a command that runs until it is told to end.
import { deferred, whenAborted } from '@fairlead/client';

/** Resolves at Ctrl-C, or when the process is told to end. */
export function interrupted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = deferred<void>();
  whenAborted(signal, () => resolve());
  return promise;
}
