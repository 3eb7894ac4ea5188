// One connection's conversation: takes whole messages out of the received bytes and gives each to the first statement in
// flight, by the table of states.ts (manual, "Message Flow"). It does no I/O, and refuses messages that are out of turn.
import type { ReceiveBuffer } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { asFailure, copyElsewhere, malformed, serverError } from '../errors.ts';
import type { PendingStatement } from '../statements/pending-statement.ts';
import { isStale } from '../statements/prepared.ts';
import { CellSource } from '../values/rows/cell-source.ts';
import { assertUtf8 } from '../wire/client-encoding.ts';
import { decodeErrorFields, decodeNotification, decodeParameterStatus } from '../wire/decode/index.ts';
import type { CancelKey, ErrorFields, TransactionStatus } from '../wire/messages.ts';
import {
  COPY_DATA,
  DATA_ROW,
  ERROR_RESPONSE,
  NOTICE_RESPONSE,
  NOTIFICATION_RESPONSE,
  PARAMETER_STATUS,
  READY_FOR_QUERY,
} from '../wire/reply-types.ts';
import { type SessionOwner, takeReply } from './replies.ts';
import type { StartupSession, Step } from './startup/startup.ts';
import type { StatementState } from './states.ts';

const HEADER_BYTES = 5;
/** The transaction statuses by their bytes: ASCII of their letters. */
const STATUSES: Readonly<Partial<Record<number, TransactionStatus>>> = { 73: 'I', 84: 'T', 69: 'E' };
/** The longest message that is neither a row nor COPY data. */
const MAX_MESSAGE_BYTES = 16_777_216;

/** One connection's conversation: the in-flight queue, and what the server says to it. */
export class Session {
  readonly #owner: SessionOwner;
  readonly #maxRowBytes: number;
  readonly #source = new CellSource();
  readonly #inFlight: PendingStatement[] = [];
  #parameters: Map<string, string> = new Map<string, string>();
  #key: CancelKey | undefined;
  #starting: StartupSession | undefined;
  #step: Step | undefined;
  #status: TransactionStatus = 'I';
  #farewell: FairleadError | undefined;
  /** How many more bytes of a message that is too large are thrown away. */
  #skipping = 0;
  #wanted = 1;

  /** @param starting The start-up, which takes what comes until the server is ready for queries. */
  constructor(owner: SessionOwner, maxRowBytes: number, starting?: StartupSession) {
    this.#owner = owner;
    this.#maxRowBytes = maxRowBytes;
    this.#starting = starting;
  }

  /** The in-flight queue: statements that were sent and have not ended, in the order in which the server runs them. */
  get inFlight(): readonly PendingStatement[] {
    return this.#inFlight;
  }

  /** ParameterStatus values, as the server last reported them. */
  get parameters(): ReadonlyMap<string, string> {
    return this.#parameters;
  }

  /** For CancelRequest; absent where the server gave none. */
  get key(): CancelKey | undefined {
    return this.#key;
  }

  /** The start-up, until the server is ready for queries. */
  get starting(): StartupSession | undefined {
    return this.#starting;
  }

  /** What the start-up wants to be done before it reads on. */
  get step(): Step | undefined {
    return this.#step;
  }

  /** The transaction status of the last ReadyForQuery. */
  get status(): TransactionStatus {
    return this.#status;
  }

  /** The error with which the server has said that it ends the connection. */
  get farewell(): FairleadError | undefined {
    return this.#farewell;
  }

  /** How many more bytes complete the message that has begun; at least 1. */
  get wanted(): number {
    return this.#wanted;
  }

  /** A statement was written: it joins the in-flight queue. */
  add(statement: PendingStatement): void {
    this.#inFlight.push(statement);
  }

  /** Empties the in-flight queue, when the connection has ended. */
  clear(): PendingStatement[] {
    return this.#inFlight.splice(0);
  }

  /**
   * Takes the whole messages out of `buffer`.
   * @throws FairleadError `protocol`, `limit`, `auth`, `server`: the connection cannot be used any more.
   */
  receive(buffer: ReceiveBuffer): void {
    if (this.#starting !== undefined && !this.#start(this.#starting, buffer)) return;
    if (this.#skipping > 0) this.#skip(buffer);
    const { bytes, end } = buffer;
    this.#source.set(bytes, buffer.start, end);
    let at = buffer.start;
    this.#wanted = 1;
    while (end - at >= HEADER_BYTES) {
      const length =
        ((bytes[at + 1] ?? 0) << 24) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 8) |
        (bytes[at + 4] ?? 0);
      const next = at + 1 + length;
      const type = bytes[at] ?? 0;
      if (length < 4) throw malformed('an impossible length');
      if (next > end) {
        if (!this.#fits(type, length)) {
          this.#skipping = length + 1;
          this.#skip(buffer);
          return;
        }
        this.#wanted = next - end;
        break;
      }
      this.#take(type, at + HEADER_BYTES, next);
      at = next;
      buffer.start = next;
    }
    if (this.#wanted > 1) buffer.reserve(buffer.length + this.#wanted);
    this.#inFlight[0]?.sink.pause?.();
  }

  /** One whole message. Most messages are rows. */
  #take(type: number, start: number, end: number): void {
    const statement = this.#inFlight[0];
    if (type === DATA_ROW && statement !== undefined) this.#row(statement, start, end);
    else this.#other(type, statement, this.#source.bytes, start, end);
  }

  #row(statement: PendingStatement, start: number, end: number): void {
    const { state } = statement;
    const isFirst = state !== 'streaming' && state !== 'querying-rows';
    if (isFirst) {
      if (statement.receive(DATA_ROW) === undefined) throw outOfTurn(DATA_ROW, state);
      if (state === 'preparing-session') return;
    }
    if (!statement.wanted) return;
    if (end - start > this.#maxRowBytes) {
      this.#tooLarge(statement);
      return;
    }
    try {
      if (isFirst) statement.beginRows();
      statement.sink.row(this.#source, start, end);
    } catch (error) {
      statement.stop(asFailure(error));
    }
  }

  /** The start-up takes all messages until the server is ready. */
  #start(starting: StartupSession, buffer: ReceiveBuffer): boolean {
    this.#wanted = 1;
    this.#step = starting.take(buffer);
    const { greeting } = starting;
    if (greeting === undefined) return false;
    this.#starting = undefined;
    for (const [name, value] of greeting.parameters) assertUtf8(name, value);
    this.#parameters = greeting.parameters;
    this.#key = greeting.key;
    return true;
  }

