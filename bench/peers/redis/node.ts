// ioredis in Node, as it comes and with its pipelining.
import { Redis as IORedis } from 'ioredis';
import { type Open, subject } from '../../workers/redis/scenarios.ts';
import { rounds } from '../../workers/round.ts';
import { serve } from '../serve.ts';
import { rawRedis } from './raw.ts';

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

serve(
  rounds({
    'ioredis in Node': subject(openIoredis(false)),
    'ioredis autopipe in Node': subject(openIoredis(true)),
    'raw socket in Node': rawRedis,
  }),
);
