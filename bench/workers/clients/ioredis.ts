// ioredis, for its Worker and for Node: one way to open it.
import { Redis as IORedis } from 'ioredis';
import type { Open } from '../redis/scenarios.ts';

/** Connects to this machine. @param enableAutoPipelining Documented as the way to pipeline; off by default. */
export function openIoredis(enableAutoPipelining: boolean): Open {
  return async (port) => {
    const client = new IORedis({ host: '127.0.0.1', port, enableAutoPipelining, lazyConnect: true });
    await client.connect();
    return {
      get: (key) => client.get(key),
      set: (key, value) => client.set(key, value),
      close: () => client.disconnect(),
    };
  };
}
