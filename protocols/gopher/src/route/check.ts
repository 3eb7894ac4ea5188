// The sign of life of a named connection: TCP, and TLS where the URL asks for it. Every request is one connection anyway.
import { remainingMs } from '@fairlead/client';
import { type ConnectionCheck, tlsOptionsOf } from '@fairlead/http';

/** @throws FairleadError Where the server cannot be reached. */
export async function check({ url, address, options, limit, connector }: ConnectionCheck): Promise<void> {
  const tls = url.startsWith('gophers:') ? 'implicit' : 'off';
  const dialled = { tls, tlsOptions: tlsOptionsOf(options), signal: limit.signal } as const;
  await using _transport = await connector(address, { ...dialled, connectTimeoutMs: remainingMs(limit) });
}
