// The server's errors as FairleadErrors, and those of the connection. It decides nothing but the code, and carries no
// value of a parameter.
import {
  type ErrorCode,
  FairleadError,
  type FairleadErrorOptions,
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

/** An error of this client: unless `more` says otherwise, nothing was sent that could have had an effect. */
export function failure(code: ErrorCode, message: string, more?: FairleadErrorOptions): FairleadError {
  return new FairleadError(code, message, { safeToRetry: true, ...more });
}

/** What a server says in an ErrorResponse or a NoticeResponse. */
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

/** What a peer broke of the protocol; its bytes are not repeated. */
export function malformed(what: string): FairleadError {
  return new FairleadError('protocol', `Not the Postgres protocol: ${what}.`);
}

/** What the connection died of, for one of those that used it: each gets an error of his own. */
export function forCaller(error: unknown, peer: Peer | undefined, safeToRetry: boolean): FairleadError {
  if (!(error instanceof FairleadError)) {
    const message = 'The connection to Postgres failed.';
    return new FairleadError('connection_lost', message, { cause: error, peer, safeToRetry });
  }
  const { code, message, blame, cause, server } = error;
  return new FairleadError(code, message, { blame, cause, server, peer: error.peer ?? peer, safeToRetry });
}

/** A caller's mistake: nothing was sent. */
export function usage(what: string, more?: FairleadErrorOptions): FairleadError {
  return failure('usage', `Postgres: ${what}.`, more);
}

/** What later callers are told of an end that the server gave its own words for. */
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

/** A stream whose columns alone were asked for, when the connection is wanted for something else. */
export function gaveWay(): FairleadError {
  return usage('nobody took the rows of this stream, and another call needed the connection', {
    safeToRetry: false,
  });
}

/** A COPY where rows were expected. */
export function copyElsewhere(): FairleadError {
  return usage('COPY needs copyFrom() or copyTo()');
}

/** What a sink threw. */
export function asFailure(error: unknown): FairleadError {
  if (error instanceof FairleadError) return error;
  return new FairleadError('usage', 'A decoder of the caller threw.', { cause: error });
}

/** Hands a NoticeResponse to who listens. */
export function tell(listener: ((notice: Notice) => void) | undefined, fields: ErrorFields): void {
  const { code, message, fields: more = {} } = serverWords(fields);
  const { severity = '', detail, hint } = more;
  try {
    listener?.({ severity, code, message, detail, hint });
  } catch {
    // A listener's fault is no reason to end a statement.
  }
}

/** A start-up that took longer than it may. */
export function tooLate(connectTimeoutMs: number, peer?: Peer): FairleadError {
  const message = `The server did not finish the Postgres start-up in ${connectTimeoutMs} ms.`;
  return failure('connect_timeout', message, { peer });
}

/** The server's end of the connection is closed. */
export function hungUp(peer: Peer): FairleadError {
  return new FairleadError('connection_lost', 'The connection to Postgres has ended; connect again.', {
    peer,
  });
}
