// Connects, registers and joins. It never goes on in clear where TLS was asked for.
import { type CallLimit, limitOf, remainingMs, stackAtCaller } from '@fairlead/client';
import { isFairleadError } from '@fairlead/errors';
import { connect as connectTransport, DEFAULT_CONNECT_TIMEOUT_MS } from '@fairlead/transport';
import { IrcClient } from '../client.ts';
import { changed } from '../errors.ts';
import { type IrcOptions, resolveOptions, type Settings, withPasswords } from '../options/connect-options.ts';
import { enforceSts, keepSts } from '../sts/sts-store.ts';
import { Connection } from './connection.ts';

/** How long `connect` may take where the caller says nothing. */
const REGISTRATION_MS = 30_000;

/**
 * Connects, registers, and joins the channels that the URL or the options name.
 * @param target `irc[s]://nick:password@host:port/#channel`, or options. The password is that of the nick's account, for
 *   a login by SASL; a server's own password is the option `password`. `irc:` is without TLS.
 * @param options Win over the URL.
 * @throws FairleadError `usage`; what the connector throws (`connect_failed`, `connect_timeout`, `tls_failed`, `aborted`,
 *   `policy`); `auth` (the login was refused, is not offered, or would cross the network in clear); `server` (banned, no
 *   nick left, a channel that cannot be joined); `timeout`; `protocol`; `limit`; `connection_lost`.
 */
export async function connect(target: string | URL | IrcOptions, options?: IrcOptions): Promise<IrcClient> {
  try {
    const wanted = resolveOptions(target, options);
    const limit = limitOf(
      { signal: wanted.signal, timeoutMs: wanted.registrationTimeoutMs },
      REGISTRATION_MS,
    );
    const settings = await withPasswords(await enforceSts(wanted), limit);
    return await joinAll(await register(settings, limit), settings.channels ?? []);
  } catch (error) {
    throw stackAtCaller(error);
  }
}

/** Registers, over TLS where the server demands it. */
async function register(settings: Settings, limit: CallLimit): Promise<Connection> {
  const connection = await open(settings, limit);
  try {
    await connection.register(limit);
    return connection;
  } catch (error) {
    const port = connection.upgradePort;
    if (port === undefined) throw error;
    // The server demands TLS; nothing secret was sent so far.
    const secure = await open({ ...settings, tls: 'implicit', port }, limit);
    await secure.register(limit);
    return secure;
  }
}

/** Joins what is to be joined before `connect` resolves. */
async function joinAll(connection: Connection, channels: readonly string[]): Promise<IrcClient> {
  const client = new IrcClient(connection);
  try {
    await keepSts(connection);
    await Promise.all(channels.map((channel) => client.join(channel)));
    return client;
  } catch (error) {
    await client.close();
    // Others of the channels may have been joined.
    throw isFairleadError(error) ? changed(error, { safeToRetry: false }) : error;
  }
}

async function open(settings: Settings, limit: CallLimit): Promise<Connection> {
  const { connector = connectTransport, hostname, tls, signal } = settings;
  const port = settings.port ?? (tls === 'implicit' ? 6697 : 6667);
  const connectTimeoutMs = Math.min(
    settings.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    remainingMs(limit),
  );
  const transport = await connector({ hostname, port }, { tls, signal, connectTimeoutMs });
  return new Connection(transport, settings);
}
