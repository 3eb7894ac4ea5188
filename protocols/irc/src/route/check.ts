// The sign of life of a named connection: TCP, and TLS where the connection has it from the first byte. A login would be seen by
// others on the network.
import { remainingMs } from '@fairlead/client';
import { type ConnectionCheck, tlsOptionsOf } from '@fairlead/http';
import type { ConnectOptions } from '@fairlead/transport';

/** @throws FairleadError Where the server cannot be reached. */
export async function check({ url, address, options, limit, connector }: ConnectionCheck): Promise<void> {
  const { signal } = limit;
  const dialled = { signal, connectTimeoutMs: remainingMs(limit) };
  await using _transport = await connector(address, { ...tlsOf(url, options), ...dialled });
}

/** TLS from the first byte, where the entry has it so. */
function tlsOf(url: string, options: ConnectionCheck['options']): ConnectOptions {
  const { tls = url.startsWith('ircs:') } = options;
  const tlsOptions = tlsOptionsOf(options);
  if (tlsOptions === undefined) return { tls: tls === true ? 'implicit' : 'off' };
  const isLater = Reflect.get(Object(tls), 'mode') === 'starttls';
  return isLater ? { tls: 'off' } : { tls: 'implicit', tlsOptions };
}
