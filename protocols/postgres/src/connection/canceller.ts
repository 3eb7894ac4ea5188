// Cancels statements on the server, one at a time, and only the one that is running. While that is under way nothing
// new may be sent, for it might be hit.
import { bounded, FairleadError } from '@fairlead/transport';
import type { Exchange } from '../statements/exchange.ts';

/** How long the caller of a cancelled statement waits for the server to end it. */
export const STOP_GRACE_MS = 1_000;
/** How long a cancelled statement may take to end before the connection is given up. */
export const CANCEL_TIMEOUT_MS = 5_000;

const TICK = /* @__PURE__ */ Promise.resolve();

/** What a canceller asks of its connection. */
export interface CancelOwner {
  /** The statement that the server is running. */
  running(): Exchange | undefined;
  /** Sends a CancelRequest, where that is possible. */
  sendCancel(): Promise<void>;
  /** Ends a portal that waits to be asked for more. */
  endPortal(exchange: Exchange): void;
  /** Nothing is being cancelled any more. */
  cancelled(): void;
  failed(error: FairleadError): void;
}

/** One connection's cancellations. */
export class Canceller {
  readonly #owner: CancelOwner;
  /** Whether one is under way. */
  busy = false;

  constructor(owner: CancelOwner) {
    this.#owner = owner;
  }

  /** A CancelRequest names a connection, not a statement: it may leave only while the right one is running. */
  cancelWhenFirst(): void {
    const first = this.#owner.running();
    if (first?.reason === undefined || this.busy) return;
    this.busy = true;
    void this.#cancel(first).finally(() => {
      this.busy = false;
      this.cancelWhenFirst();
      this.#owner.cancelled();
    });
  }

  async #cancel(exchange: Exchange): Promise<void> {
    // Its end may stand in the very bytes that are being read.
    await TICK;
    if (exchange.over) return;
    // The server waits for us at a portal's end: a Sync closes it.
    if (exchange.suspended) this.#owner.endPortal(exchange);
    else if (exchange.halt && exchange.reason) exchange.halt(exchange.reason);
    else await bounded(this.#owner.sendCancel(), CANCEL_TIMEOUT_MS);
    await bounded(exchange.finished(), CANCEL_TIMEOUT_MS);
    if (exchange.over) return;
    const message = 'The connection to Postgres was ended: a statement did not stop when it was cancelled.';
    this.#owner.failed(new FairleadError('connection_lost', message, { cause: exchange.reason }));
  }
}

/** Waits for statements to end, for as long as a cancellation may take. */
export async function settled(exchange: Exchange | undefined): Promise<void> {
  if (exchange !== undefined) await bounded(exchange.finished(), CANCEL_TIMEOUT_MS);
}
