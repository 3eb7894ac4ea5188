// The vocabulary of moorings: what a protocol tells a pool, and what a pool and its callers hand each other. Types only.
import type { Blame, CertificateSummary, ErrorCode, Peer, ServerWords, TlsFailure } from '@fairlead/errors';
import type { Connector, Transport } from '@fairlead/transport';

/** What a protocol needs to open a connection. It crosses from the caller to the object, so it is made of plain values. */
export interface Settings {
  /** Where to dial, with credentials. */
  readonly url: string;
  /** The options of the protocol's `connect`, as far as they are plain values. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Follows both directions of one connection, so that the end of each answer is known. Pure; it keeps no bytes. */
export interface AnswerTracker {
  /**
   * Takes what a borrower sends.
   * @param owed How many answers it will have, as the caller's front has counted them; `undefined` for the pool's own bytes.
   */
  sent(bytes: Uint8Array, owed: number | undefined): void;
  /**
   * Takes what the server sends.
   * @throws FairleadError `protocol` when it is no answer to what was sent.
   */
  received(bytes: Uint8Array): void;
  /** Whether all is answered and no transaction is open: another borrower may have the connection. */
  readonly isIdle: boolean;
  /** Whether the server owes an answer. Default: whenever it is not idle. */
  readonly owes?: boolean | undefined;
  /**
   * Whether all is answered, and the connection must be reset whatever the trace: because that ends what is open, or because the
   * answers say that something was left behind. Default: no.
   */
  readonly needsReset?: boolean | undefined;
  /** Whether the connection has done its part: it is closed in place of being lent again. Default: no. */
  readonly isSpent?: boolean | undefined;
  /**
   * Whether the server has refused the first of what a borrower sent, and so all of it, because it ends the connection: another
   * connection may take it. Default: no.
   */
  readonly isTurnedAway?: boolean | undefined;
  /** Where answers ended in the bytes that were received last. Kept only by protocols whose callers share a connection. */
  readonly ends?: readonly number[] | undefined;
}

/** One logged-in connection, as a seat hands it to a pool. */
export interface Berth {
  readonly transport: Transport;
  /** What a caller's front answers a login with: plain values. */
  readonly greeting: unknown;
  /**
   * All that clients take from the greeting for what they send and read later, as one text. A caller whose greeting had other terms,
   * from another server behind the same address, is not lent this connection.
   */
  readonly terms: string;
  readonly tracker: AnswerTracker;
  /** The bytes that undo what a borrower may have left behind. The tracker knows when they are answered. */
  resetBytes(): Uint8Array;
  /** Whether the answer to `resetBytes` says that all was undone. Called once the tracker is idle again. */
  readonly isReset: boolean;
  /** The bytes that ask the server for a sign of life. */
  checkBytes(): Uint8Array;
  /**
   * Asks the server to end what it is running. Settles when it was asked; it may reject. Left out where the protocol has no such
   * request: the connection is ended, and with it what is not yet a whole message.
   */
  cancel?(): Promise<void>;
  /** The bytes of the protocol's goodbye. */
  goodbyeBytes(): Uint8Array;
}

/** What a seat's `open` is given. */
export interface OpenBerthOptions {
  readonly connector: Connector | undefined;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

/** How one protocol's connections are opened for a pool. Each protocol exports its own. */
export interface Seat {
  /** The protocol's name, as in the scopes: `pg`, `mysql`, `redis`. */
  readonly protocol: string;
  /** Whether callers share a connection for what leaves nothing behind: the protocol answers strictly in order. */
  readonly isShared: boolean;
  /** @throws FairleadError what the protocol's `connect` throws. */
  open(settings: Settings, options: OpenBerthOptions): Promise<Berth>;
  /** Whether a failure of `open` means that the server has no room for another connection. */
  isFull(error: unknown): boolean;
}

/** The limits of one pool. All are optional where a user gives them; see `PoolOptions`. */
export interface PoolLimits {
  /** Connections to the server at most. */
  readonly max: number;
  /** A connection that nobody has used for so long is closed. */
  readonly idleMs: number;
  /** A connection is closed at this age, give or take a tenth, once it is given back. */
  readonly maxAgeMs: number;
  /** How long a caller waits for a connection before it is told `overloaded`. */
  readonly waitMs: number;
  /** How many callers may wait. */
  readonly maxWaiting: number;
  /** How many objects share the pool. */
  readonly shards: number;
  /** Whether a connection is reset whatever its borrower's trace. */
  readonly resetAlways: boolean;
  /** How long a borrower may hold a connection without asking anything of it. */
  readonly holdMs: number;
  /** A connection that was idle for so long is asked for a sign of life before it is lent. */
  readonly checkAfterMs: number;
}

/** What a pool is made of. */
export interface PoolInput {
  readonly seat: Seat;
  readonly settings: Settings;
  readonly limits: PoolLimits;
  readonly connector: Connector | undefined;
}

/**
 * What a loan leaves on the connection:
 * - `clean`: nothing. The next borrower has the connection at once.
 * - `dirty`: perhaps something. The connection is reset before it is lent again.
 * - `session`: something that this borrower needs. It keeps the connection until it closes; then it is reset.
 * - `lasting`: as `session`, and no reset undoes it. The connection is ended behind the borrower.
 */
export type Trace = 'clean' | 'dirty' | 'session' | 'lasting';

/** An error on its way across RPC, which keeps no class. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly blame: Blame;
  readonly safeToRetry: boolean;
  readonly peer?: Peer | undefined;
  readonly server?: ServerWords | undefined;
  readonly reason?: TlsFailure | undefined;
  readonly certificate?: CertificateSummary | undefined;
  readonly alert?: string | undefined;
}

/** What a caller waited for before its bytes were sent. Absent members are 0. */
export interface Timing {
  /** In the pool's queue, in milliseconds. */
  readonly waitMs?: number | undefined;
  /** For a connection that was opened meanwhile, in milliseconds. */
  readonly connectMs?: number | undefined;
}

/** A piece of an answer. The first one of a loan has its timing, where there was a wait. */
export interface Piece extends Timing {
  /** At least one byte; absent at the end of the connection. */
  readonly bytes?: Uint8Array | undefined;
  /** Whether the answer is complete and the loan has ended. */
  readonly isOver: boolean;
  /** Whether the server has refused all of the flight as it ended the connection. */
  readonly isTurnedAway?: boolean | undefined;
  /** The connection that goes on answering: absent where the loan has ended, and on later pieces. */
  readonly loan?: LoanStub | undefined;
  /** Why there is no answer. The loan has ended. */
  readonly error?: PlainError | undefined;
  /** The connection has other terms than the caller's greeting. Nothing was sent. */
  readonly isStale?: true | undefined;
  /** The object does not know its pool: it was asked for the first time, or has begun anew. Nothing was sent. */
  readonly isUnknown?: true | undefined;
}

/** Which pool an object holds. */
export interface PoolName {
  readonly protocol: string;
  readonly settings: Settings;
  readonly limits: PoolLimits;
}

/** What a caller asks of a pool. */
export interface Flight {
  /** Names the flight for `cancel` and `abandon`, until its first piece has come. */
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly trace: Trace;
  /** How many answers the bytes will have. */
  readonly owed: number;
  /** The terms of the greeting that the caller has; absent where it was not greeted. */
  readonly terms?: string | undefined;
  /** How long the caller goes on waiting for all of it. */
  readonly timeoutMs: number;
}

/** A connection that a caller has borrowed, across RPC. */
export interface LoanStub extends Partial<Disposable> {
  /** Sends bytes and answers with the next piece that comes. */
  exchange(bytes: Uint8Array, trace: Trace, timeoutMs: number, owed: number): Promise<Piece>;
  /** Sends bytes; settles when the connection has accepted them. */
  send(bytes: Uint8Array, trace: Trace, owed: number): Promise<PlainError | undefined>;
  /** The next piece. */
  read(timeoutMs: number): Promise<Piece>;
  /** Asks the server to end what it is running. */
  cancel(): Promise<void>;
  /** Gives the connection back. In the middle of an answer the connection is ended. */
  end(): Promise<void>;
}

/** What the server said at login, or why there is none; with its timing, where there was a wait. */
export interface Greeting extends Timing {
  readonly greeting?: unknown;
  readonly terms?: string | undefined;
  readonly error?: PlainError | undefined;
}

/** A mooring's object, across RPC. */
export interface MooringStub {
  /** What the server said at login. Opens a connection if there was none. */
  greet(pool: PoolName): Promise<Greeting>;
  /**
   * Borrows a connection, sends bytes and answers with the first piece.
   * @param pool Only where the object does not know it: most calls need not carry it.
   */
  exchange(flight: Flight, pool?: PoolName): Promise<Piece>;
  /** Asks the server to end what a flight without a piece is running. */
  cancel(id: string): Promise<void>;
  /** Nobody waits for the flight any more: its connection, if it has one, is ended. */
  abandon(id: string): Promise<void>;
}

/** The binding of a mooring's class: a Durable Object namespace. */
export interface MooringNamespace {
  idFromName(name: string): unknown;
  get(id: never, options?: { readonly locationHint?: string }): unknown;
  /** The objects of one jurisdiction: `eu`, `us`, `fedramp`. */
  jurisdiction?(name: never): unknown;
}
