// The caller's side of a mooring: a connector that dials a pool in place of a server. Every client of the protocol runs over it.
import { type Connector, createTransport } from '@fairlead/transport';
import type { MooringNamespace } from '../types.ts';
import type { Front } from './front.ts';
import { LentChannel } from './lent-channel.ts';
import { type PoolTarget, ShardedPool } from './sharded-pool.ts';

/**
 * A connector whose transports borrow from a pool. Each transport stays with one of the pool's objects.
 * @param front Makes the protocol's front, one for each connection.
 */
export function pooledConnector(
  namespace: MooringNamespace,
  target: PoolTarget,
  front: () => Front,
): Connector {
  const pool = new ShardedPool(namespace, target);
  return async (address, options) => {
    const { client, end } = await pool.choose();
    const transport = createTransport(new LentChannel(front(), client), address, options);
    void transport.closed.then(end);
    return transport;
  };
}
