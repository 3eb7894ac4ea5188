// The states of a statement and of its connection, every legal move between them, and the rules of pipelining. It holds no
// data and knows no bytes. The diagrams of docs/states/postgres.md are drawn from these tables.
import * as types from '../wire/reply-types.ts';

/**
 * The state of a statement. Between `queued` and `ended` the state names the reply that is due: the server answers the
 * messages of a statement in order, so the next reply says how far the statement is.
 */
export type StatementState =
  /** Called, and not sent. */
  | 'queued'
  /** Due: CloseComplete, for the name of a prepared statement that is no longer used. */
  | 'closing'
  /** Due: ParseComplete. */
  | 'parsing'
  /** Due: ParameterDescription of the parsed statement. */
  | 'describing-parameters'
  /** Due: the columns of the parsed statement, which come with its parameters and are not used. */
  | 'describing-statement'
  /** Due: BindComplete; there is a portal then. */
  | 'binding'
  /** Due: the columns of the portal. */
  | 'describing'
  /** Due: the first row, or the end of the result. */
  | 'executing'
  /** Rows arrive. */
  | 'streaming'
  /** The portal has sent `fetchSize` rows, and waits for the next Execute. */
  | 'suspended'
  /** Due: the end of a command that the client has added, such as BEGIN READ ONLY. */
  | 'preparing-session'
  /** Simple query protocol. Due: the result of the next statement of the text, or ReadyForQuery. */
  | 'querying'
  /** Simple query protocol. Rows arrive. */
  | 'querying-rows'
  /** The server takes COPY data. */
  | 'copying-in'
  /** The server sends COPY data. */
  | 'copying-out'
  /** Due: ReadyForQuery. */
  | 'syncing'
  /** The server has refused the statement, and skips all messages up to the Sync. Due: ReadyForQuery. */
  | 'failed'
  /** Nothing more is due. */
  | 'ended';

/** A server's message, by its name in the protocol, that belongs to a statement. */
export type Reply =
  | 'ParseComplete'
  | 'BindComplete'
  | 'CloseComplete'
  | 'ParameterDescription'
  | 'RowDescription'
  | 'NoData'
  | 'DataRow'
  | 'CommandComplete'
  | 'EmptyQueryResponse'
  | 'PortalSuspended'
  | 'CopyInResponse'
  | 'CopyOutResponse'
  | 'CopyBothResponse'
  | 'CopyData'
  | 'CopyDone'
  | 'ErrorResponse'
  | 'ReadyForQuery';

/** What this side does to a statement. */
export type StatementAction =
  /** Its messages are written. */
  | 'send'
  /** Execute is written once more, for the portal's next rows. */
  | 'fetch'
  /** Sync is written, which closes the suspended portal. */
  | 'sync'
  /** It is sent once more, without the prepared statement that the server has refused. */
  | 'requeue'
  /** It is not wanted any more and was not sent, or the connection has ended. */
  | 'end';

/**
 * Where a move leads: to a state; to the `next` reply that is due; `back` to the reply that was due before COPY or rows
 * began; or to the end of the connection, which cannot be used behind a COPY that was not asked for (`refuse`).
 */
export type Move = StatementState | 'next' | 'back' | 'refuse';

type Moves<Event extends string> = Readonly<Partial<Record<Event, Move>>>;

const IN_FLIGHT = { ErrorResponse: 'failed', end: 'ended' } as const;
const COLUMNS = { RowDescription: 'next', NoData: 'next' } as const;
const RESULT_ENDS = {
  CommandComplete: 'next',
  EmptyQueryResponse: 'next',
  PortalSuspended: 'suspended',
} as const;

/** Every legal move of a statement. Any other reply is a breach of the protocol and ends the connection. */
export const STATEMENT_MOVES: Readonly<Record<StatementState, Moves<Reply | StatementAction>>> = {
  queued: { send: 'next', end: 'ended' },
  closing: { CloseComplete: 'next', ...IN_FLIGHT },
  parsing: { ParseComplete: 'next', ...IN_FLIGHT },
  'describing-parameters': { ParameterDescription: 'describing-statement', ...IN_FLIGHT },
  'describing-statement': { ...COLUMNS, ...IN_FLIGHT },
  binding: { BindComplete: 'next', ...IN_FLIGHT },
  describing: { ...COLUMNS, ...IN_FLIGHT },
  executing: {
    DataRow: 'streaming',
    ...RESULT_ENDS,
    CopyInResponse: 'refuse',
    CopyOutResponse: 'copying-out',
    CopyBothResponse: 'refuse',
    ...IN_FLIGHT,
  },
  streaming: { DataRow: 'streaming', ...RESULT_ENDS, ...IN_FLIGHT },
  suspended: { fetch: 'streaming', sync: 'syncing', ...IN_FLIGHT },
  'preparing-session': {
    DataRow: 'preparing-session',
    CommandComplete: 'next',
    EmptyQueryResponse: 'next',
    ...IN_FLIGHT,
  },
  querying: {
    RowDescription: 'querying',
    DataRow: 'querying-rows',
    CommandComplete: 'querying',
    EmptyQueryResponse: 'querying',
    CopyInResponse: 'copying-in',
    CopyOutResponse: 'copying-out',
    CopyBothResponse: 'refuse',
    ReadyForQuery: 'ended',
    ...IN_FLIGHT,
  },
  'querying-rows': { DataRow: 'querying-rows', CommandComplete: 'querying', ...IN_FLIGHT },
  'copying-in': { CommandComplete: 'back', ...IN_FLIGHT },
  'copying-out': { CopyData: 'copying-out', CopyDone: 'back', ...IN_FLIGHT },
  syncing: { ReadyForQuery: 'ended', ...IN_FLIGHT },
  failed: { ErrorResponse: 'failed', ReadyForQuery: 'ended', requeue: 'queued', end: 'ended' },
  ended: {},
};

