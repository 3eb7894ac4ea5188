// Listens to a caller's AbortSignal. It ends nothing itself.

/**
 * Calls `onAbort` once when `signal` fires; at once, if it has fired already.
 * @param signal Without one, nothing is listened to.
 * @returns A function that stops listening. Call it when the work has ended: a signal may outlive thousands of calls.
 * @example
 * ```ts
 * import { whenAborted } from '@fairlead/client';
 *
 * const stopListening = whenAborted(signal, ({ reason }) => transport.destroy(reason));
 * ```
 */
export function whenAborted(
  signal: AbortSignal | undefined,
  onAbort: (signal: AbortSignal) => void,
): () => void {
  if (signal === undefined) return noop;
  if (signal.aborted) {
    onAbort(signal);
    return noop;
  }
  const listener = (): void => {
    onAbort(signal);
  };
  // A signal fires once without `once`, with which Node searches all listeners at each removal behind it: quadratic where
  // many calls share a signal.
  signal.addEventListener('abort', listener);
  return () => signal.removeEventListener('abort', listener);
}

const noop = (): void => undefined;
