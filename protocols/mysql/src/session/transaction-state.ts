// Whether a transaction that this client began still stands at the server. It sends nothing.
import { FairleadError, type Peer } from '@fairlead/errors';

/** One transaction, as its statements know it. */
export class TransactionState {
  /** Why its statements must not be sent any more: the server has ended it. */
  lost: FairleadError | undefined;
  /** The error after which nobody knows whether it still stands: a deadlock undoes it all. */
  doubt: FairleadError | undefined;

  /** A statement of it has failed while it stood. */
  doubtAfter(error: FairleadError): void {
    this.doubt ??= error;
  }

  /** The server has said whether it stands. */
  settleDoubt(stands: boolean, peer: Peer): void {
    const { doubt } = this;
    this.doubt = undefined;
    if (stands || doubt === undefined) return;
    const message = `The server has ended the transaction, and undone it, with this error: ${doubt.message}`;
    this.lost = new FairleadError('server', message, { server: doubt.server, cause: doubt, peer });
  }
}