/** The type byte of each reply. */
const TYPE_BYTES: Readonly<Record<Reply, number>> = {
  ParseComplete: types.PARSE_COMPLETE,
  BindComplete: types.BIND_COMPLETE,
  CloseComplete: types.CLOSE_COMPLETE,
  ParameterDescription: types.PARAMETER_DESCRIPTION,
  RowDescription: types.ROW_DESCRIPTION,
  NoData: types.NO_DATA,
  DataRow: types.DATA_ROW,
  CommandComplete: types.COMMAND_COMPLETE,
  EmptyQueryResponse: types.EMPTY_QUERY_RESPONSE,
  PortalSuspended: types.PORTAL_SUSPENDED,
  CopyInResponse: types.COPY_IN_RESPONSE,
  CopyOutResponse: types.COPY_OUT_RESPONSE,
  CopyBothResponse: types.COPY_BOTH_RESPONSE,
  CopyData: types.COPY_DATA,
  CopyDone: types.COPY_DONE,
  ErrorResponse: types.ERROR_RESPONSE,
  ReadyForQuery: types.READY_FOR_QUERY,
};

/** The moves on replies, by state and type byte: looked up for each message but rows. */
const MOVES_BY_TYPE: Readonly<Record<string, readonly (Move | undefined)[] | undefined>> =
  /* @__PURE__ */ byTypeByte();

function byTypeByte(): Record<string, (Move | undefined)[]> {
  const tables: Record<string, (Move | undefined)[]> = {};
  for (const [state, moves] of Object.entries(STATEMENT_MOVES)) {
    const table: (Move | undefined)[] = new Array<Move | undefined>(128).fill(undefined);
    for (const [reply, byte] of Object.entries(TYPE_BYTES)) table[byte] = moves[reply as Reply];
    tables[state] = table;
  }
  return tables;
}

/** Where a reply of this type byte leads; `undefined` where it is out of turn. */
export function replyMove(state: StatementState, type: number): Move | undefined {
  return MOVES_BY_TYPE[state]?.[type];
}

/**
 * Whether the caller still wants the result of a statement. This moves beside the statement's state: the server's replies
 * are read to their end in any case.
 */
export type Interest =
  /** The caller takes the result. */
  | 'wanted'
  /** Stopped by the caller, its signal or its time limit. What still comes is dropped. */
  | 'stopped'
  /** As `stopped`, and the caller was told before the server has ended the statement. */
  | 'abandoned';

/** What ends a caller's interest: a reason to stop, or the end of the time that a caller waits for the server after it. */
export type InterestEvent = 'stop' | 'grace-over';

/** Every legal move of a caller's interest. */
export const INTEREST_MOVES: Readonly<Record<Interest, Readonly<Partial<Record<InterestEvent, Interest>>>>> =
  {
    wanted: { stop: 'stopped' },
    stopped: { 'grace-over': 'abandoned' },
    abandoned: {},
  };

/** The state of a connection. */
export type ConnectionState =
  /** Dialling, TLS, and the login up to its last answer. Statements are queued. */
  | 'connecting'
  /** The last message of the login has left, and statements travel behind it. Due: the server's first ReadyForQuery. */
  | 'greeting'
  /** Statements are sent as they come; see `mayBeSent`. */
  | 'ready'
  /** New calls are refused. What is in flight may end. */
  | 'closing'
  /** The connection has ended, and every call was told. */
  | 'ended';

/** What happens to a connection. */
export type ConnectionEvent =
  /** The session may take statements. */
  | 'log-in'
  /** ReadyForQuery of the login. */
  | 'greet'
  /** `close()`, or the connection's signal. */
  | 'close'
  /** The transport, the protocol or the login has failed, or all of `close()` is done. */
  | 'end';

/** Every legal move of a connection. */
export const CONNECTION_MOVES: Readonly<
  Record<ConnectionState, Readonly<Partial<Record<ConnectionEvent, ConnectionState>>>>
> = {
  connecting: { 'log-in': 'greeting', close: 'closing', end: 'ended' },
  greeting: { greet: 'ready', close: 'closing', end: 'ended' },
  ready: { close: 'closing', end: 'ended' },
  // `ready` still resolves, as the login was done.
  closing: { greet: 'closing', end: 'ended' },
  ended: {},
};

/** What is in flight, as far as it decides about the next statement. */
export type PipelineState =
  /** Nothing is in flight. */
  | 'idle'
  /** Statements are in flight, none of which begins or ends a transaction, or changes a setting. */
  | 'busy'
  /** A statement in flight may begin or end a transaction: whether one is open is known when it has ended. */
  | 'uncertain'
  /** As many statements are in flight as may be. */
  | 'full'
  /** COPY is in flight: the server may take the messages behind it for data. */
  | 'copying'
  /** A CancelRequest is under way: it names a connection, and might hit the next statement. */
  | 'cancelling';

/** A statement that leaves transaction handling to the caller, or one in a READ ONLY transaction of its own. */
export type StatementKind = 'ordinary' | 'read-only';

/** The rules of pipelining: which statements may be sent behind what is in flight. */
export const MAY_BE_SENT: Readonly<Record<PipelineState, readonly StatementKind[]>> = {
  idle: ['ordinary', 'read-only'],
  busy: ['ordinary', 'read-only'],
  uncertain: ['ordinary'],
  full: [],
  copying: [],
  cancelling: [],
};

/** How many statements are in flight at most. */
export const MAX_IN_FLIGHT = 256;
