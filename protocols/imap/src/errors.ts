// IMAP's errors as FairleadErrors: their codes, texts and the server's words. It throws none itself.
import {
  type ErrorCode,
  FairleadError,
  isFairleadError,
  type Peer,
  type ServerWords,
} from '@fairlead/errors';
import type { ResponseText } from './responses/types/response.ts';

/** Response codes that say: the credentials are wrong, or do not suffice (RFC 5530). */
const AUTH_CODES: readonly (string | undefined)[] = [
  'AUTHENTICATIONFAILED',
  'AUTHORIZATIONFAILED',
  'EXPIRED',
  'PRIVACYREQUIRED',
];
/** The code of a stale `uidValidity`, in `error.server.code`. */
const UID_VALIDITY = 'UIDVALIDITY';

/** The server's words for `error.server`: `code` is the response code, else `NO`, `BAD` or `BYE`. */
function wordsOf(status: string, { code, text }: ResponseText): ServerWords {
  const argument = code?.argument;
  return {
    code: code?.name ?? status,
    message: text,
    fields: { status, ...(argument === undefined ? {} : { argument }) },
  };
}

/** The error of a tagged NO or BAD. @param what The refused command. */
export function refusal(
  what: string,
  response: ResponseText & { readonly status: string },
  fallback: ErrorCode = 'server',
): FairleadError {
  const { status, code, text } = response;
  const shown = `${code === undefined ? '' : `[${code.name}] `}${text}`.slice(0, 500);
  const isAuth = AUTH_CODES.includes(code?.name);
  const isBusy = /^(UNAVAILABLE|LIMIT|INUSE|SERVERBUG|CONTACTADMIN)$/.test(code?.name ?? '');
  const kind = isAuth ? 'auth' : isBusy ? 'server' : fallback;
  return new FairleadError(kind, `The server refused ${what}: ${status} ${shown}`, {
    server: wordsOf(status, response),
  });
}

/** The error of a BYE that was not asked for. */
export function goodbye(response: ResponseText): FairleadError {
  const message = `The server is closing the connection: ${response.text.slice(0, 500)}`;
  return new FairleadError('server', message, { server: wordsOf('BYE', response) });
}

/** What the caller wants is over a cap. */
export function overLimit(message: string): FairleadError {
  return new FairleadError('limit', message, { blame: 'local' });
}

/** TLS that could not be turned on by STARTTLS, before anything was sent in clear. */
export function tlsFailed(message: string): FairleadError {
  return new FairleadError('tls_failed', message, { safeToRetry: true });
}

/** A message or a part that does not exist. */
export function notFound(what: string): FairleadError {
  const message = `${what} does not exist`;
  return new FairleadError('server', message, { server: { code: 'NONEXISTENT', message } });
}

/** The mailbox was made anew: UIDs that were given for `expected` mean nothing now. */
export function staleUids(expected: number, actual: number): FairleadError {
  const message = `The mailbox's UIDVALIDITY is ${actual}, not ${expected}: the UIDs are void`;
  const server = { code: UID_VALIDITY, message, fields: { expected: `${expected}`, actual: `${actual}` } };
  return new FairleadError('server', message, { server, safeToRetry: true });
}

/**
 * Whether a call failed since the mailbox's UIDVALIDITY is another one than the caller's: everything known of its UIDs is void.
 * @example
 * ```ts
 * import { connect, isStaleUids, store } from '@fairlead/imap';
 *
 * await using imap = await connect('imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * try {
 *   await store(imap, 7, { add: ['\\Seen'] }, { uidValidity: 1 });
 * } catch (error) {
 *   if (!isStaleUids(error)) throw error; // else: read the mailbox anew
 * }
 * ```
 */
export function isStaleUids(error: unknown): error is FairleadError {
  return isFairleadError(error) && error.server?.code === UID_VALIDITY;
}

/** The error of calls after `close()`. */
export function closedError(peer?: Peer): FairleadError {
  return new FairleadError('closed', 'The IMAP client was closed', { peer, safeToRetry: true });
}

/** Any error as a FairleadError. */
export function asFairlead(error: unknown): FairleadError {
  return isFairleadError(error)
    ? error
    : new FairleadError('connection_lost', 'The connection broke', { cause: error });
}
