// The protocol's state machine: which message may come when, and what it means to the statement that is its turn. It
// does no I/O, and refuses any message that is out of turn (manual, "Message Flow").
import type { ReceiveBuffer } from '@fairlead/bytes';
import { FairleadError, type Peer } from '@fairlead/errors';
import { asFailure, copyElsewhere, malformed, serverError } from '../errors.ts';
import type { Exchange } from '../statements/exchange.ts';
import { isDescribed, isStale } from '../statements/prepared.ts';
import { hasDefined } from '../statements/statement-kind.ts';
import type { Notification } from '../types.ts';
import { CellSource } from '../values/rows/cell-source.ts';
import { assertUtf8 } from '../wire/client-encoding.ts';
import {
  decodeErrorFields,
  decodeFields,
  decodeNotification,
  decodeParameterStatus,
  decodeParameterTypes,
  decodeTag,
} from '../wire/decode/index.ts';
import type { CancelKey, ErrorFields } from '../wire/messages.ts';
import { MOVES } from './moves.ts';
import type { StartupSession, Step } from './startup/startup.ts';

const DATA_ROW = 0x44;
const HEADER_BYTES = 5;
/** Any message but rows and COPY data: the server's own texts. */
const MAX_MESSAGE_BYTES = 16_777_216;

/** What a session tells its connection. */
export interface SessionOwner {
  /** A ReadyForQuery ended this exchange. */
  ended(exchange: Exchange): void;
  /** All of an exchange's replies have come, but no Sync was sent. */
  needsSync(exchange: Exchange): void;
  readonly peer: Peer | undefined;
  notice(fields: ErrorFields): void;
  notification(notification: Notification): void;
  /** The server waits for data that nobody has. */
  refuseCopy(exchange: Exchange): void;
  /** What was prepared may mean something else now. */
  redefined(): void;
}

/** One connection's conversation. */
export class Session {
  /** ParameterStatus values, as the server last had them. */
  parameters: Map<string, string> = new Map<string, string>();
  /** To cancel with; absent where the server gave none. */
  key: CancelKey | undefined;
  /** Those that were sent and have not ended, in the order in which the server runs them. */
  readonly sent: Exchange[] = [];
  /** Until the server is ready for queries. */
  starting: StartupSession | undefined;
  /** What the start-up wants done before it reads on. */
  step: Step | undefined;
  /** `I` idle, `T` in a transaction, `E` in one that failed. */
  status = 'I';
  /** Why the server says that it goes away. */
  farewell: FairleadError | undefined;
  readonly #owner: SessionOwner;
  readonly #maxRowBytes: number;
  readonly #source = new CellSource();
  /** Bytes of a message that is too large to be looked at. */
  #skipping = 0;
  /** How many more bytes complete the message that has begun. */
  wanted = 1;

  constructor(owner: SessionOwner, maxRowBytes: number) {
    this.#owner = owner;
    this.#maxRowBytes = maxRowBytes;
  }

