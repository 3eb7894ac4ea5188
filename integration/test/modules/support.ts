// What the tests of the modules share: who refused what. It knows no protocol.
import { type FairleadError, isFairleadError } from '@fairlead/errors';

/** The certificates that must be refused. */
export const BAD_CERTIFICATES = ['otherName', 'expired', 'untrusted'] as const;

/** The `FairleadError` that `promise` rejects with; anything else, success too, fails the test. */
export async function failure(promise: Promise<unknown>): Promise<FairleadError> {
  try {
    await promise;
  } catch (error) {
    if (isFairleadError(error)) return error;
    throw error;
  }
  throw new Error('expected a rejection');
}

/** Whether `value` is exactly these bytes. For megabytes, which `toEqual` would compare for many seconds. */
export function sameBytes(value: unknown, bytes: Uint8Array): boolean {
  if (!(value instanceof Uint8Array) || value.length !== bytes.length) return false;
  return value.every((byte, index) => byte === bytes[index]);
}
