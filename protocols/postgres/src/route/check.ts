// The sign of life of a named connection: a statement that reads nothing.
import { remainingMs } from '@fairlead/client';
import type { ConnectionCheck } from '@fairlead/http';
import { open } from '../client.ts';
import type { ConnectOptions } from '../options/connect-options.ts';

/** @throws FairleadError Where the server cannot be used. */
export async function check({ url, options, limit, dial }: ConnectionCheck): Promise<void> {
  const { signal } = limit;
  const own: ConnectOptions = options;
  const dialled = await dial({ ...own, signal, timeoutMs: remainingMs(limit) });
  await using db = await open(url, dialled);
  await db.query('select 1', [], { prepare: false });
}
