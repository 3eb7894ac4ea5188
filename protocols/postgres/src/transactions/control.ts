// BEGIN, COMMIT, ROLLBACK and their kin: statements of which the client itself has to know what became of them, whatever
// their caller wants meanwhile. It decides nothing.
import type { FairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import type { PendingStatement } from '../statements/pending-statement.ts';
import { DISCARD, statementRequest } from '../statements/request.ts';

/** What became of such a statement. */
export interface Verdict {
  /** The command tag: the server has done it. */
  readonly tag: string | undefined;
  /** Why it has not, or why its caller was told no more: the server's words, what stopped it, the connection's end. */
  readonly error: FairleadError | undefined;
  /** Whether it left this side. */
  readonly sent: boolean;
}

/** The statement that was submitted last, if it has not ended. */
export function latest(connection: Connection): PendingStatement | undefined {
  return connection.latest;
}

/** Whether nothing is on its way, and the server says this of the transaction: `I`, none; `E`, it has failed. */
export function isNow(connection: Connection, status: 'I' | 'E'): boolean {
  return latest(connection) === undefined && connection.session?.status === status;
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
  watch: (exchange: PendingStatement) => () => void,
): Promise<Verdict> {
  const exchange = connection.submit(statementRequest(text), DISCARD);
  exchange.done.catch(() => undefined);
  const unwatch = watch(exchange);
  await exchange.finished();
  unwatch();
  return { tag: exchange.tag, error: exchange.failure, sent: exchange.sent };
}
