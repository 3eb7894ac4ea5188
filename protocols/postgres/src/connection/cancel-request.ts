// CancelRequest, on a connection of its own under the same TLS rules (manual, "Canceling Requests in Progress"). It cannot
// tell whether the request came in time: the end of the statement does.
import type { Connector, Peer } from '@fairlead/transport';
import type { Target } from '../options/target.ts';
import { encodeCancelRequest } from '../wire/encode/client.ts';
import type { CancelKey } from '../wire/messages.ts';
import { attemptLimit, inTime, openTransport } from './open/secure-transport.ts';

/**
 * Asks the server to cancel what a connection is running. Settles when the server has closed the connection that it
 * was asked on, which it does once the request is passed on.
 * @param peer Where the connection is: of several hosts, only that one knows the key.
 * @param mayLeave Asked just before the request is written: after false nothing is.
 * @throws FairleadError when it could not be sent, or the server has not taken it in time: it may act on it later.
 */
export async function cancelOnServer(
  target: Target,
  { hostname, port }: Peer,
  connector: Connector,
  key: CancelKey,
  mayLeave: () => boolean = () => true,
): Promise<void> {
  const limit = attemptLimit(target);
  const transport = await openTransport(target, { hostname, port }, connector, limit);
  if (mayLeave()) {
    transport.write(encodeCancelRequest(key));
    // However it ends, the request was taken. The server closes without a byte, which inside TLS may look like a fault.
    await inTime(
      transport,
      limit,
      transport.read().catch(() => undefined),
    );
  }
  await transport.close();
}
