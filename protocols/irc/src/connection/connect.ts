// Connects, registers and joins channels. It never goes on in clear text if TLS was asked for.
import { type CallLimit, limitOf, passwordOf, remainingMs, stackAtCaller } from '@fairlead/client';
import { errorWith, isFairleadError } from '@fairlead/errors';
import { connect as connectTransport } from '@fairlead/transport';
import { IrcClient } from '../client.ts';
import type { IrcOptions, ResolvedOptions, Settings } from '../options/connect-options.ts';
import { checkSecrets, resolveOptions } from '../options/resolve-options.ts';
import { enforceSts, keepSts } from '../sts/sts-store.ts';
import { Connection } from './connection.ts';

/** Ident and reverse DNS lookups alone take servers up to 20 s. */
const CONNECT_MS = 30_000;

/**
 * Connects to a server, registers, and joins the channels that the URL or the options name.
 * @param target `irc[s]://nick:password@host:port/#channel`, or options. The password is that of the nick's account, for a
 *   login by SASL. `irc:` is without TLS.
 * @param options Win over the URL.
 * @throws FairleadError `usage`; the connector's errors (`connect_failed`, `connect_timeout`, `tls_failed`, `aborted`,
 *   `policy`); `connect_timeout` also if the registration takes too long; `auth` (the login was refused, is not offered, or
 *   would send the password in clear); `server` (banned, no nick left, a channel that cannot be joined); `protocol`;
 *   `limit`; `connection_lost`.
 * @example
 * ```ts
 * import { connect } from '@fairlead/irc';
 *
 * await using irc = await connect('ircs://bot@irc.example.net/#deploys', { password: env.IRC_PASSWORD });
 * await irc.say('#deploys', 'Version 12 is live');
 * ```
 */
export async function connect(target: string | URL | IrcOptions, options?: IrcOptions): Promise<IrcClient> {
  try {
    const resolved = resolveOptions(target, options);
    const { signal, connectTimeoutMs } = resolved;
    const limit = limitOf({ signal, timeoutMs: connectTimeoutMs }, CONNECT_MS, 'connectTimeoutMs');
    const settings = await askPasswords(await enforceSts(resolved), limit);
    return await joinAll(await register(settings, limit), settings.channels ?? []);
  } catch (error) {
    throw stackAtCaller(error);
  }
}

/** Calls the passwords that are functions. @throws FairleadError `usage`, `auth`, `connect_timeout`, `aborted`. */
async function askPasswords(options: ResolvedOptions, limit: CallLimit): Promise<Settings> {
  const serverPassword = await passwordOf(options.serverPassword, limit);
  const settings = { ...options, serverPassword, password: await passwordOf(options.password, limit) };
  checkSecrets(settings);
  return settings;
}

/** Registers; over TLS, if the server demands it. */
async function register(settings: Settings, limit: CallLimit): Promise<Connection> {
  const connection = await open(settings, limit);
  try {
    await connection.register(limit);
    return connection;
  } catch (error) {
    const port = connection.upgradePort;
    if (port === undefined) throw error;
    // The server demands TLS; no password was sent so far.
    const secure = await open({ ...settings, tls: 'implicit', port }, limit);
    await secure.register(limit);
    return secure;
  }
}

/** Joins the channels that are joined before `connect` resolves. */
async function joinAll(connection: Connection, channels: readonly string[]): Promise<IrcClient> {
  const client = new IrcClient(connection);
  try {
    await keepSts(connection.settings, connection.sts);
    await Promise.all(channels.map((channel) => client.join(channel)));
    return client;
  } catch (error) {
    await client.close();
    // Other channels of the list may have been joined.
    throw isFairleadError(error) ? errorWith(error, { safeToRetry: false }) : error;
  }
}

async function open(settings: Settings, limit: CallLimit): Promise<Connection> {
  const { connector = connectTransport, hostname, tls, tlsOptions, signal } = settings;
  const port = settings.port ?? (tls === 'implicit' ? 6697 : 6667);
  const transport = await connector(
    { hostname, port },
    { tls, tlsOptions, signal, connectTimeoutMs: remainingMs(limit) },
  );
  return new Connection(transport, settings);
}
