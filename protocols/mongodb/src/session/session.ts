// What one connection may send and what may come. Pure: it reads no socket and knows no clock.
import type { Document } from 'bson';
import { cannotSend, protocolError } from '../errors.ts';
import { encodeMessage, encodeQuery } from '../wire/encode.ts';
import { FrameDecoder } from '../wire/frame-decoder.ts';
import {
  COMMAND_EXTRA_BYTES,
  type Frame,
  HEADER_BYTES,
  int32,
  MAX_BSON_BYTES,
  MAX_MESSAGE_BYTES,
} from '../wire/protocol.ts';
import type { DocumentSequence } from '../wire/types.ts';
import { MOVES, type SessionEvent, type State } from './states.ts';

/** The longest message before the login is through: a `hello` names the members of a set. */
const MAX_LOGIN_BYTES = 1 << 20;
/** Behind it comes 1 again: the number of a message is an int32. */
const LAST_REQUEST_ID = 0x7fff_ffff;

/** One command. */
export interface SessionCommand {
  readonly database: string;
  /** Without `$db`. Members that are `undefined` are left out. */
  readonly command: Document;
  readonly sequence?: DocumentSequence | undefined;
  /** Whether no reply comes. */
  readonly isUnacknowledged?: boolean | undefined;
}

/** One connection's session. */
export class Session {
  /** The largest message that the server takes, and the largest document. */
  maxMessageBytes: number = MAX_MESSAGE_BYTES;
  maxBsonBytes: number = MAX_BSON_BYTES;
  #state: State = 'connected';
  readonly #decoder = new FrameDecoder();
  /** The number of the last message that was sent. */
  #requestId = 0;

  constructor() {
    this.#decoder.maxBytes = MAX_LOGIN_BYTES;
  }

  get state(): State {
    return this.#state;
  }

  /** Whether a reply is due. */
  get isOwed(): boolean {
    const { reply } = MOVES[this.#state];
    return reply !== undefined;
  }

  /** How many bytes the reply still needs, as far as its server has announced them: at least 1. */
  get wanted(): number {
    return this.#decoder.isInside ? this.#decoder.wanted : 1;
  }

  /** The first message. @param isLegacy As OP_QUERY: the server may not know OP_MSG's hello. */
  hello(document: Document, isLegacy: boolean): Uint8Array {
    this.#move('hello');
    const id = this.#next();
    return isLegacy ? encodeQuery(id, document) : encodeMessage(id, document, undefined, false);
  }

  /** A step of the login. */
  step(document: Document): Uint8Array {
    this.#move('step');
    return encodeMessage(this.#next(), document, undefined, false);
  }

  /** The login is through: commands may follow. */
  welcome(): void {
    this.#move('welcome');
    this.#decoder.maxBytes = MAX_MESSAGE_BYTES;
  }

  /**
   * A command. It counts as sent from here on.
   * @throws FairleadError `usage`, `limit`: the state is as before.
   */
  command({ database, command, sequence, isUnacknowledged = false }: SessionCommand): Uint8Array {
    const document: Document = { ...command, $db: database };
    for (const name in document) if (document[name] === undefined) delete document[name];
    const id = this.#next();
    const bytes = encodeMessage(id, document, sequence, isUnacknowledged);
    this.#checkSize(bytes.length, sequence !== undefined);
    this.#move(isUnacknowledged ? 'post' : 'command');
    return bytes;
  }

  /**
   * Takes what has come.
   * @returns The reply that was due, once it is whole.
   * @throws FairleadError `protocol`: the connection has to end.
   */
  receive(chunk: Uint8Array): Frame | undefined {
    if (!this.isOwed) throw protocolError('bytes came that no command asked for');
    const frame = this.#decoder.push(chunk);
    if (frame === undefined) return undefined;
    const answered = int32(frame.bytes, 8);
    if (answered !== this.#requestId) {
      throw protocolError(`a reply to message ${answered}, where ${this.#requestId} was due`);
    }
    this.#move('reply');
    return frame;
  }

  /** No further command: what is due still comes. */
  close(): void {
    if (this.#state === 'ready' || this.#state === 'replying') this.#move('close');
  }

  end(): void {
    if (this.#state !== 'ended') this.#move('end');
  }

  #next(): number {
    this.#requestId = this.#requestId === LAST_REQUEST_ID ? 1 : this.#requestId + 1;
    return this.#requestId;
  }

  #checkSize(length: number, hasSequence: boolean): void {
    const max = hasSequence
      ? this.maxMessageBytes
      : Math.min(this.maxMessageBytes, this.maxBsonBytes + COMMAND_EXTRA_BYTES + HEADER_BYTES);
    if (length <= max) return;
    throw cannotSend(
      'limit',
      `The command has ${length} bytes, and the server takes ${max}; it was not sent`,
    );
  }

  #move(event: SessionEvent): void {
    const next = MOVES[this.#state][event];
    if (next === undefined) throw new Error(`no move "${event}" from ${this.#state}`);
    this.#state = next;
  }
}
