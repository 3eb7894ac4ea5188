// Errors on their way across RPC, which keeps members and loses the class.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import type { PlainError } from './types.ts';

/** The error as plain values. A foreign one is told as the connection's failure, without its words. */
export function toPlain(error: unknown): PlainError {
  const known = isFairleadError(error)
    ? error
    : new FairleadError('connection_lost', 'The pooled connection has failed.');
  const { code, message, blame, safeToRetry, peer, server, reason, certificate, alert } = known;
  return { code, message, blame, safeToRetry, peer, server, reason, certificate, alert };
}

/** The error of plain values. */
export function fromPlain({ code, message, ...more }: PlainError): FairleadError {
  return new FairleadError(code, message, more);
}
