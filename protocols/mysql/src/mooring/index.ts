// `@fairlead/mysql/mooring`: the same client on connections that a Durable Object keeps logged in.
import { limitOf, passwordOf } from '@fairlead/client';
import { type MooringNamespace, type PoolChoice, pooledConnector, poolTarget } from '@fairlead/mooring';
import type { Connector } from '@fairlead/transport';
import { connect as connectTo } from '../client.ts';
import type { ConnectOptions } from '../options/connect-options.ts';
import { readTarget } from '../options/target.ts';
import type { Client } from '../types/client.ts';
import { MysqlFront } from './front.ts';

export { seat } from './seat.ts';

/** The options that a login needs, and what must be the same for all borrowers of a connection. */
const OF_LOGIN = [
  'hostname',
  'port',
  'username',
  'database',
  'tls',
  'applicationName',
  'requireAuth',
  'allowCleartextPassword',
  'allowPublicKeyRetrieval',
  'multiStatements',
  'timeZone',
  'connectTimeoutMs',
] as const;

/** Options of a client on a mooring, whose connector is the mooring's own. */
export interface MooredOptions extends Omit<ConnectOptions, 'connector'>, PoolChoice {}

/**
 * A client whose statements run on connections that the mooring holds. It borrows one for each statement or transaction; what
 * a session needs (`SET`, user variables, temporary tables, `GET_LOCK`) keeps its connection until `close`.
 * @param namespace The binding of the mooring's class.
 * @throws FairleadError What `connect` throws, and `overloaded` where no connection was free in time.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mysql/mooring';
 *
 * await using db = await connect(env.MOORING, 'mysql://app@db.example.com/shop', { password: env.MYSQL_PASSWORD });
 * const { rows } = await db.query('select * from orders where id = ?', [42]);
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
 * The options of a client on a mooring: the login is the pool's affair, and prepared statements are a session's.
 * @internal
 */
export function mooredOptions(options: ConnectOptions): ConnectOptions {
  return { ...options, password: '', requireAuth: ['mysql_native_password'], prepare: false };
}

/**
 * The connector to a pool, for `connect` with `mooredOptions`.
 * @internal
 */
export async function mooredConnector(
  namespace: MooringNamespace,
  url: string,
  options: MooredOptions,
): Promise<Connector> {
  // Refused here, where the caller sees it.
  readTarget(url, options);
  const settings = { url, options: await plainOptions(options) };
  const secretChanges = typeof options.password === 'function';
  const pool = poolTarget('mysql', settings, options, { secretChanges });
  return pooledConnector(namespace, pool, () => new MysqlFront());
}

/** What the pool's login needs, as plain values. */
async function plainOptions(options: ConnectOptions): Promise<Readonly<Record<string, unknown>>> {
  const { password, signal, connectTimeoutMs } = options;
  const plain: Record<string, unknown> = {};
  for (const name of OF_LOGIN) plain[name] = options[name];
  if (password !== undefined) {
    plain.password = await passwordOf(password, limitOf({ signal, timeoutMs: connectTimeoutMs }));
  }
  return plain;
}
