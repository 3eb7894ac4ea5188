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
/** How long a statement may go on after the first CancelRequest before the second one is sent. Each further wait is twice as long. */
const AGAIN_MS = 250;

/** One connection's cancellations. */
export class Canceller {
  readonly #owner: ConnectionOwner;
  /** Whether one is under way. */
  busy = false;
  /** The last of the statements that the server had when the last CancelRequest left: it may have hit one of them. */
  #lastInReach: PendingStatement | undefined;

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

  /** Whether a CancelRequest may have hit this statement, which has ended, instead of the one it was meant for. */
  mayHaveHit(statement: PendingStatement): boolean {
    const isInReach = this.#lastInReach !== undefined;
    if (statement === this.#lastInReach) this.#lastInReach = undefined;
    return isInReach;
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
    else return this.#interrupt(statement);
    await settled(statement);
    if (!statement.over) this.#giveUp(statement);
  }

  /** A CancelRequest that arrives before the server has read the statement is lost: it is sent again until one has hit. */
  async #interrupt(statement: PendingStatement): Promise<void> {
    const until = Date.now() + CANCEL_TIMEOUT_MS;
    let isInDoubt = false;
    const mayLeave = (): boolean => {
      isInDoubt = !statement.over;
      if (isInDoubt) this.#lastInReach = this.#owner.session?.inFlight.at(-1);
      return isInDoubt;
    };
    for (let waitMs = AGAIN_MS; !statement.over && !isInDoubt && Date.now() < until; waitMs *= 2) {
      const sent = await bounded(this.#owner.sendCancel(mayLeave), CANCEL_TIMEOUT_MS);
      isInDoubt &&= sent.kind !== 'done';
      await bounded(statement.finished(), Math.min(waitMs, Math.max(1, until - Date.now())));
    }
    // What was sent and not taken may hit any later statement.
    if (isInDoubt || !statement.over) this.#giveUp(statement);
  }

  #giveUp({ reason: cause }: PendingStatement): void {
    const message = 'The connection to Postgres was ended: a statement did not stop when it was cancelled.';
    this.#owner.failed(new FairleadError('connection_lost', message, { cause }));
  }
}

/** Waits for a statement to end, for as long as a cancellation may take. */
export async function settled(statement: PendingStatement | undefined): Promise<void> {
  if (statement !== undefined) await bounded(statement.finished(), CANCEL_TIMEOUT_MS);
}
