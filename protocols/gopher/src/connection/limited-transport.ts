// The connection of one request. It limits the server's silence, and sends nothing.
import { Alarm } from '@fairlead/client';
import type { Transport } from '@fairlead/transport';
import { failure } from '../errors.ts';

/** A transport whose reads have a time limit. */
export interface LimitedTransport {
  readonly transport: Transport;
  /**
   * The next bytes, valid until the next call; undefined at the end.
   * @throws FairleadError `timeout`, or what the transport throws.
   */
  read(): Promise<Uint8Array | undefined>;
  /** Ends the connection: at once with a reason, with which reads fail that wait; else as soon as what was written left. */
  end(reason?: unknown): void;
}

/**
 * Limits the time of each read, with one timer for all of them.
 * @param timeoutMs The longest silence of the server; `Infinity` for no limit.
 */
export function limitReads(transport: Transport, timeoutMs: number): LimitedTransport {
  /** `Date.now()` when the pending read began; `Infinity` while none is pending. */
  let since = Number.POSITIVE_INFINITY;
  const alarm = new Alarm(() => {
    const dueAt = since + timeoutMs;
    // The pending read began later. `Infinity` while none is pending: the next one sets the alarm.
    if (dueAt > Date.now()) {
      alarm.ringBy(dueAt);
      return;
    }
    const message = `The Gopher server sent nothing for ${timeoutMs} ms`;
    transport.destroy(failure('timeout', message, { peer: transport.peer }));
  });
  return {
    transport,
    async read() {
      since = Date.now();
      alarm.ringBy(since + timeoutMs);
      try {
        return await transport.read();
      } finally {
        since = Number.POSITIVE_INFINITY;
      }
    },
    end(reason) {
      alarm.clear();
      if (reason instanceof Error) transport.destroy(reason);
      else void transport.close();
    },
  };
}
