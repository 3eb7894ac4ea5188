// Waits for work that other calls wait for too, within the limit of one call. The work itself goes on.
import { atCaller, type CallLimit, type Deadlines, watchCall } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { asFailure, sameFailure, withSafeToRetry } from '../errors.ts';

/**
 * The value of `work`, or the call's own end.
 * @param noun What the call is, for the message.
 * @param isUnsent Whether nothing of this call was sent.
 */
export function awaitShared<T>(
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
    unwatch = watchCall(deadlines, noun, limit, (reason) => fail(withSafeToRetry(reason, isUnsent)));
    work.then(
      (value) => {
        unwatch();
        resolve(value);
      },
      (error: unknown) => {
        const failure = asFailure(error);
        // Other calls may have got the same error.
        fail(sameFailure(failure, failure.code, failure.safeToRetry));
      },
    );
  });
}
