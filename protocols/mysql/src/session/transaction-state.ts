// Whether a transaction that this client began is still open at the server. It sends nothing.
import type { FairleadError } from '@fairlead/errors';
import { illegalMove, TRANSACTION, type TransactionEvent } from './states.ts';

/** The state of one transaction, shared by its statements. It is private, and changes by the table of moves. */
export class TransactionState {
  #state = TRANSACTION.open;
  /** Why the transaction is in doubt, or lost. */
  #reason: FairleadError | undefined;

  /** Why no further statement of it may be sent; undefined while it is not lost. */
  get lost(): FairleadError | undefined {
    return this.#state.rule === 'refuse' ? this.#reason : undefined;
  }

  /** The error that may have ended it, as a deadlock does; undefined while it is not in doubt. */
  get doubted(): FairleadError | undefined {
    return this.#state.rule === 'wait' ? this.#reason : undefined;
  }

  /** A statement of it has failed. The first error counts. */
  doubt(error: FairleadError): void {
    this.#reason ??= error;
    this.#move('doubt');
  }

  /** The server still has it open. */
  confirm(): void {
    if (this.lost === undefined) this.#reason = undefined;
    this.#move('confirm');
  }

  /** The server has ended it, or a part of it could not be undone. The first reason counts. */
  lose(reason: FairleadError): void {
    this.#reason = this.lost ?? reason;
    this.#move('lose');
  }

  #move(event: TransactionEvent): void {
    this.#state = this.#state.to[event] ?? illegalMove(this.#state, event);
  }
}
