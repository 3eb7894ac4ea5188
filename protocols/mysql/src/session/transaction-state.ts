// Whether a transaction that this client began is still open at the server. It sends nothing.
import { FairleadError, type Peer } from '@fairlead/errors';

/** The state of one transaction, shared by its statements. */
export class TransactionState {
  /** Why no further statement of it may be sent: the server has ended the transaction. */
  lost: FairleadError | undefined;
  /** The error that may have ended the transaction, as a deadlock does; undefined once the server has told. */
  doubt: FairleadError | undefined;

  /** A statement of the transaction has failed. */
  doubtAfter(error: FairleadError): void {
    this.doubt ??= error;
  }

  /** The server has told whether the transaction is open. */
  settleDoubt(stands: boolean, peer: Peer): void {
    const { doubt } = this;
    this.doubt = undefined;
    if (stands || doubt === undefined) return;
    const message = `The server has rolled the transaction back, with this error: ${doubt.message}`;
    this.lost = new FairleadError('server', message, { server: doubt.server, cause: doubt, peer });
  }
}
