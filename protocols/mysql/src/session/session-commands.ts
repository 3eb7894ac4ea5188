// The commands by which this client sets a session. They are sent together with a statement, and cost no round trip of
// their own. Each knows what its failure means. This file sends nothing.
import type { Buffer } from 'node:buffer';
import type { Peer } from '@fairlead/errors';
import { statementError } from '../errors.ts';
import { encodeQuery } from '../wire/encode.ts';
import type { Reply } from './replies/reply.ts';
import { silentReply } from './replies/result-reply.ts';
import { type SessionState, TRACKED_VARIABLES } from './session-state.ts';
import type { TransactionState } from './transaction-state.ts';

/** A command of the client's own, and its reply, which no caller sees. */
export interface SessionCommand {
  readonly packet: Buffer;
  readonly reply: Reply;
}

/** The commands around a statement. */
export interface SessionCommands {
  readonly before: readonly SessionCommand[];
  readonly after: SessionCommand | undefined;
}

/** A command whose failure has no effect on the statement. */
function optional(sql: string, state: SessionState, onFailure?: () => void): SessionCommand {
  const reply = silentReply(state);
  const receive: Reply['receive'] = (reader) => {
    const ended = reply.receive(reader);
    if (ended && reply.failure !== undefined) onFailure?.();
    return ended;
  };
  return { packet: encodeQuery(sql), reply: { failure: undefined, receive } };
}

/**
 * A command without which the statement must not count. The statement was sent already when the command fails, so the
 * connection ends: at once, since the same bytes may hold the statement's reply.
 */
function required(sql: string, state: SessionState, peer: Peer): SessionCommand {
  const reply = silentReply(state);
  const receive: Reply['receive'] = (reader) => {
    const ended = reply.receive(reader);
    if (reply.failure !== undefined) throw statementError(reply.failure, peer);
    return ended;
  };
  return { packet: encodeQuery(sql), reply: { failure: undefined, receive } };
}

/** Text travels as UTF-8, whatever charset the server gives to new sessions, for instance by `init_connect`. */
const CHARSETS =
  'character_set_client = utf8mb4, character_set_results = utf8mb4, collation_connection = utf8mb4_unicode_ci';

/** Begins a session. The first statement is sent without waiting for the answers. */
export function sessionStart(state: SessionState, peer: Peer, utc: boolean): SessionCommand[] {
  const zone = utc ? "time_zone = '+00:00', " : '';
  // A server tells the value of a tracked variable when it is set, also to the value that it has.
  const tracking = `SET session_track_system_variables = '${TRACKED_VARIABLES.join(',')}', sql_mode = @@sql_mode`;
  return [required(`SET ${zone}${CHARSETS}`, state, peer), optional(tracking, state)];
}

/** Sets the charsets that a statement has changed to utf8mb4 again. */
export function charsetCommand(state: SessionState, peer: Peer): SessionCommand {
  return required(`SET ${CHARSETS}`, state, peer);
}

/** MySQL's largest value, in milliseconds: some 49 days. */
const MAX_EXECUTION_MS = 4_294_967_295;
/** MariaDB's largest value, in milliseconds: a year. */
const MAX_STATEMENT_MS = 31_536_000_000;

/** The server's own time limit: MySQL's `max_execution_time`, which ends SELECT alone, or MariaDB's `max_statement_time`. */
export class ServerTimeLimit {
  readonly #isMariaDb: boolean;
  readonly #state: SessionState;
  readonly #keeps: boolean;
  /** The session's limit, 0 for none, as in a new session. */
  #currentMs = 0;
  /** The `limitMs` of the last call of `change`. */
  #askedMs = Number.POSITIVE_INFINITY;
  #known = true;
  /** The transaction of the last call of `change`. */
  #transaction: TransactionState | undefined;

  /** @param keeps Whether the session keeps the limit: where a pooler lends connections, each statement brings its own. */
  constructor(isMariaDb: boolean, state: SessionState, keeps: boolean) {
    this.#isMariaDb = isMariaDb;
    this.#state = state;
    this.#keeps = keeps;
  }

  /** Whether this is the limit that was last asked for. */
  is(limitMs: number): boolean {
    return this.#keeps && limitMs === this.#askedMs;
  }

  /**
   * The command that sets the limit; undefined where the session has it already.
   * @param limitMs Milliseconds, Infinity for none.
   * @param transaction The statement's. While it is open, the session is the same one.
   */
  change(limitMs: number, transaction?: TransactionState): SessionCommand | undefined {
    const isSame = transaction !== undefined && transaction === this.#transaction;
    const keeps = this.#keeps || (isSame && this.#state.inTransaction);
    this.#askedMs = limitMs;
    this.#transaction = transaction;
    const wanted = this.#toMs(limitMs);
    if ((keeps && wanted === this.#currentMs) || !this.#known) return undefined;
    this.#currentMs = wanted;
    // A server, or a pooler, without this variable has no time limit.
    return optional(this.#text(wanted), this.#state, () => {
      this.#known = false;
    });
  }

  #toMs(limitMs: number): number {
    const max = this.#isMariaDb ? MAX_STATEMENT_MS : MAX_EXECUTION_MS;
    return limitMs > max ? 0 : Math.max(1, Math.ceil(limitMs));
  }

  #text(ms: number): string {
    if (this.#isMariaDb) return `SET max_statement_time = ${ms / 1000}`;
    return `SET max_execution_time = ${ms}`;
  }
}

/** A READ ONLY transaction around one statement. */
export function readOnlyTransaction(
  state: SessionState,
  peer: Peer,
): { readonly begin: SessionCommand; readonly end: SessionCommand } {
  return {
    begin: required('START TRANSACTION READ ONLY', state, peer),
    end: required('ROLLBACK', state, peer),
  };
}
