// IRC's errors, in Fairlead's one error class.
import { type ErrorCode, errorWith, FairleadError, madeInAdvance, type Peer } from '@fairlead/errors';
import type { Message } from './types.ts';

/** A password that must not be sent without TLS. Nothing was sent. */
export function inClear(): FairleadError {
  const message = 'The password would be sent without TLS: use TLS, or the option allowCleartext';
  return new FairleadError('auth', message, { blame: 'local', safeToRetry: true });
}

/** The server breaks the protocol. */
export function protocolError(message: string): FairleadError {
  return new FairleadError('protocol', `IRC protocol: ${message}`);
}

/** The server sends more than a limit allows. @param name The limit's name, or what it limits. */
export function limitError(name: string, limit: number): FairleadError {
  return new FairleadError('limit', `The server sends more than ${name} allows: ${limit}`, { blame: 'peer' });
}

/**
 * The error for a refusal by the server: a numeric (`server.code` is `'404'`), a FAIL (its code, such as
 * `ACCOUNT_REQUIRED`), or an ERROR.
 * @param code `auth` if the login was refused. Default `server`.
 */
export function refusal(message: Message, code: ErrorCode = 'server'): FairleadError {
  const { command, params } = message;
  const text = params.at(-1) ?? '';
  const isFail = command === 'FAIL';
  const word = (isFail && params[1]) || command;
  const context = params.slice(isFail ? 2 : 1, -1).join(' ');
  return new FairleadError(code, `The server answered: ${word} ${text}`, {
    server: { code: word, message: text, ...(context && { fields: { context } }) },
  });
}

/** The failure of a connection, as the error of one of its commands with a `safeToRetry` of its own. */
export function sameFailure(cause: FairleadError, safeToRetry: boolean): FairleadError {
  const message = `${cause.message} ${safeToRetry ? '(not sent)' : '(unanswered)'}`;
  return errorWith(cause, { message, cause, safeToRetry });
}

/** The error of calls behind `close()`. Its copies for these calls have stacks. */
export function closedHere(peer: Peer): FairleadError {
  return madeInAdvance(
    () => new FairleadError('closed', 'The connection was closed', { safeToRetry: true, peer }),
  );
}

/** The error of a command whose signal has fired. */
export function aborted(signal: AbortSignal | undefined, safeToRetry: boolean): FairleadError {
  return new FairleadError('aborted', 'The command was aborted', { safeToRetry, cause: signal?.reason });
}

/**
 * The failure of a registration, with the server's last NOTICEs, which may give the reason. It is safe to retry: nothing
 * of a registration outlives its connection.
 */
export function loginFailure(reason: FairleadError, notices: string): FairleadError {
  if (notices === '') return errorWith(reason, { safeToRetry: true });
  const server = reason.server ?? { code: 'NOTICE', message: notices };
  const message = `${reason.message}. The server had said: ${notices}`;
  return errorWith(reason, { message, safeToRetry: true, server });
}
