// Ends a statement at the server: KILL QUERY over a connection of its own, and a `DO 0` behind it. No statement may be sent
// meanwhile, since the kill names a connection, not a statement.
import { type CallLimit, limitOf } from '@fairlead/client';
import { bounded, type Connector } from '@fairlead/transport';
import type { Target } from '../../options/target.ts';
import { silentReply } from '../../session/replies/result-reply.ts';
import { encodeQuery } from '../../wire/encode.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { type Kill, killQuery } from './kill-query.ts';
import type { PendingStatement } from './pending-statement.ts';

/** How long a cancelled statement may take to end before the connection is given up. */
export const CANCEL_TIMEOUT_MS = 5_000;
/** How long the server may take for the commands before a statement, all of which are quick. */
const REACH_TIMEOUT_MS = 250;
/** How long to wait for a statement that the server's own time limit should end. */
const SERVER_GRACE_MS = 100;

/** Cancels on one connection. */
export class Canceller {
  readonly #target: Target;
  readonly #connector: Connector;
  readonly #connectionId: number;
  readonly #exchange: Exchange;
  /** Ends the wait for the command that a late kill is to hit. */
  #goOn: (() => void) | undefined;

  constructor(target: Target, connector: Connector, connectionId: number, exchange: Exchange) {
    this.#target = target;
    this.#connector = connector;
    this.#connectionId = connectionId;
    this.#exchange = exchange;
  }

  /**
   * Ends the statement that the server is running. Never rejects.
   * @param hasNext Whether the statement behind it is to be ended, too: a late kill may hit that one.
   * @returns False if it did not end, or if a kill may come after this: the connection must be given up.
   */
  async cancel(running: PendingStatement, hasNext: () => boolean): Promise<boolean> {
    if (await this.#endsByItself(running)) return true;
    // A kill that comes too early would hit one of the commands before the statement, and leave the statement running.
    await bounded(running.whenReached(), REACH_TIMEOUT_MS);
    if (running.ended) return true;
    // The login and the kills have their limits. A connector that keeps none sends no kill any more.
    const killed = await bounded(this.#kill(running), 3 * CANCEL_TIMEOUT_MS);
    const kill = killed.kind === 'done' ? killed.value : 'unsent';
    if (!running.ended || kill === 'unknown') return false;
    // If the statement had ended before the kill arrived, the kill hits the next command: `DO 0`, and no statement.
    if (kill !== 'unsent') {
      const absorbed = new Promise<void>((resolve) => {
        this.#goOn = resolve;
        this.#absorb().then(resolve, resolve);
      });
      if (!hasNext()) await bounded(absorbed, CANCEL_TIMEOUT_MS);
    }
    return true;
  }

  /** The statement behind the one that has ended is to be ended, too. */
  hurry(): void {
    this.#goOn?.();
  }

  /** Where the server has the same time limit, it has most likely ended the statement. */
  async #endsByItself(running: PendingStatement): Promise<boolean> {
    const { serverLimitMs } = running.options;
    if (running.reason?.code !== 'timeout' || serverLimitMs === Number.POSITIVE_INFINITY) return false;
    await bounded(running.finished, SERVER_GRACE_MS);
    return running.ended;
  }

  #kill(running: PendingStatement): Promise<Kill> {
    const limit: CallLimit = limitOf({ timeoutMs: CANCEL_TIMEOUT_MS });
    return killQuery(this.#target, this.#connector, this.#connectionId, limit, running);
  }

  /** Sends a command for a late kill to hit. */
  async #absorb(): Promise<void> {
    if (!this.#exchange.failed) await this.#exchange.ask(encodeQuery('DO 0'), silentReply());
  }
}
