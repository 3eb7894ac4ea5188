// What a transport or a caller gave as the reason of an end, as an Error. It throws nothing.
import { FairleadError } from '@fairlead/errors';

/** The reason itself if it is an Error, else a FairleadError `connection_lost` around it. */
export function asError(reason: unknown): Error {
  if (reason instanceof Error) return reason;
  return new FairleadError('connection_lost', 'The connection failed.', { cause: reason });
}

/** The reason of those who give none: a FairleadError `closed`. */
export function endedError(): FairleadError {
  return new FairleadError('closed', 'The stream over this connection was closed.');
}
