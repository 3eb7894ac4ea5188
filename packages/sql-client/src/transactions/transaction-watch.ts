// Watches over a whole transaction: its signal, its time, and the race of its work against them. It stops no statement
// itself.
import { type CallLimit, type Deadlines, watchCall } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { ownError } from './transaction-errors.ts';

/** One transaction's limit, from its BEGIN to its end. */
export class TransactionWatch {
  /** Why the transaction has to end; undefined as long as it may go on. */
  reason: FairleadError | undefined;
  readonly #unwatch: () => void;
  #lose: ((reason: FairleadError) => void) | undefined;

  /** @param onStop Stops the transaction's statements; called once, with `aborted` or `timeout`. */
  constructor(deadlines: Deadlines, limit: CallLimit, onStop: (reason: FairleadError) => void) {
    this.#unwatch = watchCall(deadlines, 'transaction', limit, (reason) => {
      this.reason = reason;
      onStop(reason);
      this.#lose?.(ownError(reason));
    });
  }

  /** Settles as `work` does, or rejects with the reason to end: where there is one already, `work` is not begun. */
  race<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.reason !== undefined) throw ownError(this.reason);
      this.#lose = reject;
      work().then(resolve, reject);
    });
  }

  /** Ends the watch. */
  end(): void {
    this.#unwatch();
  }
}
