// The errors of the wire as FairleadErrors. They never show what a server or a caller sent.
import { FairleadError } from '@fairlead/errors';

/** A breach of IMAP by the server. */
export function protocolError(what: string): FairleadError {
  return new FairleadError('protocol', `IMAP: ${what}`);
}

/** A response over a cap. */
export function limitError(what: string, limit: number): FairleadError {
  return new FairleadError('limit', `IMAP: ${what} over ${limit}`, { blame: 'peer' });
}
