// What a call fails with: only a FairleadError will do.
import { type FairleadError, isFairleadError } from '../src/index.ts';

/** The error that `call` throws. */
export function failure(call: () => unknown): FairleadError {
  try {
    call();
  } catch (error) {
    if (isFairleadError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The error that `promise` rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<FairleadError> {
  try {
    await promise;
  } catch (error) {
    if (isFairleadError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
