// The states of the start-up, of a connection, of what it has in flight, of a statement, of a transaction and of a reply:
// every legal move, by name, with the rule of each state. `docs/states/mysql.md` is drawn from these tables. It sends nothing.

/** For each state its rule, and the state that each event leads to. */
type Table<State extends string, Event extends string, Rule> = {
  readonly [S in State]: { readonly rule: Rule; readonly moves: { readonly [E in Event]?: NoInfer<State> } };
};

/** A state of a table as an object, so that a move costs two property reads. */
interface StateNode<State extends string, Event extends string, Rule> {
  readonly name: State;
  readonly rule: Rule;
  /** The state behind each event; undefined for a move that the table does not have. */
  readonly to: { readonly [E in Event]?: StateNode<State, Event, Rule> | undefined };
}

/** All states of a table. */
export type StateNodes<State extends string, Event extends string, Rule> = {
  readonly [S in State]: StateNode<State, Event, Rule>;
};

function nodesOf<State extends string, Event extends string, Rule>(
  table: Table<State, Event, Rule>,
): StateNodes<State, Event, Rule> {
  const rows = Object.entries(table) as [State, { rule: Rule; moves: Partial<Record<Event, State>> }][];
  // Each state has all events in one order: objects of one shape are read fast.
  const none = Object.fromEntries(
    rows.flatMap(([, { moves }]) => Object.keys(moves)).map((event) => [event, undefined]),
  );
  const nodes: Record<string, { name: State; rule: Rule; to: Record<string, unknown> }> = Object.fromEntries(
    rows.map(([name, { rule }]) => [name, { name, rule, to: { ...none } }]),
  );
  for (const [name, { moves }] of rows) {
    for (const [event, to] of Object.entries(moves))
      Object.assign(nodes[name]?.to ?? {}, { [event]: nodes[String(to)] });
  }
  return nodes as StateNodes<State, Event, Rule>;
}

/** @throws TypeError A move that the table does not have: a mistake in this package. */
export function illegalMove({ name }: { readonly name: string }, event: string): never {
  throw new TypeError(`no move from ${name} by ${event}`);
}

/**
 * How far the start-up has come, before the connection takes statements.
 * - `beforeTls`: TLS is required and not asked for yet.
 * - `tlsHandshake`: the SSLRequest was sent.
 * - `ready`: TLS is on, or was not required: the login may be sent.
 */
export type StartupState = 'beforeTls' | 'tlsHandshake' | 'ready';
/** The SSLRequest was sent; the TLS handshake has succeeded. */
export type StartupEvent = 'sslRequest' | 'secured';
/** What may be written: where TLS is required, no byte of the login in plain text. */
export type WriteRule = 'SSLRequest' | 'nothing' | 'anything';

/** The start-up. Without TLS it begins in `ready`. */
export const STARTUP: StateNodes<StartupState, StartupEvent, WriteRule> = /* @__PURE__ */ nodesOf({
  beforeTls: { rule: 'SSLRequest', moves: { sslRequest: 'tlsHandshake' } },
  tlsHandshake: { rule: 'nothing', moves: { secured: 'ready' } },
  ready: { rule: 'anything', moves: {} },
});

/**
 * How far a connection has come, once the login has succeeded.
 * - `open`: it takes statements.
 * - `streaming`: a stream has exclusive use of it, since its rows may wait for their reader.
 * - `closing`: `close` lets the statements that it has finish.
 * - `ended`: nothing is sent any more.
 */
export type ConnectionState = 'open' | 'streaming' | 'closing' | 'ended';
/** A stream begins and ends; `close` was called; the connection has failed or was closed. */
export type ConnectionEvent = 'streamBegins' | 'streamEnds' | 'close' | 'end';
/** What becomes of a new statement: it is queued, only a transaction's ROLLBACK is, it is refused, or nothing is sent at all. */
export type NewStatementRule = 'queue' | 'queue ROLLBACK' | 'refuse' | 'refuse all';

/** A connection, from the login on. */
export const CONNECTION: StateNodes<ConnectionState, ConnectionEvent, NewStatementRule> =
  /* @__PURE__ */ nodesOf({
    open: { rule: 'queue', moves: { streamBegins: 'streaming', close: 'closing', end: 'ended' } },
    streaming: {
      rule: 'queue ROLLBACK',
      moves: { streamBegins: 'streaming', streamEnds: 'open', close: 'closing', end: 'ended' },
    },
    closing: {
      rule: 'refuse',
      moves: { streamBegins: 'closing', streamEnds: 'closing', close: 'closing', end: 'ended' },
    },
    ended: {
      rule: 'refuse all',
      moves: { streamBegins: 'ended', streamEnds: 'ended', close: 'ended', end: 'ended' },
    },
  });

/**
 * What is in flight on a connection.
 * - `idle`: nothing.
 * - `sharing`: statements that only read; more of them may follow without waiting.
 * - `exclusive`: one statement; nothing follows until it has ended, so that no cancellation can hit another one.
 * - `checking`: `DO 0` after an error in a transaction, which tells whether the transaction still stands.
 * - `cancelling`: the first statement is ended by KILL QUERY, which names a connection and not a statement.
 */
export type FlightState = 'idle' | 'sharing' | 'exclusive' | 'checking' | 'cancelling';
/**
 * A statement is sent that shares the connection, or one that excludes others; a transaction is checked; the first statement
 * is cancelled; nothing is in flight any more; statements are still in flight after a cancellation.
 */
