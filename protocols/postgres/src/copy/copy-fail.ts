// How a COPY from this side is given up: while the server waits for data it does not react to a CancelRequest.
import type { ConnectionOwner } from '../connection/owner.ts';
import type { PendingStatement } from '../statements/pending-statement.ts';
import { writeCopyFail } from '../wire/encode/client.ts';

/** Lets a statement be stopped by CopyFail, whose text stands in the server's error. */
export function haltWithCopyFail(
  statement: PendingStatement,
  connection: Pick<ConnectionOwner, 'write'>,
): void {
  statement.setHalt(({ message }) => {
    void connection.write((writer) => writeCopyFail(writer, message));
  });
}
