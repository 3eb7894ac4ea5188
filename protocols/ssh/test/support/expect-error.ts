// Calls that have to fail with a FairleadError.
import { type FairleadError, isFairleadError } from '@fairlead/errors';

/** The FairleadError that comes out. Whatever else comes out, or nothing, fails the test. */
export async function errorOf(call: () => unknown): Promise<FairleadError> {
  try {
    await call();
  } catch (error) {
    if (isFairleadError(error)) return error;
    throw error;
  }
  throw new Error('nothing failed');
}
