// Bytes to whole SFTP messages. The bytes of a DATA reply are copied once, from the transport's chunk to where they belong.
import { ReceiveBuffer } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { protocolError } from '../errors.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import * as FXP from './numbers/fxp.ts';

/** One whole message. */
export interface Message {
  readonly type: number;
  /** The request's id; 0 for VERSION, which has none. */
  readonly id: number;
  /** Behind the id; of DATA the data alone. All but that is a view, valid until the next `push` or `keep`. */
  readonly body: Uint8Array;
}

/**
 * Where the data of a DATA reply go.
 * @returns Storage of exactly `count` bytes; `undefined` to drop them.
 * @throws FairleadError `protocol` when nothing, or less, was asked for by this id.
 */
export type DataTarget = (id: number, count: number) => Uint8Array | undefined;

const NOTHING = /* @__PURE__ */ new Uint8Array(0);
/** Length, type, id, and the length of the data. */
const DATA_HEADER_BYTES = 13;

/** Takes any chunks, returns whole messages and keeps the rest. */
export class MessageDecoder {
  readonly #buffer: ReceiveBuffer = new ReceiveBuffer(Number.POSITIVE_INFINITY);
  readonly #targetOf: DataTarget;
  /** The DATA reply whose data are arriving: how many are missing. */
  #missing = 0;
  #id = 0;
  #target: Uint8Array | undefined;
  #isFirst = true;

  constructor(targetOf: DataTarget) {
    this.#targetOf = targetOf;
  }

  /** Takes what a read returned. */
  push(chunk: Uint8Array): void {
    this.#buffer.push(chunk);
  }

  /** Lets go of the chunk. Call it before the transport's next read. */
  keep(): void {
    this.#buffer.keep();
  }

  /**
   * The next message; `undefined` when more bytes are needed.
   * @throws FairleadError `limit` for a message that is too long, `protocol`.
   */
  next(): Message | undefined {
    if (this.#missing > 0) return this.#fill();
    const buffer = this.#buffer;
    if (buffer.length < 5) return undefined;
    const length = this.#u32(0);
    const type = buffer.bytes[buffer.start + 4] ?? 0;
    this.#check(length, type);
    this.#isFirst = false;
    if (type === FXP.DATA) return this.#beginData(length);
    if (buffer.length < 4 + length) {
      buffer.reserve(4 + length);
      return undefined;
    }
    const head = type === FXP.VERSION ? 5 : 9;
    const id = head === 5 ? 0 : this.#u32(5);
    const body = buffer.view(4 + length).subarray(head);
    buffer.consume(4 + length);
    return { type, id, body };
  }

  #check(length: number, type: number): void {
    if (length > MAX_MESSAGE_BYTES) {
      // A login script that prints something is the usual reason of a bad first length.
      if (this.#isFirst)
        throw protocolError('the server sent no SFTP; does a login script there print text?');
      const message = `SFTP: a message of ${length} bytes came, and ${MAX_MESSAGE_BYTES} are allowed`;
      throw new FairleadError('limit', message, { blame: 'peer' });
    }
    if (length < 5) throw protocolError(`a message of type ${type} has only ${length} bytes`);
  }

  #beginData(length: number): Message | undefined {
    if (this.#buffer.length < DATA_HEADER_BYTES) return undefined;
    const count = this.#u32(9);
    if (length !== count + 9) throw protocolError(`a DATA reply of ${length} bytes says it has ${count}`);
    this.#id = this.#u32(5);
    this.#target = this.#targetOf(this.#id, count);
    this.#missing = count;
    this.#buffer.consume(DATA_HEADER_BYTES);
    return this.#fill();
  }

  #fill(): Message | undefined {
    const buffer = this.#buffer;
    const target = this.#target;
    const count = Math.min(this.#missing, buffer.length);
    target?.set(buffer.view(count), target.length - this.#missing);
    buffer.consume(count);
    this.#missing -= count;
    if (this.#missing > 0) return undefined;
    this.#target = undefined;
    return { type: FXP.DATA, id: this.#id, body: target ?? NOTHING };
  }

  #u32(offset: number): number {
    const { bytes, start } = this.#buffer;
    const at = start + offset;
    const high = (bytes[at] ?? 0) * 0x100_0000;
    return high + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
}