export type FlightEvent = 'share' | 'exclude' | 'check' | 'cancel' | 'empty' | 'goOn';
/** Which waiting statement may be sent: any one, one that only reads and has nothing to prepare, or none. */
export type SendRule = 'any' | 'reading' | 'none';

/** What is in flight. */
export const FLIGHT: StateNodes<FlightState, FlightEvent, SendRule> = /* @__PURE__ */ nodesOf({
  idle: { rule: 'any', moves: { share: 'sharing', exclude: 'exclusive', check: 'checking' } },
  sharing: { rule: 'reading', moves: { share: 'sharing', cancel: 'cancelling', empty: 'idle' } },
  exclusive: { rule: 'none', moves: { cancel: 'cancelling', empty: 'idle' } },
  checking: { rule: 'none', moves: { empty: 'idle' } },
  cancelling: { rule: 'none', moves: { empty: 'idle', goOn: 'sharing' } },
});

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
/**
 * What the client does (`prepare`, `send`, `fileSent`, `stop`), the parts of the reply (`columnCount`, `columns`, `result`,
 * `fileRequest`), and how the statement ends (`end`, `fail`).
 */
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
/**
 * How a statement is stopped.
 * - `remove`: it leaves the queue, and its call may be tried again.
 * - `kill`: the server ends it, by KILL QUERY.
 * - `endConnection`: the connection ends, since a server that waits for a file's content listens to nothing else.
 * - `ignore`: it was stopped, or has ended, already.
 */
export type StopRule = 'remove' | 'kill' | 'endConnection' | 'ignore';

/** A statement. */
export const STATEMENT: StateNodes<StatementState, StatementEvent, StopRule> = /* @__PURE__ */ nodesOf({
  queued: { rule: 'remove', moves: { prepare: 'preparing', send: 'sent', stop: 'failed', fail: 'failed' } },
  preparing: {
    rule: 'kill',
    moves: { prepare: 'preparing', send: 'sent', stop: 'draining', fail: 'failed' },
  },
  sent: {
    rule: 'kill',
    moves: {
      columnCount: 'columns',
      result: 'sent',
      fileRequest: 'localData',
      stop: 'draining',
      end: 'done',
      fail: 'failed',
    },
  },
  columns: { rule: 'kill', moves: { columns: 'rows', stop: 'draining', fail: 'failed' } },
  rows: { rule: 'kill', moves: { result: 'sent', stop: 'draining', fail: 'failed' } },
  localData: {
    rule: 'endConnection',
    moves: { fileSent: 'sent', result: 'sent', stop: 'draining', fail: 'failed' },
  },
  draining: {
    rule: 'ignore',
    moves: {
      columnCount: 'draining',
      columns: 'draining',
      result: 'draining',
      fileRequest: 'draining',
      fileSent: 'draining',
      fail: 'failed',
    },
  },
  done: { rule: 'ignore', moves: {} },
  failed: { rule: 'ignore', moves: {} },
});

/**
 * Whether the server still has a transaction that this client began.
 * - `open`: it has.
 * - `inDoubt`: an error may have ended the transaction, as a deadlock does.
 * - `lost`: the server has ended the transaction, or a part of it could not be undone.
 */
export type TransactionState = 'open' | 'inDoubt' | 'lost';
/** A statement has failed; the server says that the transaction is open; the server says that it is not, or ROLLBACK TO fails. */
export type TransactionEvent = 'doubt' | 'confirm' | 'lose';
/** What becomes of the transaction's next statement, unless it is the ROLLBACK. */
export type TransactionRule = 'send' | 'wait' | 'refuse';

/** A transaction. */
export const TRANSACTION: StateNodes<TransactionState, TransactionEvent, TransactionRule> =
  /* @__PURE__ */ nodesOf({
    open: { rule: 'send', moves: { doubt: 'inDoubt', lose: 'lost' } },
    inDoubt: { rule: 'wait', moves: { doubt: 'inDoubt', confirm: 'open', lose: 'lost' } },
    lost: { rule: 'refuse', moves: { doubt: 'lost', confirm: 'lost', lose: 'lost' } },
  });

/**
 * Which packet of a reply to COM_QUERY or COM_STMT_EXECUTE comes next (protocol, "Text Resultset"). ERR may stand
 * everywhere, and ends the reply.
 */
export type ReplyState = 'header' | 'columns' | 'columnsEnd' | 'rows' | 'localFile';
/** The packets that lead to another state, by their part of the reply. */
export type ReplyEvent = 'columnCount' | 'lastColumn' | 'columnsEnd' | 'result' | 'fileRequest';

/** A reply. Its rules name the packets that are accepted. */
export const REPLY: StateNodes<ReplyState, ReplyEvent, string> = /* @__PURE__ */ nodesOf({
  header: {
    rule: 'column count, OK, LOCAL INFILE',
    moves: { columnCount: 'columns', result: 'header', fileRequest: 'localFile' },
  },
  columns: { rule: 'column definition', moves: { lastColumn: 'columnsEnd' } },
  columnsEnd: { rule: 'EOF', moves: { columnsEnd: 'rows' } },
  rows: { rule: 'row, EOF', moves: { result: 'header' } },
  localFile: { rule: 'OK', moves: { result: 'header' } },
});
