// The client's errors in the words of HTTP callers, who know the gateway's limits and headers, and no options of a client.
import { errorWith, FairleadError, isFairleadError } from '@fairlead/errors';
import { TIMEOUT_HEADER } from '@fairlead/http';

/** The error with a message for a caller; what is not about a limit of the client stays as it is. */
export function forCaller(error: unknown): unknown {
  if (!isFairleadError(error)) return error;
  const message = messageOf(error);
  return message === undefined ? error : errorWith(error, { message, cause: error });
}

function messageOf({ code, blame }: FairleadError): string | undefined {
  if (code === 'timeout') {
    return `The server’s answer did not come within the request’s time (${TIMEOUT_HEADER}, or the operator’s default).`;
  }
  if (code === 'limit' && blame === 'peer') {
    return 'A reply is larger than FAIRLEAD_LIMITS (maxResultBytes, maxRows) or the token’s maxRows allow, or nested too deep.';
  }
  return undefined;
}

/** The error of a subscription that more messages wait in than may. */
export function slowReader(cause: FairleadError): FairleadError {
  return new FairleadError(
    'limit',
    'Messages came faster than the caller read them, and too many of them waited.',
    {
      cause,
    },
  );
}
