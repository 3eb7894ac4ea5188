// The callback of enhanced authentication (section 4.12): how long it is waited for, and what its failures are called.
import { type CallLimit, remainingMs } from '@fairlead/client';
import { type ErrorCode, type FairleadError, isFairleadError } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import type { EnhancedAuthentication } from '../types/messages.ts';

/**
 * The answer to a challenge.
 * @param limit While the connection is not accepted; later nobody waits for it.
 * @param errorOf Makes the errors that it throws.
 */
export async function answerTo(
  authentication: EnhancedAuthentication | undefined,
  challenge: Uint8Array | undefined,
  limit: CallLimit | undefined,
  errorOf: (code: ErrorCode, message: string, cause?: unknown) => FairleadError,
): Promise<Uint8Array | undefined> {
  // A callback that throws at once counts as one whose promise rejects.
  const answering = (async () => authentication?.respond(challenge))();
  const timeoutMs = limit === undefined ? Number.POSITIVE_INFINITY : remainingMs(limit);
  const outcome = await bounded(answering, timeoutMs, limit?.signal);
  if (outcome.kind === 'done') {
    if (outcome.value === undefined || outcome.value instanceof Uint8Array) return outcome.value;
    throw errorOf('usage', 'The callback of enhanced authentication gives a Uint8Array');
  }
  if (outcome.kind !== 'failed') {
    throw errorOf('connect_timeout', 'The callback of enhanced authentication did not answer in time');
  }
  if (isFairleadError(outcome.error)) throw outcome.error;
  throw errorOf('auth', 'The callback of enhanced authentication failed', outcome.error);
}
