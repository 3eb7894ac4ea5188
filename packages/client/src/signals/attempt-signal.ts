// A signal that covers an attempt to connect, and no more than that. It dials nothing.
import { whenAborted } from './when-aborted.ts';

/**
 * Connects under a signal of its own, which fires with the caller's while the attempt lasts. When the caller's fires
 * later, the client can still tell its server to stop before the connection ends.
 * @param open Gets `undefined` where the caller gave no signal.
 */
export async function withAttemptSignal<T>(
  signal: AbortSignal | undefined,
  open: (attempt: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (signal === undefined) return open(undefined);
  const attempt = new AbortController();
  const stopListening = whenAborted(signal, ({ reason }) => attempt.abort(reason));
  try {
    return await open(attempt.signal);
  } finally {
    stopListening();
  }
}
