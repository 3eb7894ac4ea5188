// Commands as the client's methods give them, before a server is chosen, and the sessions that they carry. Types only.
import type { CallLimit } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import type { Document, UUID } from 'bson';
import type { CommandLink, DocumentSequence, RawFields } from '../connection/types.ts';
import type { Settings } from '../options/settings.ts';
import type { Topology } from '../topology/types.ts';
import type { ReadPreference } from '../types/options.ts';

/** One command of an operation. */
export interface Operation {
  readonly database: string;
  /**
   * Without `lsid`, `txnNumber`, `$clusterTime`, `maxTimeMS`, API version: the executor adds them. `readConcern` and `writeConcern` stand
   * in it where the call, the collection or the database has one; else the executor adds the client's. In a transaction the
   * transaction's own take their place.
   */
  readonly command: Document;
  readonly sequence?: DocumentSequence | undefined;
  /** `write`: to the primary, with the write concern. `read`: by read preference, with the read concern. */
  readonly kind: 'read' | 'write' | 'admin';
  /** Whether it may be sent a second time where the first has met a network error or a retryable one. */
  readonly isRetryable: boolean;
  readonly limit: CallLimit;
  /** Explicit or implicit. `undefined`: the executor takes an implicit one for this command alone. */
  readonly session?: SessionState | undefined;
  readonly readPreference?: ReadPreference | undefined;
  /** Cursors stay with their server. */
  readonly link?: CommandLink | undefined;
  readonly isUnacknowledged?: boolean | undefined;
  readonly rawFields?: RawFields | undefined;
  /** Whether `maxTimeMS` is added from the limit's deadline. Default: yes. Not for getMore. */
  readonly hasTimeLimit?: boolean | undefined;
}

/** A reply with `ok: 1`, and who gave it. */
export interface Outcome {
  readonly reply: Document;
  readonly link: CommandLink;
}

/** Runs operations: chooses the server, adds what sessions and the Stable API need, retries once where that is allowed. */
export interface Executor {
  /** @throws FairleadError `server` for `ok: 0`, and whatever the connection throws. */
  run(operation: Operation): Promise<Outcome>;
  /** An implicit session for several commands, such as a cursor's. Call its `end()` when they are done. */
  startSession(): SessionState;
  /** The pool of this client's sessions: an explicit session takes from it too. */
  readonly sessions: SessionSource;
  readonly topology: Topology;
  readonly settings: ExecutorSettings;
  /** Tells the server that the pooled sessions are over, where a usable connection is at hand. Never rejects. */
  endSessions(limit: CallLimit): Promise<void>;
}

/** What an executor needs of a client's settings. */
export type ExecutorSettings = Pick<
  Settings,
  'readPreference' | 'readConcern' | 'writeConcern' | 'retryReads' | 'retryWrites' | 'serverApi' | 'timeoutMs'
>;

/** A session at the server. It exists there from the first command with its identifier, and until it was idle for its timeout. */
export interface ServerSession {
  /** What commands carry. */
  readonly lsid: { readonly id: UUID };
  /** The highest transaction number used: retryable writes and transactions count it up. */
  txnNumber: bigint;
  /** `Date.now()` of the last command. */
  lastUsed: number;
  /** A command of it met a network error: what the server still does under it is unknown, so it is not used again. */
  isDirty: boolean;
}

/**
 * A session of this client: an implicit one for a command or a cursor, or an explicit one of `startSession`. The server's session is
 * taken from the client's pool at its first command, where the server that answers has sessions.
 */
export interface SessionState {
  /** The pool that the server's session comes from: a session belongs to one client. */
  readonly pool: SessionSource;
  server: ServerSession | undefined;
  /** Whether it has ended: no further command may carry it. */
  readonly isEnded: boolean;
  /** What an explicit session adds to its commands; implicit ones add nothing. */
  readonly rules?: SessionRules | undefined;
  /** Gives the server's session back to the pool. A second call does nothing. */
  end(): void;
}

/** One attempt to send one command. */
export interface Attempt {
  readonly operation: Operation;
  /** Undefined where no connection came about. */
  readonly link: CommandLink | undefined;
  /** From 1. */
  readonly number: number;
}

/** What explicit sessions decide about their commands: causal consistency, snapshots, transactions. They live in `./transactions`. */
export interface SessionRules {
  /** A transaction is under way: no retries of its commands, no transaction numbers of retryable writes. */
  readonly inTransaction: boolean;
  /** The transaction's read preference, in place of the operation's. */
  readonly readPreference: ReadPreference | undefined;
  /**
   * The connection that the operation is bound to (transactions of sharded clusters and behind load balancers); undefined: any that suits.
   * Called before each attempt.
   * @throws FairleadError `usage`: a transaction reads from the primary alone. `connection_lost`: the connection has ended.
   */
  linkFor(operation: Operation): CommandLink | undefined;
  /**
   * Adds its fields to a command on its way.
   * @throws FairleadError `usage` for what a transaction cannot do.
   */
  prepare(command: Document, attempt: Attempt): void;
  /** Told of each reply, whatever its `ok` says. */
  replied(reply: Document, attempt: Attempt): void;
  /** Told of each failure, also of those that are found before anything is sent, to add its labels. */
  failed(error: FairleadError, attempt: Attempt): void;
}

/** Where server sessions come from and go to. */
export interface SessionSource {
  take(timeoutMinutes: number): ServerSession;
  give(session: ServerSession): void;
}
