// CancelRequest, on a connection of its own under the same TLS rules (manual, "Canceling Requests in Progress"). It cannot
// tell whether the request came in time: the end of the statement does.
import { remainingMs } from '@fairlead/client';
import { bounded, type Connector, type Peer } from '@fairlead/transport';
import type { Target } from '../options/target.ts';
import { encodeCancelRequest } from '../wire/encode/client.ts';
import type { CancelKey } from '../wire/messages.ts';
import { attemptLimit, openTransport } from './open/secure-transport.ts';

/**
 * Asks the server to cancel what a connection is running. Settles when the server has closed the connection that it
 * was asked on, which it does once the request is passed on.
 * @param peer Where the connection is: of several hosts, only that one knows the key.
 * @throws FairleadError when it could not be sent.
 */
export async function cancelOnServer(
  target: Target,
  { hostname, port }: Peer,
  connector: Connector,
  key: CancelKey,
): Promise<void> {
  const limit = attemptLimit(target);
  const transport = await openTransport(target, { hostname, port }, connector, limit);
  transport.write(encodeCancelRequest(key));
  // However it ends, the request was sent. The server closes without a byte, which inside TLS may look like a fault.
  await bounded(transport.read(), remainingMs(limit));
  await transport.close();
}
