// `@fairlead/ssh/mooring`: the same client on connections that a Durable Object keeps logged in.
import { limitOf, passwordOf, withinLimit } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { type MooringNamespace, type PoolChoice, pooledConnector, poolTarget } from '@fairlead/mooring';
import { type Connector, connect as connectTransport } from '@fairlead/transport';
import { clientOver } from '../client.ts';
import { protocolError } from '../errors.ts';
import type { SshOptions } from '../options/connect-options.ts';
import { resolveOptions, type Settings } from '../options/resolve-options.ts';
import type { ServerInfo, SshClient } from '../types.ts';
import { readGreeting, SshFront } from './front.ts';
import { MessageReader, PayloadLink } from './messages/payload-link.ts';
import { POOL_DEFAULTS } from './pool-defaults.ts';

export { seat } from './seat.ts';

/** Options of a client on a mooring, whose connector is the mooring's own; `pool.max` is 5 by default. */
export interface MooredOptions extends Omit<SshOptions, 'connector'>, PoolChoice {}

const CONNECT_TIMEOUT_MS = 20_000;

/**
 * A client that borrows a connection of the mooring's for as long as it has something open. Its `listen` is `usage`.
 * @param namespace The binding of the mooring's class.
 * @throws FairleadError What `connect` throws, and `overloaded` where no connection was free in time; `usage` for options that are
 *   functions or keys that were read, but for the password: they cannot be sent to the object.
 * @example
 * ```ts
 * import { connect } from '@fairlead/ssh/mooring';
 *
 * await using ssh = await connect(env.MOORING, 'ssh://deploy@host.example.com', {
 *   privateKey: env.SSH_KEY,
 *   knownHosts: env.KNOWN_HOSTS,
 * });
 * const process = await ssh.exec('uptime');
 * const { stdout } = await process.output();
 * ```
 */
export async function connect(
  namespace: MooringNamespace,
  target: string | URL,
  options: MooredOptions = {},
): Promise<SshClient> {
  return connectMoored(String(target), await mooredOptions(namespace, String(target), options));
}

/**
 * What a client's options become on a pool. `connectMoored` takes them.
 * @internal
 */
export async function mooredOptions(
  namespace: MooringNamespace,
  url: string,
  options: MooredOptions,
): Promise<SshOptions & { readonly connector: Connector; readonly isMoored: true }> {
  const settings = resolveOptions(url, options);
  const limit = limitOf({ signal: settings.signal, timeoutMs: settings.connectTimeoutMs });
  const { password } = settings;
  const secret = password === undefined ? undefined : await passwordOf(password, limit);
  const login = { url, options: { ...plainOptions(settings), password: secret } };
  const secretChanges = typeof password === 'function';
  const pool = poolTarget('ssh', login, options, { defaults: POOL_DEFAULTS, secretChanges });
  const connector = pooledConnector(namespace, pool, () => new SshFront());
  return { ...options, password: secret, connector, isMoored: true };
}

/**
 * A client on a connector to a pool.
 * @internal
 */
export async function connectMoored(url: string, options: SshOptions): Promise<SshClient> {
  const settings = resolveOptions(url, options);
  const { hostname, port, signal, connector = connectTransport } = settings;
  const limit = limitOf(
    { signal, timeoutMs: settings.connectTimeoutMs },
    CONNECT_TIMEOUT_MS,
    'connectTimeoutMs',
  );
  const transport = await connector({ hostname, port }, { signal });
  const frames = new MessageReader(transport);
  const server = await withinLimit(transport, 'connecting', limit, () => greet(frames));
  return clientOver(
    { link: new PayloadLink(transport, frames, server), server },
    { ...settings, isPooled: true },
  );
}

async function greet(frames: MessageReader): Promise<ServerInfo> {
  const message = await frames.next();
  if (message === undefined) throw protocolError('the mooring ended without a word');
  return readGreeting(message);
}

/** What the pool's login needs, as plain values. @throws FairleadError `usage` for others. */
function plainOptions(settings: Settings): Readonly<Record<string, unknown>> {
  const { hostname, port, username, privateKey, certificate } = settings;
  const { knownHosts, fingerprint, insecureAcceptAnyHostKey, algorithms, rekeyAfterBytes } = settings;
  const keys = privateKey === undefined ? [] : [privateKey].flat();
  const isPlain = keys.every((key) => typeof key === 'string' || key instanceof Uint8Array);
  const { verifyHostKey, keyboardInteractive, keyExchanges, ciphers } = settings;
  if (!isPlain || verifyHostKey || keyboardInteractive || keyExchanges || ciphers) {
    throw usage(
      'A mooring takes keys as text or bytes, and no verifyHostKey, keyboardInteractive, keyExchanges and ciphers: give knownHosts or fingerprint',
    );
  }
  const login = { username, privateKey, certificate, knownHosts, fingerprint, insecureAcceptAnyHostKey };
  // Callers' times are their own: they make no other pool.
  return { hostname, port, ...login, algorithms, rekeyAfterBytes };
}
