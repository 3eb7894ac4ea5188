// The server's errors as FairleadErrors. It decides nothing but the code, and carries no value of a parameter.
import { FairleadError, isFairleadError, type Peer, type ServerWords } from '@fairlead/errors';
import type { ErrorFields } from './messages.ts';

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
  R: 'routine',
};

/** The same fields as the driver's errors name them. */
const DRIVER_NAMES: Readonly<Record<string, string>> = {
  severity: 'severity',
  detail: 'detail',
  hint: 'hint',
  position: 'position',
  internal_position: 'internalPosition',
  internal_query: 'internalQuery',
  where: 'where',
  schema_name: 'schema',
  table_name: 'table',
  column_name: 'column',
  'data type_name': 'dataType',
  constraint_name: 'constraint',
  routine: 'routine',
};

/** SQLSTATE class 28: invalid authorization. */
const INVALID_AUTHORIZATION = '28';

/** An ErrorResponse that came before the server was ready: `auth` for SQLSTATE class 28, else `server`. */
export function startupError(fields: ErrorFields): FairleadError {
  const words: Record<string, string> = {};
  for (const [letter, name] of Object.entries(FIELD_NAMES)) {
    const value = fields.get(letter);
    if (value !== undefined) words[name] = value;
  }
  const server: ServerWords = { code: fields.get('C') ?? '', message: fields.get('M') ?? '', fields: words };
  const code = server.code.startsWith(INVALID_AUTHORIZATION) ? 'auth' : 'server';
  // Nothing but the start-up was sent, so nothing can have had an effect.
  return new FairleadError(code, `Postgres: ${server.message}`, { server, safeToRetry: true });
}

/** Whether the driver's rejection is an ErrorResponse of the server. */
function isServerError(error: unknown): error is Error & Record<string, unknown> {
  return error instanceof Error && error.name === 'PostgresError' && 'severity' in error;
}

function serverWords(error: Error & Record<string, unknown>): ServerWords {
  const fields: Record<string, string> = {};
  for (const [theirs, ours] of Object.entries(DRIVER_NAMES)) {
    const value = error[theirs];
    if (typeof value === 'string') fields[ours] = value;
  }
  return { code: String(error.code ?? ''), message: error.message, fields };
}

/**
 * The driver's rejection of a query as a FairleadError: `server` for an ErrorResponse, the transport's own error
 * where there is one, else why the connection ended. The driver's error is not kept as the cause: it would carry
 * the query's parameters.
 * @param lost Why the connection has ended, if that is known.
 */
export function queryError(error: unknown, peer: Peer, lost?: FairleadError): FairleadError {
  if (isServerError(error)) {
    const server = serverWords(error);
    return new FairleadError('server', `Postgres: ${server.message}`, { server, peer });
  }
  const known = isFairleadError(error) ? error : lost;
  if (known !== undefined) {
    const { code, message, blame, cause } = known;
    // The statement had been sent: nobody knows whether it had an effect.
    return new FairleadError(code, message, { blame, cause, peer });
  }
  const what = error instanceof Error ? error.message : String(error);
  return new FairleadError('connection_lost', `The connection to Postgres ended: ${what}`, { peer });
}
