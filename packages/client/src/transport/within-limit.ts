// Work over a transport that ends in time. A read cannot be given up alone: the connection ends with it.
import type { Transport } from '@fairlead/transport';
import type { CallLimit } from '../time/call-limit.ts';
import { Deadlines } from '../time/deadlines.ts';
import { watchCall } from '../time/watch-call.ts';

/**
 * Runs `work`, and destroys the transport when its time is up or its signal fires: what `work` waits for then fails with
 * `timeout` or `aborted`.
 * @param noun What the work is, for the message: `query`.
 * @example
 * ```ts
 * import { limitOf, TransportReader, withinLimit } from '@fairlead/client';
 *
 * const reader = new TransportReader(transport);
 * const line = await withinLimit(transport, 'greeting', limitOf({ timeoutMs: 5_000 }), () => reader.readLine());
 * ```
 */
export async function withinLimit<T>(
  transport: Transport,
  noun: string,
  limit: CallLimit,
  work: () => Promise<T>,
): Promise<T> {
  const deadlines = new Deadlines();
  const unwatch = watchCall(deadlines, noun, limit, (reason) => transport.destroy(reason));
  try {
    return await work();
  } finally {
    unwatch();
    deadlines.stop();
  }
}
