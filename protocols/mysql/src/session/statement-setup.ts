// Decides which commands are sent together with a statement: its time limit, the session's charsets, and a READ ONLY
// transaction around it. It sends nothing.
import type { Peer } from '@fairlead/errors';
import { usage } from '../errors.ts';
import { hasDate } from '../values/parameters.ts';
import {
  charsetCommand,
  readOnlyTransaction,
  type ServerTimeLimit,
  type SessionCommand,
  type SessionCommands,
  sessionStart,
} from './session-commands.ts';
import type { SessionState } from './session-state.ts';
import type { ExecutionOptions, Statement } from './statement.ts';

/** What a setup needs of its connection. */
export interface SetupParts {
  readonly state: SessionState;
  readonly peer: Peer;
  readonly timeLimit: ServerTimeLimit;
  /** Whether the session's time zone is to be UTC. */
  readonly utc: boolean;
}

/** The commands of one connection's statements. */
export class StatementSetup {
  readonly #state: SessionState;
  readonly #peer: Peer;
  readonly #utc: boolean;
  readonly #timeLimit: ServerTimeLimit;

  constructor({ state, peer, timeLimit, utc }: SetupParts) {
    this.#state = state;
    this.#peer = peer;
    this.#utc = utc;
    this.#timeLimit = timeLimit;
  }

  /** The commands that begin the session. */
  start(): SessionCommand[] {
    return sessionStart(this.#state, this.#peer, this.#utc);
  }

  /** The command that sets the server's time limit, if it has another one. */
  timeLimit(limitMs: number): SessionCommand | undefined {
    return this.#timeLimit.change(limitMs);
  }

  /**
   * The commands around a statement that is sent now; undefined for none.
   * @throws FairleadError `usage` for a statement that the session's state makes impossible.
   */
  commandsFor({ params }: Statement, options: ExecutionOptions): SessionCommands | undefined {
    const { serverLimitMs, readOnly, transaction } = options;
    // The usual statement needs no commands, and finds that out by three comparisons.
    if (!readOnly && this.#state.isAsBegun && this.#timeLimit.is(serverLimitMs)) return undefined;
    const { hasForeignCharset, isUtc, inTransaction } = this.#state;
    if (this.#utc && !isUtc && hasDate(params)) {
      throw usage(
        'a Date is sent as its time in UTC, and a statement has changed the time_zone of the session: send it as a text in that zone',
      );
    }
    if (readOnly && inTransaction) {
      throw usage('readOnly begins a transaction of its own, and a transaction is open on this connection');
    }
    const limit = this.#timeLimit.change(serverLimitMs, transaction);
    if (limit === undefined && !hasForeignCharset && !readOnly) return undefined;
    const before: SessionCommand[] = [];
    if (hasForeignCharset) before.push(charsetCommand(this.#state, this.#peer));
    if (limit !== undefined) before.push(limit);
    if (!readOnly) return { before, after: undefined };
    const { begin, end } = readOnlyTransaction(this.#state, this.#peer);
    return { before: [...before, begin], after: end };
  }
}
