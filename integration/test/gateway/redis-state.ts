// All that a Redis server has that a command could change, as text to compare. It is read on a connection of its own.
import { type RedisClient, scan } from '@fairlead/redis';

/** How many databases are looked at: 0 to 3. */
export const DATABASES = 4;

/** Parts of the configuration that the server itself changes. */
const MOVING = new Set(['maxmemory-clients']);

/** The state of a server, by name. Times of access, statistics and HyperLogLogs' cached counts are left out. */
export async function stateOf(databases: readonly RedisClient[]): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = {};
  for (const [database, client] of databases.entries()) {
    const keys = await keysOf(client);
    const values = await Promise.all(keys.map((key) => contentOf(client, key)));
    for (const [at, key] of keys.entries()) state[`${database} ${key}`] = values[at];
  }
  const [client] = databases;
  if (client === undefined) throw new Error('a state needs a connection');
  const ask = async (...command: string[]) =>
    (state[command.join(' ')] = plain(await client.send(...command)));
  const config = (await client.send('CONFIG', 'GET', '*')) as Map<string, string>;
  state.config = [...config].filter(([name]) => !MOVING.has(name));
  await ask('ACL', 'LIST');
  await ask('FUNCTION', 'LIST', 'WITHCODE');
  await ask('MODULE', 'LIST');
  await ask('PUBSUB', 'CHANNELS', '*');
  await ask('PUBSUB', 'SHARDCHANNELS', '*');
  await ask('SLOWLOG', 'LEN');
  await ask('LATENCY', 'LATEST');
  await ask('LASTSAVE');
  await ask('ROLE');
  const scripts = await client.send('INFO', 'memory');
  state.scripts = /number_of_cached_scripts:\d+/.exec(String(scripts))?.[0];
  return state;
}

async function keysOf(client: RedisClient): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of scan(client, { count: 1000 })) keys.push(key);
  return keys.sort();
}

async function contentOf(client: RedisClient, key: string): Promise<unknown> {
  const bytes = client.with({ as: 'bytes' });
  // The header of a HyperLogLog holds the count that PFCOUNT made last.
  const value = key.startsWith('hll') ? bytes.send('GETRANGE', key, 16, -1) : bytes.send('DUMP', key);
  const info =
    (await client.send('TYPE', key)) === 'stream' ? client.send('XINFO', 'STREAM', key, 'FULL') : null;
  const parts = await Promise.all([value, client.send('PEXPIRETIME', key), info]);
  return plain(parts);
}

/** A reply as what JSON has. */
function plain(reply: unknown): unknown {
  if (reply instanceof Map) return [...reply].map(plain);
  if (reply instanceof Uint8Array) return Buffer.from(reply).toString('latin1');
  return Array.isArray(reply) ? reply.map(plain) : reply;
}
