// Commands that go out along with a statement, in its flight: they cost no round trip. Each says what its failure means.
import type { Buffer } from 'node:buffer';
import type { Peer } from '@fairlead/errors';
import { statementError } from '../errors.ts';
import { encodeQuery } from '../wire/encode.ts';
import type { ReplyEvents } from '../wire/messages.ts';
import { ColumnCache, type Reply, ResultReply } from './replies.ts';
import { type SessionState, TRACKED_VARIABLES } from './session-state.ts';

const nothing = (): void => undefined;

/** A command with its reply, of which no caller hears. */
export interface Companion {
  readonly packet: Buffer;
  readonly reply: Reply;
}

/** What goes out before a statement, and behind it. */
export interface Escort {
  readonly before: readonly Companion[];
  readonly after: Companion | undefined;
}

/**
 * A reply of which nobody hears but the session's state, and whoever asks for its rows.
 * @param extended For a reply with columns: whether they have MariaDB's extended metadata.
 */
export function quietReply(
  state?: SessionState,
  onRow: ReplyEvents['onRow'] = nothing,
  extended = false,
): ResultReply {
  return new ResultReply('text', { json: 'raw', extended, state }, new ColumnCache(), {
    onColumns: nothing,
    onRow,
    onResult: nothing,
    onLocalFile: nothing,
  });
}

/** A command whose failure changes nothing for the statement. */
function optional(sql: string, state: SessionState, onFailure?: () => void): Companion {
  const inner = quietReply(state);
  const receive: Reply['receive'] = (reader) => {
    const ended = inner.receive(reader);
    if (ended && inner.failure !== undefined) onFailure?.();
    return ended;
  };
  return { packet: encodeQuery(sql), reply: { failure: undefined, receive } };
}

/**
 * A command without which the statement must not stand. The statement has left already when it fails, so the connection
 * ends: at once, since the reply to what follows may stand in the same bytes.
 */
function required(sql: string, state: SessionState, peer: Peer): Companion {
  const inner = quietReply(state);
  const receive: Reply['receive'] = (reader) => {
    const ended = inner.receive(reader);
    if (inner.failure !== undefined) throw statementError(inner.failure, peer);
    return ended;
  };
  return { packet: encodeQuery(sql), reply: { failure: undefined, receive } };
}

/** Text travels as UTF-8, whatever the server is set to for new sessions: `init_connect` may have changed it. */
const CHARSETS =
  'character_set_client = utf8mb4, character_set_results = utf8mb4, collation_connection = utf8mb4_unicode_ci';

/** Begins a session: the first statement follows in the same flight. */
export function sessionStart(state: SessionState, peer: Peer, utc: boolean): Companion[] {
  const zone = utc ? "time_zone = '+00:00', " : '';
  // Setting a variable to what it is has the server tell of it.
  const tracking = `SET session_track_system_variables = '${TRACKED_VARIABLES.join(',')}', sql_mode = @@sql_mode`;
  return [required(`SET ${zone}${CHARSETS}`, state, peer), optional(tracking, state)];
}

/** Sets the charsets back that a statement has changed. */
export function charsetsBack(state: SessionState, peer: Peer): Companion {
  return required(`SET ${CHARSETS}`, state, peer);
}

/** MySQL's largest value, in milliseconds: some 49 days. */
const MAX_EXECUTION_MS = 4_294_967_295;
/** MariaDB's largest value, in milliseconds: a year. */
const MAX_STATEMENT_MS = 31_536_000_000;

/** How long the server lets a statement run: MySQL's `max_execution_time` (reads alone), MariaDB's `max_statement_time`. */
export class ServerLimit {
  readonly #isMariaDb: boolean;
  readonly #state: SessionState;
  /** What the session is set to; a new one is to no limit. */
  #currentMs = 0;
  /** What was last asked for. */
  #askedMs = Number.POSITIVE_INFINITY;
  #known = true;

  constructor(isMariaDb: boolean, state: SessionState) {
    this.#isMariaDb = isMariaDb;
    this.#state = state;
  }

  /** Whether this limit is the one that was last asked for. */
  is(limitMs: number): boolean {
    return limitMs === this.#askedMs;
  }

  /**
   * What sets the limit, if it is another one than before.
   * @param limitMs Milliseconds, Infinity for none.
   */
  change(limitMs: number): Companion | undefined {
    this.#askedMs = limitMs;
    const wanted = this.#toMs(limitMs);
    if (wanted === this.#currentMs || !this.#known) return undefined;
    this.#currentMs = wanted;
    // A server, or a pooler, that does not know the variable has no limit to give.
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

/** A READ ONLY transaction around one statement, which leaves nothing behind. */
export function readOnlyFence(
  state: SessionState,
  peer: Peer,
): { readonly before: Companion; readonly after: Companion } {
  return {
    before: required('START TRANSACTION READ ONLY', state, peer),
    after: required('ROLLBACK', state, peer),
  };
}
