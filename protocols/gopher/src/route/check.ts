// The sign of life of a named connection: TCP, and TLS where the URL asks for it. Every request is one connection anyway.
import { remainingMs } from '@fairlead/client';
import type { ConnectionCheck } from '@fairlead/http';

/** @throws FairleadError Where the server cannot be reached. */
export async function check({ url, address, limit, connector }: ConnectionCheck): Promise<void> {
  const tls = url.startsWith('gophers:') ? 'implicit' : 'off';
  const { signal } = limit;
  await using _transport = await connector(address, { tls, signal, connectTimeoutMs: remainingMs(limit) });
}
