// Whose turn it is to send a statement: a client's wait while a transaction has the connection, and a transaction's are
// refused once it is over. It runs nothing itself.
import { abortedBy, type CallLimit, type Deadlines, type Gate, inTurn, watchCall } from '@fairlead/client';
import type { TransactionScope } from '../transactions/scope.ts';

/** Who sends: a client, by its gate, or a transaction that has the connection. */
export type Sender =
  | { readonly gate: Gate; readonly scope?: undefined }
  | { readonly gate?: undefined; readonly scope: TransactionScope };

/** The turns of one client, or of one transaction. */
export class StatementTurns {
  readonly #deadlines: Deadlines;
  readonly #gate: Gate | undefined;
  readonly #scope: TransactionScope | undefined;

  constructor(deadlines: Deadlines, { gate, scope }: Sender) {
    this.#deadlines = deadlines;
    this.#gate = gate;
    this.#scope = scope;
  }

  /** Whether they are a transaction's. */
  get inTransaction(): boolean {
    return this.#scope !== undefined;
  }

  /** @throws FairleadError `usage` when the transaction is over. */
  assertOpen(): void {
    this.#scope?.assertOpen();
  }

  /** Whether a call may be sent at once: the common case, which needs no promise. */
  isFree({ signal }: CallLimit): boolean {
    return !signal?.aborted && !this.#gate?.shut;
  }

  /**
   * Runs `submit` when no transaction has the connection. The turn is for sending alone: it is given back when the
   * statement is in the connection's queue, and a transaction that has the next turn comes behind it.
   * @throws FairleadError `aborted`, `timeout`: nothing was sent. What `submit` throws.
   */
  async take<T>(limit: CallLimit, submit: () => T): Promise<Awaited<T>> {
    const { signal } = limit;
    if (signal?.aborted) throw abortedBy('query', signal, true);
    const gate = this.#gate;
    if (!gate?.shut) return await submit();
    return await inTurn(
      gate,
      (stop) => watchCall(this.#deadlines, 'query', limit, stop),
      async () => await submit(),
    );
  }
}
