// The states of a connection, of the commands that it has sent, of a statement and of a reply: every legal move, by name,
// and the rules of each state. `docs/states/mysql.md` is drawn from these tables. It sends nothing.

/** For each state the events that may happen in it, and the state that each leads to. */
export type Moves<State extends string, Event extends string> = {
  readonly [S in State]: { readonly [E in Event]?: State };
};

/**
 * The state behind an event.
 * @throws TypeError for a move that the table does not have: a mistake in this package.
 */
export function move<State extends string, Event extends string>(
  moves: Moves<State, Event>,
  state: State,
  event: Event,
): State {
  const to = moves[state][event];
  if (to === undefined) throw new TypeError(`no move from ${state} by ${event}`);
  return to;
}

/**
 * How far the start-up has come, before the connection takes statements.
 * - `beforeTls`: TLS is required and not asked for yet.
 * - `tlsHandshake`: the SSLRequest was sent.
 * - `ready`: TLS is on, or was not required: the login may be sent.
 */
export type StartupState = 'beforeTls' | 'tlsHandshake' | 'ready';
export type StartupEvent = 'sslRequest' | 'secured';

export const STARTUP_MOVES: Moves<StartupState, StartupEvent> = {
  beforeTls: { sslRequest: 'tlsHandshake' },
  tlsHandshake: { secured: 'ready' },
  ready: {},
};

/** What may be written: so no byte of the login travels in plain text where TLS is required. */
export const MAY_WRITE: { readonly [S in StartupState]: 'SSLRequest' | 'nothing' | 'anything' } = {
  beforeTls: 'SSLRequest',
  tlsHandshake: 'nothing',
  ready: 'anything',
};

/** What a connection does with new calls. */
export type ConnectionState = 'open' | 'streaming' | 'closing' | 'ended';
export type ConnectionEvent = 'streamBegins' | 'streamEnds' | 'close' | 'end';

export const CONNECTION_MOVES: Moves<ConnectionState, ConnectionEvent> = {
  open: { streamBegins: 'streaming', close: 'closing', end: 'ended' },
  streaming: { streamBegins: 'streaming', streamEnds: 'open', close: 'closing', end: 'ended' },
  closing: { streamBegins: 'closing', streamEnds: 'closing', close: 'closing', end: 'ended' },
  ended: { streamBegins: 'ended', streamEnds: 'ended', close: 'ended', end: 'ended' },
};

/** The rules of a connection's state. */
export interface ConnectionRule {
  /** Which new statements it takes. `rollback`: the ROLLBACK of a transaction alone, while a stream's rows may wait. */
  readonly takes: 'any' | 'rollback' | 'none';
  /** Whether the statements that wait are still sent. */
  readonly sends: boolean;
}

export const CONNECTION_RULES: { readonly [S in ConnectionState]: ConnectionRule } = {
  open: { takes: 'any', sends: true },
  streaming: { takes: 'rollback', sends: true },
  closing: { takes: 'none', sends: true },
  ended: { takes: 'none', sends: false },
};

/**
 * What is in flight on a connection.
 * - `idle`: nothing.
 * - `sharing`: statements that only read; more of them may follow without waiting.
 * - `exclusive`: one statement; nothing follows until it has ended, so that no cancellation can hit another one.
 * - `checking`: `DO 0` after an error in a transaction, which tells whether the transaction still stands.
 * - `cancelling`: the first statement is ended by KILL QUERY, which names a connection and not a statement.
 */
export type FlightState = 'idle' | 'sharing' | 'exclusive' | 'checking' | 'cancelling';
export type FlightEvent = 'share' | 'exclude' | 'check' | 'cancel' | 'empty' | 'goOn';

export const FLIGHT_MOVES: Moves<FlightState, FlightEvent> = {
  idle: { share: 'sharing', exclude: 'exclusive', check: 'checking' },
  sharing: { share: 'sharing', cancel: 'cancelling', empty: 'idle' },
  exclusive: { cancel: 'cancelling', empty: 'idle' },
  checking: { empty: 'idle' },
  cancelling: { empty: 'idle', goOn: 'sharing' },
};

