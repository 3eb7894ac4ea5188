// The connection of one request: what was written once is answered until the end. Every wait for bytes has its end.
import { MAX_TIMER_MS, type Transport } from '@fairlead/transport';
import { failure } from '../errors.ts';

/** A transport whose silence is limited. */
export interface Wire {
  readonly transport: Transport;
  /**
   * The next bytes, valid until the next call; undefined at the end.
   * @throws FairleadError `timeout`, or what the transport throws.
   */
  read(): Promise<Uint8Array | undefined>;
  /** Ends the connection: nothing more is wanted, or for a reason that whatever waits fails with. */
  end(reason?: unknown): void;
}

/** Limits the silence of `transport`, with one timer for all its reads. */
export function limitSilence(transport: Transport, timeoutMs: number): Wire {
  /** `Date.now()` when the read began that is waiting; 0 while none is. */
  let waitsSince = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const arm = (delayMs: number): void => {
    if (delayMs < Number.POSITIVE_INFINITY) timer = setTimeout(onTimer, Math.min(delayMs, MAX_TIMER_MS));
  };
  const onTimer = (): void => {
    timer = undefined;
    // The next read arms it again.
    if (waitsSince === 0) return;
    const leftMs = waitsSince + timeoutMs - Date.now();
    const message = `The Gopher server sent nothing for ${timeoutMs} ms`;
    if (leftMs > 0) arm(leftMs);
    else transport.destroy(failure('timeout', message, { peer: transport.peer }));
  };
  return {
    transport,
    async read() {
      waitsSince = Date.now();
      if (timer === undefined) arm(timeoutMs);
      try {
        return await transport.read();
      } finally {
        waitsSince = 0;
      }
    },
    end(reason) {
      clearTimeout(timer);
      if (reason instanceof Error) transport.destroy(reason);
      else void transport.close();
    },
  };
}
