// redis-on-workers.
import { createRedis } from 'redis-on-workers';
import { rounds } from '../round.ts';
import { type Client, subject } from './scenarios.ts';

async function openRedisOnWorkers(port: number): Promise<Client> {
  const client = createRedis(`redis://127.0.0.1:${port}`);
  return {
    get: (key) => client.send('GET', key),
    set: (key, value) => client.send('SET', key, value),
    close: () => client.close(),
  };
}

export default rounds({ 'redis-on-workers': subject(openRedisOnWorkers, 0.04) });
