// Failures of the server, the driver and the connection as FairleadErrors. They contain no value of a parameter and no
// password.
import { errorWith, FairleadError, isFairleadError, type Peer, type ServerWords } from '@fairlead/errors';
import type { ErrPacket } from './wire/messages.ts';

/** SQLSTATE class 28: invalid authorization. */
const INVALID_AUTHORIZATION = '28';
/** Errors that refuse the account without an SQLSTATE of class 28: password expired, account locked, host not allowed, method failed. */
const REFUSED_ACCOUNT = new Set([1044, 1130, 1251, 1275, 1524, 1820, 1862, 3118, 3159, 4151]);

/** The server's words as errors carry them. */
function serverWords({ errno, sqlState, message }: ErrPacket): ServerWords {
  return { code: sqlState, message, fields: { errno: String(errno) } };
}

/** ER_QUERY_TIMEOUT of MySQL, ER_STATEMENT_TIMEOUT of MariaDB: the server's own time limit is over. */
const STATEMENT_TIMEOUTS = [3024, 1969];
/** ER_NET_PACKET_TOO_LARGE. */
const PACKET_TOO_LARGE = 1153;

function codeOf({ errno }: ErrPacket): 'server' | 'timeout' | 'limit' {
  if (errno === PACKET_TOO_LARGE) return 'limit';
  return STATEMENT_TIMEOUTS.includes(errno) ? 'timeout' : 'server';
}

/** The error of an ERR packet in reply to a statement: `server`, `timeout` or `limit`. */
export function statementError(words: ErrPacket, peer: Peer): FairleadError {
  return new FairleadError(codeOf(words), `MySQL: ${words.message}`, { server: serverWords(words), peer });
}

/** The error of a statement that is too large for the server, and was not sent. */
export function tooLarge(bytes: number, maxBytes: number, peer: Peer): FairleadError {
  const message =
    `MySQL: the statement has ${bytes} bytes, and the server takes less than ${maxBytes} (max_allowed_packet). ` +
    'It was not sent: send less at a time, or raise that limit.';
  return new FairleadError('limit', message, { blame: 'local', peer, safeToRetry: true });
}

/** The error of an ERR packet during the start-up: `auth` where it refuses the account, else `server`. */
export function startupError(words: ErrPacket, peer: Peer): FairleadError {
  const refused = words.sqlState.startsWith(INVALID_AUTHORIZATION) || REFUSED_ACCOUNT.has(words.errno);
  return new FairleadError(refused ? 'auth' : 'server', `MySQL: ${words.message}`, {
    server: serverWords(words),
    peer,
    // No statement was sent.
    safeToRetry: true,
  });
}

/** The useful parts of the driver's own errors. */
function driverWords(error: unknown): {
  errno?: unknown;
  sqlState?: unknown;
  message: string;
  cause?: unknown;
} {
  return error instanceof Error ? error : { message: String(error) };
}

/** The connection's failure, made of the driver's error, or the FairleadError that the driver passed on. */
export function connectionError(error: unknown, peer: Peer): FairleadError {
  if (isFairleadError(error)) return error;
  const { errno, sqlState, message, cause } = driverWords(error);
  if (isFairleadError(cause)) return cause;
  if (typeof errno === 'number' && typeof sqlState === 'string') {
    const server = serverWords({ errno, sqlState: sqlState || 'HY000', message });
    return new FairleadError('connection_lost', `The server ended the connection: ${message}`, {
      server,
      peer,
    });
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'AUTH_SWITCH_PLUGIN_ERROR') {
    const method = /unknown plugin (\w{1,64})\./.exec(message)?.[1];
    const which = method === undefined ? '' : ` (${method})`;
    const text = `MySQL: the server asks for an authentication method that this client does not have${which}.`;
    return new FairleadError('auth', text, { peer });
  }
  if (code === 'PROTOCOL_CONNECTION_LOST') {
    return new FairleadError('connection_lost', 'The connection to MySQL ended.', { peer });
  }
  return new FairleadError('protocol', `The server broke the MySQL protocol: ${message}`, {
    cause: error,
    peer,
  });
}

/** The error of an ERR packet by which the server ends the connection: `connection_lost`, or `limit` for a packet that was too large. */
export function endedByServer(words: ErrPacket, peer: Peer): FairleadError {
  if (words.errno === PACKET_TOO_LARGE) return statementError(words, peer);
  return new FairleadError('connection_lost', `The server ended the connection: ${words.message}`, {
    server: serverWords(words),
    peer,
  });
}

/** The error of a transaction that the server has rolled back. @param cause The error that it did that for. */
export function rolledBack(cause: FairleadError, peer: Peer): FairleadError {
  const message = `The server has rolled the transaction back, with this error: ${cause.message}`;
  return new FairleadError('server', message, { server: cause.server, cause, peer });
}

/** The connection's failure where a transaction could not be undone. */
export function notRolledBack(cause: unknown, peer: Peer): FairleadError {
  const message = 'The connection to MySQL was ended: its transaction could not be rolled back.';
  return new FairleadError('connection_lost', message, { cause, peer });
}

/** The connection's failure where LOAD DATA LOCAL was ended before all of its content was sent. */
export function halfLoaded(peer: Peer, cause?: unknown): FairleadError {
  const message =
    'The content of LOAD DATA LOCAL was not sent to its end; the connection was ended, so that no half of it stays.';
  return new FairleadError('connection_lost', message, { blame: 'local', cause, peer });
}

/** A caller's mistake: nothing was sent. @param what Without a full stop. */
export function usage(what: string): FairleadError {
  return new FairleadError('usage', `MySQL: ${what}.`, { safeToRetry: true });
}

/** A separate error for one call from the connection's failure. @param safeToRetry Whether the call's statement was not sent. */
export function forCaller(error: FairleadError, peer: Peer | undefined, safeToRetry: boolean): FairleadError {
  return errorWith(error, { peer, safeToRetry });
}

/** The error of calls after the end of the connection: a `server` error belonged to the statement that got it. */
export function forLaterCall(reason: FairleadError): FairleadError {
  const { code, message, peer, server } = reason;
  if (code !== 'server') return reason;
  return new FairleadError('connection_lost', message, { cause: reason, peer, server });
}

/** ER_QUERY_INTERRUPTED. */
const QUERY_INTERRUPTED = '1317';

/** Whether a KILL QUERY ended the statement. */
export function isInterruption({ server }: FairleadError): boolean {
  return server?.fields?.errno === QUERY_INTERRUPTED;
}

/** The error of a statement that was hit by the cancellation of the one before it. It may have had effects. */
export function interrupted({ server, peer, cause }: FairleadError): FairleadError {
  const message =
    'MySQL: the statement was interrupted by the cancellation of the statement that was sent just before it.';
  return new FairleadError('server', message, { server, peer, cause });
}
