// The sign of life of a named connection: a login, and an answer.
import { remainingMs } from '@fairlead/client';
import type { ConnectionCheck } from '@fairlead/http';
import { clientOptions, connectSsh } from './connection.ts';
import { settingsSchema } from './settings.ts';

/** @throws FairleadError Where the server cannot be used. */
export async function check({ url, options, limit, dial }: ConnectionCheck): Promise<void> {
  const { signal } = limit;
  const own = clientOptions(settingsSchema.parse(options));
  const dialled = await dial({ ...own, signal, connectTimeoutMs: remainingMs(limit) });
  await using client = await connectSsh(url, dialled);
  // On a pool the login was long ago.
  await client.ping({ signal });
}
