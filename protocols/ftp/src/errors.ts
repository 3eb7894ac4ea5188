// FTP's errors as FairleadErrors: their codes, texts and `safeToRetry`. It throws none itself.
import {
  type ErrorCode,
  FairleadError,
  isFairleadError,
  type Peer,
  type ServerWords,
} from '@fairlead/errors';
import type { Reply } from './types.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROL = /[\0-\x1f\x7f-\x9f]+/g;
/** Characters of a reply that a message shows. */
const SHOWN = 300;

/** The reply's text in one line, without control characters. */
function textOf({ lines }: Reply): string {
  return lines.join(' ').replace(CONTROL, ' ').trim();
}

/** The reply for `error.server`. */
export function wordsOf(reply: Reply, fields?: Readonly<Record<string, string>>): ServerWords {
  return {
    code: String(reply.code),
    message: textOf(reply).slice(0, 4 * SHOWN),
    ...(fields === undefined ? {} : { fields }),
  };
}

/** `550 No such file`, cut to a length that a message can show. */
export function shown(reply: Reply): string {
  return `${reply.code} ${textOf(reply)}`.slice(0, SHOWN);
}

/**
 * The error of a reply from 400 to 599.
 * @param what The refused command, as `RETR`.
 * @param safeToRetry Whether the refusal means that nothing was done. Default true.
 */
export function refusal(
  what: string,
  reply: Reply,
  { code = 'server', safeToRetry = true }: { code?: ErrorCode; safeToRetry?: boolean } = {},
): FairleadError {
  const message = `The server refused ${what}: ${shown(reply)}`;
  return new FairleadError(code, message, { server: wordsOf(reply), safeToRetry });
}

/** 421: the server ends the connection. It may say so at any time. */
export function closing(reply: Reply): FairleadError {
  const message = `The server is closing the connection: ${shown(reply)}`;
  return new FairleadError('server', message, { server: wordsOf(reply) });
}

/** TLS that could not be turned on, before a credential was sent. */
export function tlsFailed(message: string): FairleadError {
  return new FairleadError('tls_failed', message, { safeToRetry: true });
}

/** The server wants a data connection to resume the TLS session of the control connection, and it did not. */
export function sessionReuse(reply: Reply): FairleadError {
  const message =
    `The server refused the data connection, probably since it did not resume the TLS session of the control ` +
    `connection: ${shown(reply)}. The platform resumes sessions by itself and offers no setting for it: overTls of ` +
    `@fairlead/tls resumes exactly that one. Or turn the requirement off at the server (vsftpd: require_ssl_reuse=NO; ` +
    `ProFTPD: TLSOptions NoSessionReuseRequired; FileZilla Server has no such setting), or choose dataProtection: 'clear'`;
  return new FairleadError('tls_failed', message, {
    server: wordsOf(reply),
    reason: 'session_reuse',
  });
}

/** A transfer that ended before its end. */
export function truncated(what: string): FairleadError {
  return new FairleadError('connection_lost', `The transfer was cut: ${what}`);
}

/** A breach of FTP by the server. */
export function protocolError(message: string): FairleadError {
  return new FairleadError('protocol', `FTP: ${message}`);
}

/** More than a cap allows. @param blame Default `peer`: the server sent it. */
export function limitError(message: string, blame: 'peer' | 'local' = 'peer'): FairleadError {
  return new FairleadError('limit', message, { blame });
}

/** The error of a call on a connection that has ended, or was closed, before it. */
export function callRefused(
  code: 'closed' | 'connection_lost',
  reason: FairleadError,
  peer: Peer,
): FairleadError {
  const message =
    code === 'closed'
      ? reason.message
      : `The connection has ended; connect again. The reason: ${reason.message}`;
  return new FairleadError(code, message, { peer, cause: reason, server: reason.server, safeToRetry: true });
}

/** Whatever was thrown, as a FairleadError. */
export function asFairlead(error: unknown, message: string): FairleadError {
  return isFairleadError(error) ? error : new FairleadError('connection_lost', message, { cause: error });
}
