// `@fairlead/imap/mooring`: the same client on connections that a Durable Object keeps logged in.
import { limitOf, type Password, passwordOf } from '@fairlead/client';
import { type MooringNamespace, type PoolChoice, pooledConnector, poolTarget } from '@fairlead/mooring';
import { isExternal } from '@fairlead/sasl';
import { type Connector, joinTls } from '@fairlead/transport';
import { connect as connectTo } from '../client.ts';
import { linkOf } from '../connection/link.ts';
import { type ImapOptions, resolveOptions, type Settings } from '../options/connect-options.ts';
import type { ImapClient } from '../types/client.ts';
import { ImapFront } from './front.ts';
import { POOL_DEFAULTS } from './pool-defaults.ts';

export { seat } from './seat.ts';

/** Options of a client on a mooring, whose connector is the mooring's own; `pool.max` is 3 by default. */
export interface MooredOptions extends Omit<ImapOptions, 'connector'>, PoolChoice {}

/**
 * A client on connections that the mooring holds. It borrows one for each call, and keeps it while a mailbox is selected: until its
 * end.
 * @param namespace The binding of the mooring's class.
 * @throws FairleadError What `connect` throws; calls reject with `overloaded` where no connection was free in time.
 * @example
 * ```ts
 * import { connect } from '@fairlead/imap/mooring';
 *
 * await using imap = await connect(env.MOORING, 'imaps://app@mail.example.com', { password: env.IMAP_PASSWORD });
 * await imap.examine('INBOX');
 * for await (const { uid, envelope } of imap.fetch({ newest: 10 }, { envelope: true })) console.log(uid, envelope?.subject);
 * ```
 */
export async function connect(
  namespace: MooringNamespace,
  target: string | URL,
  options: MooredOptions = {},
): Promise<ImapClient> {
  const { pool: _pool, locationHint: _hint, ...own } = options;
  const { isMoored: _isMoored, ...moored } = await mooredOptions(namespace, String(target), options);
  return connectMoored(target, { ...own, ...moored });
}

/** What a client's options become on a pool: a connector to it, which greets as one that is logged in. */
interface Moored extends ImapOptions {
  readonly connector: Connector;
  readonly isMoored: true;
}

/**
 * What a client's options become on a pool. `connectMoored` takes them.
 * @internal
 */
export async function mooredOptions(
  namespace: MooringNamespace,
  url: string,
  options: MooredOptions,
): Promise<Moored> {
  const settings = resolveOptions(url, options);
  const secrets = await secretsOf(settings);
  const login = { url, options: { ...plainOptions(settings), ...secrets } };
  const secretChanges = [settings.password, settings.accessToken].some((one) => typeof one === 'function');
  const target = poolTarget('imap', login, options, { defaults: POOL_DEFAULTS, secretChanges });
  const connector = pooledConnector(namespace, target, () => new ImapFront());
  // The pool has turned TLS on: only a client that does not wait for it takes a greeting that is logged in.
  const { cert, key } = settings.tlsOptions ?? {};
  // A client that logs in by its certificate is asked for one, whether it is used here or not.
  const tls = isExternal(settings) ? ({ mode: 'implicit', cert, key } as const) : true;
  return { ...secrets, connector, tls, port: settings.port, id: undefined, isMoored: true };
}

/**
 * A client on a connector to a pool. It says no goodbye: the connection goes on.
 * @internal
 */
export async function connectMoored(url: string | URL, options: ImapOptions): Promise<ImapClient> {
  const client = await connectTo(url, options);
  linkOf(client).connection.saysGoodbye = false;
  return client;
}

/** What the pool's login needs, as plain values. Callers' times are their own: they make no other pool. */
function plainOptions(settings: Settings): Readonly<Record<string, unknown>> {
  const { hostname, port, username, authorizationIdentity, mechanisms, authWithoutTls, id } = settings;
  return {
    hostname,
    port,
    tls: joinTls(settings),
    username,
    authorizationIdentity,
    mechanisms,
    authWithoutTls,
    id,
  };
}

/** The login's secret, asked for once. */
async function secretsOf({
  password,
  accessToken,
  signal,
  connectTimeoutMs,
}: Settings): Promise<ImapOptions> {
  const limit = limitOf({ signal, timeoutMs: connectTimeoutMs });
  const ask = async (secret: Password | undefined) =>
    secret === undefined ? undefined : passwordOf(secret, limit);
  return { password: await ask(password), accessToken: await ask(accessToken) };
}
