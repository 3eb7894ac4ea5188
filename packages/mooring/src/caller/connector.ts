// The caller's side of a mooring: a connector that dials a pool in place of a server. Every client of the protocol runs over it.
import { type Connector, createTransport, type Transport } from '@fairlead/transport';
import { checkLocationHint } from '../location.ts';
import { checkNamespace } from '../namespace.ts';
import type { MooringNamespace, Timing } from '../types.ts';
import type { Front } from './front.ts';
import { LentChannel } from './lent-channel.ts';
import { type PoolObject, type PoolTarget, ShardedPool } from './sharded-pool.ts';

/**
 * A connector whose transports borrow from a pool. Each transport stays with one of the pool's objects.
 * @param front Makes the protocol's front, one for each connection.
 * @param dress Changes each transport before its client has it. Default: as it is.
 * @throws FairleadError `usage` where the binding is missing, or the location hint is none.
 */
export function pooledConnector(
  namespace: MooringNamespace,
  target: PoolTarget,
  front: () => Front,
  dress: (transport: Transport) => Transport = (transport) => transport,
): Connector {
  checkNamespace(namespace);
  checkLocationHint(target.locationHint);
  const pool = new ShardedPool(namespace, target);
  const connector: Connector = async (address, options) => {
    const { client, end } = await pool.choose();
    const transport = createTransport(new LentChannel(front(), client), address, options);
    void transport.closed.then(end);
    return dress(transport);
  };
  POOLS.set(connector, pool);
  return connector;
}

/** What stands behind the connectors of `pooledConnector`. */
const POOLS = /* @__PURE__ */ new WeakMap<Connector, ShardedPool>();

/**
 * The objects that a connector borrows from, for operators; none where it is no `pooledConnector`.
 * @example
 * ```ts
 * import { poolObjects } from '@fairlead/mooring';
 *
 * const [first] = await poolObjects(connector);
 * console.log(await first?.stats());
 * ```
 */
export async function poolObjects(connector: Connector): Promise<readonly PoolObject[]> {
  return (await POOLS.get(connector)?.objects()) ?? [];
}

/**
 * Tells what calls over a `pooledConnector` waited for, each once, before its answer is read.
 * @example
 * ```ts
 * import { onPoolTiming } from '@fairlead/mooring';
 *
 * onPoolTiming(connector, ({ waitMs = 0, connectMs = 0 }) => console.log({ waitMs, connectMs }));
 * ```
 */
export function onPoolTiming(connector: Connector, tell: (timing: Timing) => void): void {
  const caller = POOLS.get(connector)?.caller;
  if (caller !== undefined) caller.onTiming = tell;
}
