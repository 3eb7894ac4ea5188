// Opens one connection to one server: dials, says hello, logs in. Every failure ends it.
import {
  type CallLimit,
  passwordOf,
  remainingMs,
  whenAborted,
  withAttemptSignal,
  withinLimit,
} from '@fairlead/client';
import { errorWith, FairleadError, isFairleadError, type TlsFailure } from '@fairlead/errors';
import { type Address, connect as connectTransport, type Transport } from '@fairlead/transport';
import { asFairlead, cannotSend } from '../errors.ts';
import type { LinkSettings } from '../options/link-settings.ts';
import { Session } from '../session/session.ts';
import { Link } from './link.ts';
import { type LoggedIn, logIn } from './log-in.ts';
import type { CommandLink } from './types.ts';

/** Shorter passwords are not concealed: that would take single letters out of the server's words. */
const MIN_SECRET = 4;

/** Why TLS failed where the server may have none. */
const MAY_LACK_TLS: readonly (TlsFailure | undefined)[] = [undefined, 'protocol', 'unknown'];

/** AuthenticationFailed. */
const WRONG_LOGIN = '18';

/**
 * Dials one server, says hello and logs in: two round trips beyond TLS.
 * @param settings Its `signal` holds for the connection's life.
 * @param limit The attempt's: its signal and its time end with the attempt.
 * @returns The connection, whatever kind of server it is.
 * @throws FairleadError `connect_failed`, `connect_timeout`, `tls_failed`, `auth`, `server`, `protocol`, `connection_lost`, `aborted`,
 *   `usage` (PLAIN without TLS): all of them `safeToRetry`, since no command was sent.
 */
export async function openLink(
  address: Address,
  settings: LinkSettings,
  limit: CallLimit,
): Promise<CommandLink> {
  const { transport, session, server, mayCompress } = await openConnection(address, settings, limit);
  return new Link(transport, session, server, address, mayCompress ? settings.compression : undefined);
}

/** A connection that is logged in, and that nobody reads yet. */
export interface OpenConnection extends LoggedIn {
  readonly transport: Transport;
  readonly session: Session;
}

/** As `openLink`, without what gives commands their turn. */
export async function openConnection(
  address: Address,
  settings: LinkSettings,
  limit: CallLimit,
): Promise<OpenConnection> {
  const { credentials, tls } = settings;
  if (credentials?.mechanism === 'PLAIN' && !tls) {
    throw cannotSend('usage', 'PLAIN sends the password as it is: it needs TLS');
  }
  const password = await passwordOf(credentials?.password, limit);
  const transport = await dial(address, settings, limit).catch((error: unknown) => {
    throw isFairleadError(error) && error.code === 'tls_failed' ? withHint(error, settings) : error;
  });
  const session = new Session();
  try {
    const loggedIn = await withinLimit(transport, 'login', limit, () =>
      logIn(transport, session, settings, password),
    );
    return { transport, session, ...loggedIn };
  } catch (error) {
    const failure = loginFailure(withHint(asFairlead(error), settings), transport, limit, password);
    transport.destroy(failure);
    throw failure;
  }
}

/** The attempt ends by either signal; later the client's ends the connection. */
async function dial(address: Address, settings: LinkSettings, limit: CallLimit): Promise<Transport> {
  const { connector = connectTransport, signal, tls, tlsOptions } = settings;
  const open = (either: AbortSignal | undefined): Promise<Transport> =>
    connector(address, {
      tls: tls ? 'implicit' : 'off',
      ...(tlsOptions && { tlsOptions }),
      signal: either,
      connectTimeoutMs: remainingMs(limit),
    });
  if (limit.signal === undefined || limit.signal === signal) return open(signal);
  if (signal === undefined) return withAttemptSignal(limit.signal, open);
  const either = new AbortController();
  const stopListening = whenAborted(signal, ({ reason }) => either.abort(reason));
  try {
    const transport = await withAttemptSignal(limit.signal, (attempt) => {
      whenAborted(attempt, ({ reason }) => either.abort(reason));
      return open(either.signal);
    });
    transport.closed.then(stopListening);
    return transport;
  } catch (error) {
    stopListening();
    throw error;
  }
}

/** The same error, with what its message cannot know: the settings that may have caused it. */
function withHint(error: FairleadError, { credentials, tls }: LinkSettings): FairleadError {
  const { code, message, server } = error;
  let hint = '';
  if (code === 'tls_failed' && MAY_LACK_TLS.includes(error.reason))
    hint = '; a server that has no TLS needs tls=false';
  else if (server?.code === WRONG_LOGIN && credentials?.mechanism === 'MONGODB-X509')
    hint = ' (the user is the subject of the client certificate, in $external)';
  else if (server?.code === WRONG_LOGIN && credentials)
    hint = ` (the user's database, authSource: ${credentials.source})`;
  else if (code === 'connection_lost' && !tls) hint = '; it may want TLS, which tls=false turns off';
  return hint === '' ? error : errorWith(error, { message: message + hint });
}

/** The error of a login: no command was sent, and a server that repeats the password must not bring it into a message. */
function loginFailure(
  error: FairleadError,
  { peer }: Transport,
  { timeoutMs }: CallLimit,
  password: string | undefined,
): FairleadError {
  const { code, message, server } = error;
  const conceal = (text: string): string =>
    password === undefined || password.length < MIN_SECRET ? text : text.replaceAll(password, '***');
  if (code === 'timeout' && server === undefined) {
    const words = `MongoDB did not finish the login within ${timeoutMs} ms`;
    return new FairleadError('connect_timeout', words, { peer, safeToRetry: true });
  }
  const words = server && { ...server, message: conceal(server.message) };
  return errorWith(error, { message: conceal(message), peer, safeToRetry: true, server: words });
}
