// Whether a transaction, or a savepoint in one, still takes statements. It sends nothing.
import { usage } from '@fairlead/errors';

/** One transaction or savepoint: it is over when its work has settled, or when the one around it is over. */
export class TransactionScope {
  readonly #outer: TransactionScope | undefined;
  #ended = false;

  /** @param outer The scope that a savepoint is in; none for a whole transaction. */
  constructor(outer?: TransactionScope) {
    this.#outer = outer;
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
    if (this.isOver) throw usage('This transaction is over.');
  }
}
