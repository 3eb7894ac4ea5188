// The sign of life of a named connection: TCP, and TLS where the connection has it from the first byte. A login would be seen by
// others on the network.
import { remainingMs } from '@fairlead/client';
import type { ConnectionCheck } from '@fairlead/http';

/** @throws FairleadError Where the server cannot be reached. */
export async function check({ url, address, options, limit, connector }: ConnectionCheck): Promise<void> {
  const { tls: wanted = url.startsWith('ircs:') } = options;
  const tls = wanted === true ? 'implicit' : 'off';
  const { signal } = limit;
  await using _transport = await connector(address, { tls, signal, connectTimeoutMs: remainingMs(limit) });
}
