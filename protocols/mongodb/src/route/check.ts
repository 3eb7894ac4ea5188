// The sign of life of a named connection: a ping.
import { remainingMs } from '@fairlead/client';
import type { ConnectionCheck } from '@fairlead/http';
import { settingsSchema } from './settings.ts';
import { openClient } from './target.ts';

/** @throws FairleadError Where the server cannot be used. */
export async function check({ url, options, limit, dial }: ConnectionCheck): Promise<void> {
  const { collections, allow, ...settings } = settingsSchema.parse(options);
  const own = { ...settings, signal: limit.signal, timeoutMs: remainingMs(limit) };
  await using client = await openClient(url, own, dial);
  await client.db('admin').command({ ping: 1 });
}
