// Bun's own client, which pipelines what is asked in one turn, and a bare socket of Bun's `node:net`.
import { type Client, subject } from '../../workers/redis/scenarios.ts';
import { rounds } from '../../workers/round.ts';
import { serve } from '../serve.ts';
import { rawRedis } from './raw.ts';

async function openBun(port: number): Promise<Client> {
  const client = new Bun.RedisClient(`redis://127.0.0.1:${port}`);
  await client.connect();
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value),
    close: () => client.close(),
  };
}

serve(rounds({ Bun: subject(openBun), 'raw socket in Bun': rawRedis }));
