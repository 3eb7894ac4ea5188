// node-redis, as it comes and without its timer for each command.
import { createClient } from 'redis';
import { rounds } from '../round.ts';
import { type Open, subject } from './scenarios.ts';

function openNodeRedis(options: { commandOptions?: { timeout: number } }): Open {
  return async (port) => {
    const client = createClient({ url: `redis://127.0.0.1:${port}`, ...options });
    client.on('error', () => {});
    await client.connect();
    return {
      get: (key) => client.get(key),
      set: (key, value) => client.set(key, value),
      close: () => client.destroy(),
    };
  };
}

export default rounds({
  'node-redis': subject(openNodeRedis({}), 0.04),
  'node-redis timeout 0': subject(openNodeRedis({ commandOptions: { timeout: 0 } })),
});
