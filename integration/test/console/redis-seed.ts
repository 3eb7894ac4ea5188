// What the console's tests of Redis begin with: a database of their own, through the gateway.
import { inject } from 'vitest';
import type { Gateway } from '../gateway/support.ts';

const { redis } = inject('servers');

/** Databases that no other test uses, by the name of their connection. */
export const CONNECTIONS = {
  shop: { url: `rediss://app:app-password@localhost:${redis.good.tlsPort}/12` },
  quay: { url: `rediss://app:app-password@localhost:${redis.good.tlsPort}/14` },
  crowd: { url: `redis://app:app-password@localhost:${redis.good.plainPort}/13` },
};

/** What begins with markup, with a scheme, or turns text around. */
export const HOSTILE = {
  key: '<img src=x onerror="globalThis.ran=1">',
  value: '<script>globalThis.ran=2</script><a href="javascript:globalThis.ran=3">here</a>',
  turned: 'safe\u202egpj.exe\u0000\u001b[31m',
};

/** Runs a command of Redis. @returns Its result. @throws Error with the answer where it failed. */
export async function redisOf(
  gateway: Gateway,
  connection: keyof typeof CONNECTIONS,
  ...command: readonly (string | number)[]
): Promise<unknown> {
  const headers = { 'Fairlead-Connection': connection };
  const { status, body } = await gateway.ask('/redis', { json: command, headers });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.result;
}

/** Empties a database, and fills it. Files run beside each other: each has its own. */
export async function fillDatabase(gateway: Gateway, connection: 'shop' | 'quay'): Promise<void> {
  const run = (...command: readonly (string | number)[]) => redisOf(gateway, connection, ...command);
  await run('FLUSHDB');
  await run('SET', 'session:7', '{"user":7,"roles":["admin"]}', 'EX', 900);
  await run('SET', 'greeting', 'ahoy');
  await run('HSET', 'user:1', 'name', 'Ada', 'city', 'Oslo');
  await run('RPUSH', 'jobs', 'first', 'second', 'third');
  await run('SADD', 'tags', 'red', 'green');
  await run('ZADD', 'board', 1, 'Ada', 2, 'Bob');
  await run('XADD', 'events', '*', 'type', 'click');
  await run('SET', HOSTILE.key, HOSTILE.value);
  await run('SET', HOSTILE.turned, HOSTILE.turned);
}
