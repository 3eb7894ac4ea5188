// ioredis, as it comes and with its pipelining.
import { Redis as IORedis } from 'ioredis';
import { rounds } from '../round.ts';
import { type Open, subject } from './scenarios.ts';

/** @param enableAutoPipelining Documented as the way to pipeline; off by default. */
function openIoredis(enableAutoPipelining: boolean): Open {
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

export default rounds({
  ioredis: subject(openIoredis(false)),
  'ioredis autopipe': subject(openIoredis(true)),
});
