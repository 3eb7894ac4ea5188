// Cancels statements on the server, one at a time, and only the one that is running. While that is under way nothing
// new may be sent, for it might be hit.
import { bounded, FairleadError } from '@fairlead/transport';
import type { PendingStatement } from '../statements/pending-statement.ts';
import { writeSync } from '../wire/encode/client.ts';
import type { ConnectionOwner } from './owner.ts';

/** How long the caller of a cancelled statement waits for the server to end it. */
export const STOP_GRACE_MS = 1_000;
/** How long a cancelled statement may take to end before the connection is given up. */
export const CANCEL_TIMEOUT_MS = 5_000;

/** One connection's cancellations. */
export class Canceller {
  readonly #owner: ConnectionOwner;
  /** Whether one is under way. */
  busy = false;

  constructor(owner: ConnectionOwner) {
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
      this.#owner.flush();
    });
  }

  async #cancel(statement: PendingStatement): Promise<void> {
    // Its end may stand in the very bytes that are being read.
    await Promise.resolve();
    if (statement.over) return;
    // The server waits for us at a portal's end: a Sync closes it.
    if (statement.suspended) {
      statement.sync();
      void this.#owner.write(writeSync);
    } else if (statement.halt && statement.reason) statement.halt(statement.reason);
    else await bounded(this.#owner.sendCancel(), CANCEL_TIMEOUT_MS);
    await settled(statement);
    if (statement.over) return;
    const message = 'The connection to Postgres was ended: a statement did not stop when it was cancelled.';
    this.#owner.failed(new FairleadError('connection_lost', message, { cause: statement.reason }));
  }
}

/** Waits for a statement to end, for as long as a cancellation may take. */
export async function settled(statement: PendingStatement | undefined): Promise<void> {
  if (statement !== undefined) await bounded(statement.finished(), CANCEL_TIMEOUT_MS);
}
