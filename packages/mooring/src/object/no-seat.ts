// The error of a mooring that was not made for a protocol.
import { FairleadError } from '@fairlead/errors';

/** Nothing was sent: safe to retry. */
export function noSeat(protocol: string): FairleadError {
  const message = `The mooring has no seat for ${protocol}: give it to mooring([...]).`;
  return new FairleadError('usage', message, { safeToRetry: true });
}
