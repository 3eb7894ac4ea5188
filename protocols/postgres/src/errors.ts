// FairleadErrors for the server's errors, and for the connection's. None of them holds the value of a parameter.
import {
  type ErrorCode,
  errorWith,
  FairleadError,
  type FairleadErrorOptions,
  madeInAdvance,
  type Peer,
  type ServerWords,
} from '@fairlead/errors';
import type { ErrorFields, Notice } from './wire/messages.ts';

/** The letters of ErrorResponse (protocol, section 55.8), by the names under which `server.fields` has them. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  V: 'severity',
  D: 'detail',
  H: 'hint',
  P: 'position',
  p: 'internalPosition',
  q: 'internalQuery',
  W: 'where',
  s: 'schema',
  t: 'table',
  c: 'column',
  d: 'dataType',
  n: 'constraint',
  F: 'file',
  L: 'line',
  R: 'routine',
};

/** SQLSTATE class 28: invalid authorization. */
const INVALID_AUTHORIZATION = '28';

/** An error of this client. `safeToRetry` is true unless `more` says otherwise. */
export function failure(code: ErrorCode, message: string, more?: FairleadErrorOptions): FairleadError {
  return new FairleadError(code, message, { safeToRetry: true, ...more });
}

/** What calls are refused with behind `close`. */
export function closedHere(): FairleadError {
  return madeInAdvance(() => failure('closed', 'The Postgres client was closed.'));
}

/** The fields of an ErrorResponse or a NoticeResponse, by name. */
function serverWords(fields: ErrorFields): ServerWords {
  const words: Record<string, string> = {};
  for (const [letter, name] of Object.entries(FIELD_NAMES)) {
    const value = fields.get(letter);
    if (value !== undefined) words[name] = value;
  }
  return { code: fields.get('C') ?? '', message: fields.get('M') ?? '', fields: words };
}

/** An ErrorResponse to a statement. */
export function serverError(fields: ErrorFields, peer?: Peer): FairleadError {
  const server = serverWords(fields);
  return new FairleadError('server', `Postgres: ${server.message}`, { server, peer });
}

/**
 * An ErrorResponse that came before the server was ready: `auth` for SQLSTATE class 28, else `server`.
 * @param proven Whether it answers a password or a proof: poolers have no better code than 08P01 for a wrong one.
 */
export function startupError(fields: ErrorFields, proven: boolean): FairleadError {
  const server = serverWords(fields);
  const isAuth = server.code.startsWith(INVALID_AUTHORIZATION) || (proven && server.code === '08P01');
  const code = isAuth ? 'auth' : 'server';
  // Nothing but the start-up was looked at, so nothing can have had an effect.
  return failure(code, `Postgres: ${server.message}`, { server });
}

/** A breach of the protocol by the peer. Its bytes are not repeated. */
export function malformed(what: string): FairleadError {
  return new FairleadError('protocol', `Not the Postgres protocol: ${what}.`);
}

/**
 * A separate error for one waiting call, from the connection's failure, so that each call has its own stack and
 * `safeToRetry`.
 */
export function forCaller(error: unknown, peer: Peer | undefined, safeToRetry: boolean): FairleadError {
  if (!(error instanceof FairleadError)) {
    const message = 'The connection to Postgres failed.';
    return new FairleadError('connection_lost', message, { cause: error, peer, safeToRetry });
  }
  return errorWith(error, { peer: error.peer ?? peer, safeToRetry });
}

/** The error of a wrong argument or a wrong order of calls. Nothing was sent, unless `more` says otherwise. */
export function usage(what: string, more?: FairleadErrorOptions): FairleadError {
  return failure('usage', `Postgres: ${what}.`, more);
}

/** The error of calls behind the connection's end, where the server has ended it with an error of its own. */
export function ended(reason: FairleadError): FairleadError {
  const { code, message, server, peer } = reason;
  return code === 'server' ? new FairleadError('connection_lost', message, { server, peer }) : reason;
}

/** A statement that was hit by the CancelRequest of the one before it. */
export function interrupted(error: FairleadError | undefined): FairleadError | undefined {
  if (error?.server?.code !== '57014') return error;
  const message = 'The cancellation of another statement hit this one.';
  const { server, peer } = error;
  return new FairleadError('server', message, { server, peer });
}

/** The error of a stream whose columns alone were asked for, when another call needs the connection. */
export function gaveWay(): FairleadError {
  return usage('the rows of this stream were not taken, and another call needed the connection', {
    safeToRetry: false,
  });
}

/** The error of a COPY that was called as another statement. */
export function copyElsewhere(): FairleadError {
  return usage('COPY needs copyFrom() or copyTo()');
}

/** The error that a sink has thrown, as a FairleadError. */
export function asFailure(error: unknown): FairleadError {
  if (error instanceof FairleadError) return error;
  return new FairleadError('usage', 'A decoder of the caller has thrown an error.', { cause: error });
}

/** Calls the listener with a NoticeResponse. */
export function tell(listener: ((notice: Notice) => void) | undefined, fields: ErrorFields): void {
  const { code, message, fields: more = {} } = serverWords(fields);
  const { severity = '', detail, hint } = more;
  try {
    listener?.({ severity, code, message, detail, hint });
  } catch {
    // A listener's fault is no reason to end a statement.
  }
}

/** The start-up took longer than its time limit. */
export function tooLate(connectTimeoutMs: number, peer?: Peer): FairleadError {
  const message = `The server did not finish the Postgres start-up in ${connectTimeoutMs} ms.`;
  return failure('connect_timeout', message, { peer });
}

/** The server has closed the connection. */
export function hungUp(peer: Peer): FairleadError {
  return new FairleadError('connection_lost', 'The connection to Postgres has ended; connect again.', {
    peer,
  });
}
