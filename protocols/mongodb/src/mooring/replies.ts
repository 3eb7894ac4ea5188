// Finds the ends of replies in a stream of OP_MSG, in any pieces, with what a pool has to know of them: whether they succeeded, and which
// cursor they leave open. It keeps no documents.
import { protocolError } from '../errors.ts';
import { CHECKSUM_PRESENT, HEADER_BYTES, MAX_MESSAGE_BYTES, MORE_TO_COME, OP_MSG } from '../wire/protocol.ts';

const DOUBLE = 1;
const DOCUMENT = 3;
const BINARY = 5;
const BOOLEAN = 8;
const REGULAR_EXPRESSION = 11;
const INT32 = 16;
const INT64 = 18;
const MAX_NAME_BYTES = 1_000;

/** The bytes of values whose size their kind says; texts have their size in front, documents too, counted with it. */
const FIXED: ReadonlyMap<number, number> = /* @__PURE__ */ new Map([
  [1, 8],
  [6, 0],
  [7, 12],
  [8, 1],
  [9, 8],
  [10, 0],
  [16, 4],
  [17, 8],
  [18, 8],
  [19, 16],
  [0x7f, 0],
  [0xff, 0],
]);
const TEXTS: readonly number[] = [2, 13, 14];
const SIZED: readonly number[] = [3, 4, 15];
const DB_POINTER = 12;

/** What a reply says of its connection. */
export interface ReplyFacts {
  readonly responseTo: number;
  readonly isOk: boolean;
  /** The number of its error; 0 where there is none. */
  readonly code: number;
  /** The cursor that it tells of: 0 where that is over; undefined where there is none. */
  readonly cursor: bigint | undefined;
  /** The cursor's collection, with its database. */
  readonly namespace: string;
}

/** A number above 0: so many bytes in one piece. Below 0: so many are skipped. */
type Want = number;
type Steps<T = void> = Generator<Want, T, DataView>;

/** A position in a stream of replies. */
export class Replies {
  readonly #onReply: (facts: ReplyFacts) => void;
  readonly #steps: Steps;
  readonly #piece = new Uint8Array(MAX_NAME_BYTES);
  #want: Want;
  #have = 0;
  /** How many bytes of the message are still to come, beyond what is wanted. */
  #left = 0;
  #isInside = false;
  #ok = false;
  #code = 0;
  #cursor: bigint | undefined;
  #namespace = '';

  constructor(onReply: (facts: ReplyFacts) => void) {
    this.#onReply = onReply;
    this.#steps = this.#messages();
    this.#want = this.#steps.next().value as Want;
  }

  /** Whether the last reply has come whole. */
  get isWhole(): boolean {
    return !this.#isInside && this.#have === 0;
  }

  /** Looks at bytes. @throws FairleadError `protocol`. */
  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#want < 0) {
        const skipped = Math.min(-this.#want, bytes.length - at);
        at += skipped;
        this.#want += skipped;
        if (this.#want === 0) this.#advance(0);
        continue;
      }
      const taken = Math.min(this.#want - this.#have, bytes.length - at);
      this.#piece.set(bytes.subarray(at, at + taken), this.#have);
      this.#have += taken;
      at += taken;
      if (this.#have === this.#want) this.#advance(this.#have);
    }
  }

  #advance(length: number): void {
    this.#have = 0;
    this.#want = this.#steps.next(new DataView(this.#piece.buffer, 0, length)).value as Want;
  }

