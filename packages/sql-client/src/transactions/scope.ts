// Whether a transaction, or a savepoint in one, still takes statements, and whose turn it is to set a savepoint in it. It
// sends nothing.
import { Gate } from '@fairlead/client';
import { usage } from '@fairlead/errors';

/** One transaction or savepoint: it is over when its work has settled, or when the one around it is over. */
export class TransactionScope {
  readonly #outer: TransactionScope | undefined;
  #ended = false;
  #names = 0;
  /** Held by the savepoint that is open in it. */
  readonly savepoints: Gate = new Gate();

  /** @param outer The scope that a savepoint is in; none for a whole transaction. */
  constructor(outer?: TransactionScope) {
    this.#outer = outer;
  }

  /** A name that no other savepoint of the transaction has: one that is given twice would hide the first. */
  nameSavepoint(): string {
    if (this.#outer !== undefined) return this.#outer.nameSavepoint();
    this.#names += 1;
    return `fairlead_${this.#names}`;
  }

  /** Takes no further statements. */
  end(): void {
    this.#ended = true;
  }

  /** Whether it has ended, or the one around it has. */
  get isOver(): boolean {
    return this.#ended || (this.#outer?.isOver ?? false);
  }

  /** @throws FairleadError `usage` when it is over. */
  assertOpen(): void {
    if (this.isOver)
      throw usage('This transaction is over: await each of its statements inside of its function.');
  }
}
