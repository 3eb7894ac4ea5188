// `@fairlead/mongodb/mooring`: the same client on connections that a Durable Object keeps logged in.
import { limitOf, passwordOf } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { type MooringNamespace, type PoolChoice, pooledConnector, poolTarget } from '@fairlead/mooring';
import type { Connector } from '@fairlead/transport';
import { connect as connectTo, type MongoClient } from '../client.ts';
import { discovery } from '../discovery/index.ts';
import { readSettings } from '../options/read-settings.ts';
import type { ConnectOptions } from '../types/options.ts';
import { MongodbFront } from './front.ts';

export { seat } from './seat.ts';

/** Options that the pool's login needs, and that have to be the same for all borrowers. */
const OF_LOGIN = [
  'hostname',
  'port',
  'username',
  'database',
  'authSource',
  'authMechanism',
  'tls',
  'replicaSet',
  'directConnection',
  'loadBalanced',
  'appName',
  'serverApi',
  'connectTimeoutMs',
] as const;

/** Options of a client on a mooring: the connector is the mooring's, and so is what leads to the primary. */
export interface MooredOptions
  extends Omit<ConnectOptions, 'connector' | 'discovery' | 'compression'>,
    PoolChoice {}

/**
 * A client whose commands run on connections to the primary that the mooring holds. It borrows one for each command; a cursor that has
 * more than one batch, and a transaction, keep theirs until `close`.
 * @param namespace The binding of the mooring's class.
 * @throws FairleadError What `connect` throws, and `overloaded` where no connection was free in time.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mongodb/mooring';
 *
 * await using client = await connect(env.MOORING, 'mongodb://app@db.example.com/shop', { password: env.MONGODB_PASSWORD });
 * const order = await client.db().collection('orders').findOne({ item: 'rope' });
 * ```
 */
export async function connect(
  namespace: MooringNamespace,
  target: string | URL,
  options: MooredOptions = {},
): Promise<MongoClient> {
  const connector = await mooredConnector(
    namespace,
    String(target),
    { ...options, timeoutMs: undefined },
    true,
  );
  return connectTo({ ...mooredOptions(String(target), options), connector });
}

/**
 * The options of a client on a mooring, without a URL: one server, no login.
 * @internal
 */
export function mooredOptions(url: string, options: MooredOptions): ConnectOptions {
  const { pool, locationHint, ...own } = options as MooredOptions & Record<string, unknown>;
  const settings = readSettings(url, { ...(own as ConnectOptions), discovery: discovery() });
  const { database, tls, retryReads, readConcern, writeConcern, serverApi, connectTimeoutMs, timeoutMs } =
    settings;
  const [{ hostname, port } = { hostname: settings.srv?.hostname ?? '', port: 27_017 }] = settings.seeds;
  return {
    hostname,
    port,
    database,
    tls,
    directConnection: true,
    retryReads,
    readConcern,
    // A pooled connection waits for each answer.
    writeConcern: writeConcern?.w === 0 ? undefined : writeConcern,
    serverApi,
    connectTimeoutMs,
    timeoutMs,
    signal: options.signal,
    // The login's part, which is the pool's.
    username: undefined,
    password: undefined,
    authSource: undefined,
    authMechanism: undefined,
    replicaSet: undefined,
    loadBalanced: undefined,
    readPreference: undefined,
  };
}

/** Whether a pool of connections to the primary can serve these settings. @internal */
export function isPoolable(url: string, options: ConnectOptions): boolean {
  const { readPreference, directConnection } = readSettings(url, { ...options, discovery: discovery() });
  return readPreference.mode === 'primary' || directConnection;
}

/**
 * The connector to a pool, for `connect` with `mooredOptions`.
 * @param hasSessions Whether clients have sessions, for transactions: they end them by a command when they close.
 * @internal
 */
export async function mooredConnector(
  namespace: MooringNamespace,
  url: string,
  options: MooredOptions,
  hasSessions: boolean,
): Promise<Connector> {
  const { pool, locationHint, ...own } = options as MooredOptions & Record<string, unknown>;
  // Refused here, where the caller sees it.
  if (!isPoolable(url, own as ConnectOptions))
    throw usage('a pool is of the primary: readPreference must be primary');
  const plain: Record<string, unknown> = {};
  for (const name of OF_LOGIN) if (options[name] !== undefined) plain[name] = options[name];
  const { password, signal, connectTimeoutMs } = options;
  if (password !== undefined) {
    plain.password = await passwordOf(password, limitOf({ signal, timeoutMs: connectTimeoutMs }));
  }
  const target = poolTarget('mongodb', { url, options: plain }, options, {
    secretChanges: typeof password === 'function',
  });
  return pooledConnector(namespace, target, () => new MongodbFront(hasSessions));
}
