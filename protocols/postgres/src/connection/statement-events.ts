// The consequences of what the server says to statements: it ends them, queues them once more, writes Sync and CopyFail, and
// cancels statements that were stopped.
import type { FairleadError, Peer } from '@fairlead/errors';
import { haltWithCopyFail } from '../copy/copy-fail.ts';
import { copyElsewhere, interrupted, tell } from '../errors.ts';
import type { SessionOwner } from '../session/replies.ts';
import type { PendingStatement } from '../statements/pending-statement.ts';
import type { Notice, Notification } from '../types.ts';
import { writeSync } from '../wire/encode/client.ts';
import type { ErrorFields } from '../wire/messages.ts';
import { Canceller, STOP_GRACE_MS } from './canceller.ts';
import type { ConnectionOwner } from './owner.ts';
import { StatementQueue } from './statement-queue.ts';

/** Takes what the server says unasked, and the connection's end. */
export interface ConnectionObserver {
  onNotification(notification: Notification): void;
  /** Called once, with the connection's failure. */
  onEnd(reason: FairleadError): void;
}

/** What happens to the statements of one connection. */
export class StatementEvents implements SessionOwner {
  readonly queue: StatementQueue = new StatementQueue(this);
  readonly #connection: ConnectionOwner;
  readonly #onNotice: ((notice: Notice) => void) | undefined;
  readonly #canceller: Canceller;
  #observer: ConnectionObserver | undefined;

  constructor(connection: ConnectionOwner, onNotice: ((notice: Notice) => void) | undefined) {
    this.#connection = connection;
    this.#canceller = new Canceller(connection);
    this.#onNotice = onNotice;
  }

  get peer(): Peer | undefined {
    return this.#connection.peer;
  }

  /** Whether a CancelRequest is under way. */
  get isCancelling(): boolean {
    return this.#canceller.busy;
  }

  /** Sets the observer of notifications and of the connection's end. */
  observe(observer: ConnectionObserver): void {
    this.#observer = observer;
  }

  /** The connection has ended. */
  tellEnd(reason: FairleadError): void {
    this.#observer?.onEnd(reason);
    this.#observer = undefined;
  }

  // What the session tells.

  ended(statement: PendingStatement): void {
    this.queue.leave(statement);
    const { error } = statement;
    const isSentAgain = (error !== undefined || statement.outdated !== undefined) && this.#settle(statement);
    const mayBeHit = this.#canceller.mayHaveHit(statement);
    if (!isSentAgain) statement.end(mayBeHit ? interrupted(error) : error);
    this.#canceller.cancelWhenFirst();
  }

  #settle(statement: PendingStatement): boolean {
    const { status = 'I', inFlight = [] } = this.#connection.session ?? {};
    return this.queue.settle(statement, status, inFlight);
  }

  needsSync(): void {
    void this.#connection.write(writeSync);
  }

  refuseCopy(statement: PendingStatement): void {
    haltWithCopyFail(statement, this.#connection);
    statement.stop(copyElsewhere());
  }

  redefined(): void {
    this.queue.cache.forget();
  }

  notice(fields: ErrorFields): void {
    tell(this.#onNotice, fields);
  }

  notification(notification: Notification): void {
    this.#observer?.onNotification(notification);
  }

  // Cancellation.

  stopped(statement: PendingStatement): void {
    if (statement.state === 'queued') {
      this.queue.leave(statement);
      statement.end();
      return;
    }
    this.#connection.deadlines.add(STOP_GRACE_MS, () => statement.abandon());
    // The rest of its answer is read, and dropped.
    if (this.#connection.running() === statement) this.#connection.resume();
    this.#canceller.cancelWhenFirst();
  }
}
