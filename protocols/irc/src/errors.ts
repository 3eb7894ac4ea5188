// IRC errors in the house's one error class. It words and classifies; it throws nothing.
import { type ErrorCode, FairleadError, type FairleadErrorOptions } from '@fairlead/errors';
import type { Message } from './types.ts';

/** A mistake of the caller's: nothing was sent. */
export function usage(message: string): FairleadError {
  return new FairleadError('usage', message, { safeToRetry: true });
}

/** A password that may not leave: nothing was sent. */
export function inClear(): FairleadError {
  const message = 'The password would cross the network in clear: use TLS, or allowCleartext';
  return new FairleadError('auth', message, { blame: 'local', safeToRetry: true });
}

/** A breach of IRC by the server. */
export function protocolError(message: string): FairleadError {
  return new FairleadError('protocol', `IRC protocol: ${message}`);
}

/** What the server sends is over a cap, which `name` names. */
export function limitError(name: string, limit: number): FairleadError {
  return new FairleadError('limit', `The server sends more than ${name} allows: ${limit}`, { blame: 'peer' });
}

/**
 * The server's refusal: a numeric (`server.code` is `'404'`), a FAIL (its code, such as `ACCOUNT_REQUIRED`), or an ERROR.
 * @param code `auth` where who asks was refused, and not what was asked.
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

/** The same error with other particulars. */
export function changed(error: FairleadError, changes: FairleadErrorOptions, note = ''): FairleadError {
  return new FairleadError(error.code, error.message + note, { ...error, cause: error.cause, ...changes });
}

/** The failure of a connection for one of its commands, with its own `safeToRetry`. */
export function sameFailure(cause: FairleadError, safeToRetry: boolean): FairleadError {
  return changed(cause, { cause, safeToRetry }, safeToRetry ? ' (not sent)' : ' (unanswered)');
}

/** What a fired signal leaves of a command. */
export function aborted(signal: AbortSignal | undefined, safeToRetry: boolean): FairleadError {
  return new FairleadError('aborted', 'The command was aborted', { safeToRetry, cause: signal?.reason });
}

/**
 * What ended a registration, with the last words of a server that says by NOTICE why it lets nobody in. It is safe to
 * retry: nothing of a registration outlives its connection.
 */
export function loginFailure(reason: FairleadError, notices: string): FairleadError {
  if (notices === '') return changed(reason, { safeToRetry: true });
  const server = reason.server ?? { code: 'NOTICE', message: notices };
  return changed(reason, { safeToRetry: true, server }, `. The server had said: ${notices}`);
}
