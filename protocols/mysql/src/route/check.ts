// The sign of life of a named connection: a statement that reads nothing.
import { remainingMs } from '@fairlead/client';
import type { ConnectionCheck } from '@fairlead/http';
import { connect } from '../client.ts';
import type { ConnectOptions } from '../options/connect-options.ts';

/** @throws FairleadError Where the server cannot be used. */
export async function check({ url, options, limit, dial }: ConnectionCheck): Promise<void> {
  const { signal } = limit;
  const own: ConnectOptions = { ...options, json: 'raw', multiStatements: false };
  const dialled = await dial({ ...own, signal, timeoutMs: remainingMs(limit) });
  await using db = await connect(url, dialled);
  await db.query('select 1');
}