  /**
   * Takes what has arrived apart.
   * @throws FairleadError `protocol`, `limit`, `auth`, `server`: the connection is of no use then.
   */
  receive(buffer: ReceiveBuffer): void {
    if (this.starting !== undefined && !this.#start(this.starting, buffer)) return;
    if (this.#skipping > 0) this.#skip(buffer);
    const { bytes, end } = buffer;
    this.#source.set(bytes, buffer.start, end);
    let at = buffer.start;
    this.wanted = 1;
    while (end - at >= HEADER_BYTES) {
      const length =
        ((bytes[at + 1] ?? 0) << 24) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 8) |
        (bytes[at + 4] ?? 0);
      const next = at + 1 + length;
      const type = bytes[at] ?? 0;
      if (length < 4) throw malformed('a length that cannot be');
      if (next > end) {
        if (!this.#fits(type, length)) {
          this.#skipping = length + 1;
          this.#skip(buffer);
          return;
        }
        this.wanted = next - end;
        break;
      }
      this.#take(type, at + HEADER_BYTES, next);
      at = next;
      buffer.start = next;
    }
    if (this.wanted > 1) buffer.reserve(buffer.length + this.wanted);
    this.sent[0]?.sink.pause?.();
  }

  /** One whole message. */
  #take(type: number, start: number, end: number): void {
    const exchange = this.sent[0];
    if (type === DATA_ROW && exchange !== undefined && (exchange.step === 'x' || exchange.step === 'Q')) {
      // Rows are nearly all there is.
      if (end - start <= this.#maxRowBytes) this.#row(exchange, start, end);
      else this.#tooLarge(exchange);
    } else this.#other(String.fromCharCode(type), exchange, this.#source.bytes, start, end);
  }

  #row(exchange: Exchange, start: number, end: number): void {
    if (exchange.error !== undefined || exchange.reason !== undefined) return;
    try {
      if (!exchange.begun) this.#begin(exchange);
      exchange.sink.row(this.#source, start, end);
    } catch (error) {
      exchange.stop(asFailure(error));
    }
  }

  #begin(exchange: Exchange): void {
    exchange.fields ??= exchange.prepared?.fields;
    if (exchange.fields === undefined) throw malformed('rows without a description');
    exchange.begun = true;
    exchange.sink.begin(exchange.fields);
  }

