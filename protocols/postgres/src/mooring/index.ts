// `@fairlead/postgres/mooring`: the same client on connections that a Durable Object keeps logged in.
import { limitOf, passwordOf } from '@fairlead/client';
import { type MooringNamespace, type PoolChoice, pooledConnector, poolTarget } from '@fairlead/mooring';
import type { Connector } from '@fairlead/transport';
import { connect as connectTo } from '../client.ts';
import type { ConnectOptions } from '../options/connect-options.ts';
import type { Client } from '../types.ts';
import { PostgresFront } from './front.ts';

export { seat } from './seat.ts';

/** Options of a client on a mooring, whose connector is the mooring's own. */
export interface MooredOptions extends Omit<ConnectOptions, 'connector'>, PoolChoice {}

/**
 * A client whose statements run on connections that the mooring holds. It borrows one for each statement or transaction; what
 * a session needs (`SET`, `LISTEN`, temporary tables, advisory locks) keeps its connection until `close`.
 * @param namespace The binding of the mooring's class.
 * @throws FairleadError What `connect` throws, and `overloaded` where no connection was free in time.
 * @example
 * ```ts
 * import { connect } from '@fairlead/postgres/mooring';
 *
 * await using db = await connect(env.MOORING, 'postgres://app@db.example.com/shop', { password: env.PG_PASSWORD });
 * const { rows } = await db.query('select * from orders where id = $1', [42]);
 * ```
 */
export async function connect(
  namespace: MooringNamespace,
  target: string | URL,
  options: MooredOptions = {},
): Promise<Client> {
  const connector = await mooredConnector(namespace, String(target), { ...options, timeoutMs: undefined });
  return connectTo(target, { ...mooredOptions(options), connector });
}

/**
 * The options of a client on a mooring: TLS and the login are the pool's affair, and prepared statements are a session's.
 * @internal
 */
export function mooredOptions(options: ConnectOptions): ConnectOptions {
  return {
    ...options,
    eager: false,
    requireAuth: undefined,
    prepare: false,
    targetSessionAttrs: 'any',
    tls: false,
    channelBinding: 'disable',
  };
}

/**
 * The connector to a pool, for `open` with `mooredOptions`.
 * @internal
 */
export async function mooredConnector(
  namespace: MooringNamespace,
  url: string,
  options: MooredOptions,
): Promise<Connector> {
  const settings = { url, options: await plainOptions(options) };
  const secretChanges = typeof options.password === 'function';
  const target = poolTarget('pg', settings, options, { secretChanges });
  return pooledConnector(namespace, target, () => new PostgresFront());
}

/** What the pool's login needs, as plain values. */
async function plainOptions(options: ConnectOptions): Promise<Readonly<Record<string, unknown>>> {
  const { password, signal, connectTimeoutMs, parameters, applicationName, username, database } = options;
  const plain: Record<string, unknown> = {
    connectTimeoutMs,
    parameters,
    applicationName,
    username,
    database,
    hostname: options.hostname,
    port: options.port,
    hosts: options.hosts,
    tls: options.tls,
    channelBinding: options.channelBinding,
    targetSessionAttrs: options.targetSessionAttrs,
    loadBalanceHosts: options.loadBalanceHosts,
    requireAuth: options.requireAuth,
    allowCleartextPassword: options.allowCleartextPassword,
    eager: options.eager,
    maxProtocolVersion: options.maxProtocolVersion,
    statementTimeoutMs: options.statementTimeoutMs,
  };
  if (password !== undefined) {
    plain.password = await passwordOf(password, limitOf({ signal, timeoutMs: connectTimeoutMs }));
  }
  return plain;
}
