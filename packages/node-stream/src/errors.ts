// The reasons with which a stream ends, as Errors.
import { FairleadError } from '@fairlead/errors';

/** The reason itself if it is an Error, else a FairleadError `connection_lost` around it. */
export function asError(reason: unknown): Error {
  if (reason instanceof Error) return reason;
  return new FairleadError('connection_lost', 'The connection failed.', { cause: reason });
}

/** The default reason of `destroy()`: a FairleadError `closed`. */
export function endedError(): FairleadError {
  return new FairleadError('closed', 'The stream over this connection was closed.');
}