  /** What comes before the server is ready is the start-up's. */
  #start(starting: StartupSession, buffer: ReceiveBuffer): boolean {
    this.wanted = 1;
    this.step = starting.take(buffer);
    const { greeting } = starting;
    if (greeting === undefined) return false;
    this.starting = undefined;
    for (const [name, value] of greeting.parameters) assertUtf8(name, value);
    this.parameters = greeting.parameters;
    this.key = greeting.key;
    return true;
  }

  #other(type: string, exchange: Exchange | undefined, bytes: Uint8Array, start: number, end: number): void {
    switch (type) {
      case 'N':
        this.#owner.notice(decodeErrorFields(bytes, start, end));
        break;
      case 'A':
        this.#owner.notification(decodeNotification(bytes, start, end));
        break;
      case 'S': {
        const { name, value } = decodeParameterStatus(bytes, start, end);
        assertUtf8(name, value);
        this.parameters.set(name, value);
        break;
      }
      case 'E':
        this.#error(exchange, decodeErrorFields(bytes, start, end));
        break;
      default:
        if (exchange === undefined) throw malformed(`"${type}" that nobody asked for`);
        this.#move(type, exchange, bytes, start, end);
    }
  }

  #move(type: string, exchange: Exchange, bytes: Uint8Array, start: number, end: number): void {
    const { step } = exchange;
    const move = MOVES[step]?.[type];
    if (move === undefined) throw malformed(`"${type}" out of turn`);
    this.#note(type, exchange, bytes, start, end);
    if (move === '.') return;
    if (move === '!') throw copyElsewhere();
    if (move === '+') this.#advance(type, exchange);
    else exchange.step = move === '-' ? (exchange.plan[exchange.at] ?? '') : move;
  }

  #advance(type: string, exchange: Exchange): void {
    if (type === 'Z') {
      exchange.sink.pause?.();
      this.sent.shift();
      this.#owner.ended(exchange);
      return;
    }
    const suspended = type === 's';
    if (suspended && exchange.request.fetchSize === 0)
      throw malformed('a portal that was not to be suspended');
    if (!suspended) exchange.advance();
    exchange.suspended = suspended;
    if (suspended) exchange.sink.suspended?.();
    else if (exchange.step === '') this.#owner.needsSync(exchange);
  }

  /** What a message says, apart from where it leads. */
  #note(type: string, exchange: Exchange, bytes: Uint8Array, start: number, end: number): void {
    switch (type) {
      case '1':
        if (exchange.way === 'parse' && exchange.prepared) exchange.prepared.confirmed = true;
        break;
      case 't':
        if (exchange.prepared) exchange.prepared.types = decodeParameterTypes(bytes, start, end);
        break;
      case 'n':
        if (exchange.step !== 'u' && exchange.prepared) exchange.prepared.fields = undefined;
        break;
      case 'T':
        if (exchange.step !== 'u') this.#describe(exchange, bytes, start, end);
        break;
      case 'C':
        this.#complete(exchange, decodeTag(bytes, start, end));
        break;
      case 'I':
        this.#complete(exchange, '');
        break;
      case 'Z':
        this.status = String.fromCharCode(bytes[start] ?? 0);
        if (end - start !== 1 || !'ITE'.includes(this.status))
          throw malformed('an unknown transaction status');
        break;
      case 'G':
        if (exchange.sink.copyIn) exchange.sink.copyIn();
        else this.#owner.refuseCopy(exchange);
        break;
      case 'H':
        if (!exchange.sink.copyData) exchange.stop(copyElsewhere());
        break;
      case 'd':
        if (exchange.reason === undefined) exchange.sink.copyData?.(bytes, start, end);
        break;
      default:
    }
  }

  #describe(exchange: Exchange, bytes: Uint8Array, start: number, end: number): void {
    const { prepared } = exchange;
    exchange.begun = false;
    if (prepared?.fields && isDescribed(prepared, bytes, start, end)) {
      exchange.fields = prepared.fields;
      return;
    }
    const fields = decodeFields(bytes, start, end);
    exchange.fields = fields;
    if (prepared === undefined) return;
    prepared.fields = fields;
    prepared.description = bytes.slice(start, end);
  }

  #complete(exchange: Exchange, tag: string): void {
    if (exchange.step === 'q') return;
    exchange.tag = tag;
    exchange.fields ??= exchange.prepared?.fields;
    try {
      if (exchange.reason === undefined) exchange.sink.tag(tag, exchange.fields);
    } catch (error) {
      exchange.stop(asFailure(error));
    }
    if (exchange.request.simple) exchange.fields = undefined;
    else if (exchange.request.more.length > 0) exchange.nextPart();
    if (hasDefined(tag)) this.#owner.redefined();
  }

  /** The server skips all messages up to the next Sync. */
  #error(exchange: Exchange | undefined, fields: ErrorFields): void {
    const error = serverError(fields, this.#owner.peer);
    const severity = fields.get('V') ?? fields.get('S');
    if (severity === 'FATAL' || severity === 'PANIC') this.farewell = error;
    if (exchange === undefined) {
      if (this.farewell === undefined) throw error;
      return;
    }
    exchange.stale = !exchange.again && isStale(exchange.step, exchange.way, fields);
    exchange.error ??= error;
    exchange.suspended = false;
    if (!exchange.request.simple && !exchange.plan.endsWith('s')) this.#owner.needsSync(exchange);
    exchange.at = exchange.plan.length - 1;
    exchange.step = exchange.plan[exchange.at] ?? '';
  }

  /** Whether a message that is not here yet may be kept until it is. */
  #fits(type: number, length: number): boolean {
    if (length <= MAX_MESSAGE_BYTES && length <= this.#maxRowBytes) return true;
    const exchange = this.sent[0];
    const isData = type === DATA_ROW || type === 0x64;
    if (!isData || exchange === undefined) {
      if (length <= MAX_MESSAGE_BYTES) return true;
      throw new FairleadError('limit', `The server sent a message of ${length} bytes.`, { blame: 'peer' });
    }
    if (length <= this.#maxRowBytes) return true;
    this.#tooLarge(exchange);
    return false;
  }

  #tooLarge(exchange: Exchange): void {
    const message = `A row is larger than ${this.#maxRowBytes} bytes (limits.maxRowBytes).`;
    exchange.stop(new FairleadError('limit', message));
  }

  #skip(buffer: ReceiveBuffer): void {
    const count = Math.min(this.#skipping, buffer.length);
    buffer.consume(count);
    this.#skipping -= count;
  }
}