/** Which waiting statement may be sent: any one, one that only reads and has nothing to prepare, or none. */
export const MAY_LEAVE: { readonly [S in FlightState]: 'any' | 'reading' | 'none' } = {
  idle: 'any',
  sharing: 'reading',
  exclusive: 'none',
  checking: 'none',
  cancelling: 'none',
};

/**
 * How far a statement has come.
 * - `queued`: nothing of it was sent.
 * - `preparing`: it is prepared, or what it depends on is asked for: the session's settings, `max_allowed_packet`.
 * - `sent`: the next result, or the end, is awaited.
 * - `columns`, `rows`: a result's column definitions, or its rows, are arriving.
 * - `localData`: the server waits for the content of LOAD DATA LOCAL.
 * - `draining`: it was stopped; what still arrives is dropped until the server has ended it.
 * - `done`, `failed`: the server has ended it, or never will.
 */
export type StatementState =
  | 'queued'
  | 'preparing'
  | 'sent'
  | 'columns'
  | 'rows'
  | 'localData'
  | 'draining'
  | 'done'
  | 'failed';
export type StatementEvent =
  | 'prepare'
  | 'send'
  | 'columnCount'
  | 'columns'
  | 'result'
  | 'fileRequest'
  | 'fileSent'
  | 'stop'
  | 'end'
  | 'fail';

export const STATEMENT_MOVES: Moves<StatementState, StatementEvent> = {
  queued: { prepare: 'preparing', send: 'sent', stop: 'failed', fail: 'failed' },
  preparing: { prepare: 'preparing', send: 'sent', stop: 'draining', fail: 'failed' },
  sent: {
    columnCount: 'columns',
    result: 'sent',
    fileRequest: 'localData',
    stop: 'draining',
    end: 'done',
    fail: 'failed',
  },
  columns: { columns: 'rows', stop: 'draining', fail: 'failed' },
  rows: { result: 'sent', stop: 'draining', fail: 'failed' },
  localData: { fileSent: 'sent', result: 'sent', stop: 'draining', fail: 'failed' },
  draining: {
    columnCount: 'draining',
    columns: 'draining',
    result: 'draining',
    fileRequest: 'draining',
    fileSent: 'draining',
    fail: 'failed',
  },
  done: {},
  failed: {},
};

/**
 * How a statement is stopped.
 * - `remove`: it leaves the queue, and its call may be tried again.
 * - `kill`: the server ends it, by KILL QUERY.
 * - `endConnection`: the connection ends, since a server that waits for a file's content listens to nothing else.
 * - `ignore`: it was stopped, or has ended, already.
 */
export const STOP_RULES: { readonly [S in StatementState]: 'remove' | 'kill' | 'endConnection' | 'ignore' } =
  {
    queued: 'remove',
    preparing: 'kill',
    sent: 'kill',
    columns: 'kill',
    rows: 'kill',
    localData: 'endConnection',
    draining: 'ignore',
    done: 'ignore',
    failed: 'ignore',
  };

/**
 * Which packet of a reply to COM_QUERY or COM_STMT_EXECUTE comes next (protocol, "Text Resultset"). ERR may stand
 * everywhere, and ends the reply.
 */
export type ReplyState = 'header' | 'columns' | 'columnsEnd' | 'rows' | 'localFile';
export type ReplyEvent = 'columnCount' | 'lastColumn' | 'columnsEnd' | 'result' | 'fileRequest';

export const REPLY_MOVES: Moves<ReplyState, ReplyEvent> = {
  header: { columnCount: 'columns', result: 'header', fileRequest: 'localFile' },
  columns: { lastColumn: 'columnsEnd' },
  columnsEnd: { columnsEnd: 'rows' },
  rows: { result: 'header' },
  localFile: { result: 'header' },
};
