// Runs BEGIN, COMMIT, ROLLBACK and savepoint commands, and reports what the server did, also when their caller has given
// up. It decides nothing.
import type { FairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import type { PendingStatement } from '../statements/pending-statement.ts';
import { DISCARD, statementRequest } from '../statements/request.ts';

/** What the server did about such a command. */
export interface CommandOutcome {
  /** The command tag: the server has done it. */
  readonly tag: string | undefined;
  /** Why it has not, or why its caller was told no more: the server's words, what stopped it, the connection's end. */
  readonly error: FairleadError | undefined;
  /** Whether it left this side. */
  readonly sent: boolean;
}

/** Whether nothing is on its way, and the server says this of the transaction: `I`, none; `E`, it has failed. */
export function isNow(connection: Connection, status: 'I' | 'E'): boolean {
  return connection.latest === undefined && connection.session?.status === status;
}

/**
 * Runs one such statement, and waits until the server has answered it, also when it was stopped: one that does not end
 * when it is cancelled ends the connection, so this has an end.
 * @param watch Begins to watch over the statement; what it returns is called in the end.
 * @throws FairleadError when the connection has ended: nothing was sent.
 */
export async function command(
  connection: Connection,
  text: string,
  watch: (statement: PendingStatement) => () => void,
): Promise<CommandOutcome> {
  const statement = connection.submit(statementRequest(text), DISCARD);
  const unwatch = watch(statement);
  await statement.finished();
  unwatch();
  return { tag: statement.tag, error: statement.failure, sent: statement.sent };
}
