// The sign of life of a named connection: TCP.
import { remainingMs } from '@fairlead/client';
import type { ConnectionCheck } from '@fairlead/http';

/** @throws FairleadError Where the server cannot be reached. */
export async function check({ address, limit, connector }: ConnectionCheck): Promise<void> {
  const { signal } = limit;
  await using _transport = await connector(address, { signal, connectTimeoutMs: remainingMs(limit) });
}
