// Waits for what other calls wait for too, no longer than one call may. The work itself goes on.
import { atCaller, type CallLimit, type Deadlines, watchCall } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { asFailure, flagged, sameFailure } from '../errors.ts';

/**
 * What `work` gives, or the call's own end.
 * @param noun What the call is, for the message.
 * @param isUnsent Whether nothing of this call has left when it ends.
 */
export function withinLimit<T>(
  deadlines: Deadlines,
  noun: string,
  limit: CallLimit,
  work: Promise<T>,
  isUnsent: boolean,
): Promise<T> {
  return new Promise((resolve) => {
    const fail = (reason: FairleadError): void => {
      unwatch();
      resolve(atCaller(reason));
    };
    let unwatch = (): void => {};
    unwatch = watchCall(deadlines, noun, limit, (reason) => fail(flagged(reason, isUnsent)));
    work.then(
      (value) => {
        unwatch();
        resolve(value);
      },
      (error: unknown) => {
        const failure = asFailure(error);
        // Others may have got the same one.
        fail(sameFailure(failure, failure.code, failure.safeToRetry));
      },
    );
  });
}