  #other(
    type: number,
    statement: PendingStatement | undefined,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    switch (type) {
      case NOTICE_RESPONSE:
        this.#owner.notice(decodeErrorFields(bytes, start, end));
        break;
      case NOTIFICATION_RESPONSE:
        this.#owner.notification(decodeNotification(bytes, start, end));
        break;
      case PARAMETER_STATUS: {
        const { name, value } = decodeParameterStatus(bytes, start, end);
        assertUtf8(name, value);
        this.#parameters.set(name, value);
        break;
      }
      case ERROR_RESPONSE:
        this.#error(statement, decodeErrorFields(bytes, start, end));
        break;
      default:
        if (statement === undefined) throw malformed(`"${String.fromCharCode(type)}" that was not asked for`);
        this.#reply(type, statement, bytes, start, end);
    }
  }

  /** A reply to the first statement of the in-flight queue. */
  #reply(type: number, statement: PendingStatement, bytes: Uint8Array, start: number, end: number): void {
    const before = statement.state;
    const move = statement.receive(type);
    if (move === undefined) throw outOfTurn(type, before);
    if (type === READY_FOR_QUERY) {
      this.#ready(statement, bytes, start, end);
      return;
    }
    if (move === 'refuse') throw copyElsewhere();
    takeReply(type, before, statement, this.#owner, bytes, start, end);
    if (move === 'suspended') this.#suspend(statement);
    else if (statement.owesSync && statement.state === 'syncing') this.#sync(statement);
  }

  #ready(statement: PendingStatement, bytes: Uint8Array, start: number, end: number): void {
    const status = STATUSES[bytes[start] ?? 0];
    if (end - start !== 1 || status === undefined) throw malformed('an unknown transaction status');
    this.#status = status;
    statement.sink.pause?.();
    this.#inFlight.shift();
    this.#owner.ended(statement);
  }

  #suspend(statement: PendingStatement): void {
    if (statement.request.fetchSize === 0)
      throw malformed('the suspension of a portal that has no limit of rows');
    // The statement was stopped: a Sync closes the portal, since a CancelRequest would find nothing that runs.
    if (statement.wanted) statement.sink.suspended?.();
    else this.#sync(statement);
  }

  #sync(statement: PendingStatement): void {
    statement.sync();
    this.#owner.needsSync(statement);
  }

  /** The server skips all messages up to the next Sync. */
  #error(statement: PendingStatement | undefined, fields: ErrorFields): void {
    const error = serverError(fields, this.#owner.peer);
    const severity = fields.get('V') ?? fields.get('S');
    if (severity === 'FATAL' || severity === 'PANIC') this.#farewell = error;
    if (statement === undefined) {
      if (this.#farewell === undefined) throw error;
      return;
    }
    const before = statement.state;
    statement.receive(ERROR_RESPONSE);
    statement.fail(error, statement.outdated === undefined && isStale(before, statement.way, fields));
    if (statement.owesSync) this.#sync(statement);
  }

  /** Whether a message that has not arrived as a whole may be collected in memory. */
  #fits(type: number, length: number): boolean {
    if (length <= MAX_MESSAGE_BYTES && length <= this.#maxRowBytes) return true;
    const statement = this.#inFlight[0];
    const isData = type === DATA_ROW || type === COPY_DATA;
    if (!isData || statement === undefined) {
      if (length <= MAX_MESSAGE_BYTES) return true;
      throw new FairleadError('limit', `The server sent a message of ${length} bytes.`, { blame: 'peer' });
    }
    if (length <= this.#maxRowBytes) return true;
    this.#tooLarge(statement);
    return false;
  }

  #tooLarge(statement: PendingStatement): void {
    const message = `A row is larger than ${this.#maxRowBytes} bytes (limits.maxRowBytes).`;
    statement.stop(new FairleadError('limit', message));
  }

  #skip(buffer: ReceiveBuffer): void {
    const count = Math.min(this.#skipping, buffer.length);
    buffer.consume(count);
    this.#skipping -= count;
  }
}

function outOfTurn(type: number, state: StatementState): FairleadError {
  return malformed(`"${String.fromCharCode(type)}" out of turn, in the state "${state}"`);
}