  *#messages(): Steps {
    for (;;) {
      const header = yield HEADER_BYTES;
      const length = header.getInt32(0, true);
      const responseTo = header.getInt32(8, true);
      if (length < HEADER_BYTES + 10 || length > MAX_MESSAGE_BYTES || header.getInt32(12, true) !== OP_MSG)
        throw malformed();
      this.#isInside = true;
      this.#left = length - HEADER_BYTES;
      this.#ok = false;
      this.#code = 0;
      this.#cursor = undefined;
      const flags = (yield* this.#read(4)).getInt32(0, true);
      const kind = (yield* this.#read(1)).getUint8(0);
      if (kind !== 0 || flags & MORE_TO_COME) throw malformed();
      yield* this.#read(4);
      yield* this.#document(false);
      if (this.#left !== (flags & CHECKSUM_PRESENT ? 4 : 0)) throw malformed();
      if (this.#left > 0) yield* this.#skip(this.#left);
      this.#isInside = false;
      this.#onReply({
        responseTo,
        isOk: this.#ok,
        code: this.#code,
        cursor: this.#cursor,
        namespace: this.#namespace,
      });
    }
  }

  /** The elements of the reply, or of its cursor. */
  *#document(isCursor: boolean): Steps {
    for (;;) {
      const kind = (yield* this.#read(1)).getUint8(0);
      if (kind === 0) return;
      const name = yield* this.#name();
      if (kind === DOCUMENT && name === 'cursor' && !isCursor) {
        yield* this.#read(4);
        yield* this.#document(true);
      } else if (isCursor && name === 'ns' && kind === 2) this.#namespace = yield* this.#text();
      else if (isCursor ? name === 'id' : name === 'ok' || name === 'code') yield* this.#number(kind, name);
      else yield* this.#value(kind);
    }
  }

  *#number(kind: number, name: string): Steps {
    const size = FIXED.get(kind);
    if (size === undefined || size === 0) {
      yield* this.#value(kind);
      return;
    }
    const view = yield* this.#read(size);
    const value = numberOf(view, kind);
    if (name === 'id') this.#cursor = BigInt(value);
    else if (name === 'ok') this.#ok = Number(value) === 1;
    else this.#code = Number(value);
  }

  *#value(kind: number): Steps {
    const size = FIXED.get(kind);
    if (size !== undefined) yield* this.#skip(size);
    else if (kind === REGULAR_EXPRESSION) {
      yield* this.#name(Number.POSITIVE_INFINITY);
      yield* this.#name(Number.POSITIVE_INFINITY);
    } else {
      const length = (yield* this.#read(4)).getInt32(0, true);
      if (length < 0) throw malformed();
      if (TEXTS.includes(kind)) yield* this.#skip(length);
      else if (SIZED.includes(kind)) yield* this.#skip(length - 4);
      else if (kind === BINARY) yield* this.#skip(length + 1);
      else if (kind === DB_POINTER) yield* this.#skip(length + 12);
      else throw malformed();
    }
  }

  *#name(max = MAX_NAME_BYTES): Steps<string> {
    let name = '';
    for (let count = 0; ; count++) {
      const byte = (yield* this.#read(1)).getUint8(0);
      if (byte === 0) return name;
      if (count > max) throw malformed();
      if (count < MAX_NAME_BYTES) name += String.fromCharCode(byte);
    }
  }

  *#text(): Steps<string> {
    const length = (yield* this.#read(4)).getInt32(0, true);
    if (length < 1 || length > MAX_NAME_BYTES) throw malformed();
    const view = yield* this.#read(length);
    return new TextDecoder().decode(view.buffer.slice(0, length - 1) as ArrayBuffer);
  }

  *#read(length: number): Steps<DataView> {
    this.#left -= length;
    if (this.#left < 0) throw malformed();
    return yield length;
  }

  *#skip(length: number): Steps {
    this.#left -= length;
    if (this.#left < 0 || length < 0) throw malformed();
    if (length > 0) yield -length;
  }
}

function numberOf(view: DataView, kind: number): number | bigint {
  if (kind === INT64) return view.getBigInt64(0, true);
  if (kind === INT32) return view.getInt32(0, true);
  if (kind === BOOLEAN) return view.getUint8(0);
  const double = kind === DOUBLE ? view.getFloat64(0, true) : 0;
  return Number.isSafeInteger(double) ? double : 0;
}

function malformed(): Error {
  return protocolError('a pooled connection got what is no reply');
}
