// Writes values as BSON (bsonspec.org, version 1.1) into growing memory, as `serialize` of `bson` does, in one walk. What `bson` changes
// without a word is refused: integers that int64 does not hold, dates that are none, documents without an end.
import type { Code, Document } from 'bson';
import { cannotSend } from '../../errors.ts';
import { COMMAND_EXTRA_BYTES, MAX_BSON_BYTES, MAX_DEPTH } from '../protocol.ts';
import { classWriter, type ElementWriter } from './class-writers.ts';
import { checkFields, isScalar, noBson, unfit } from './unfit.ts';

/** The largest document that any server takes, a command's. */
const MAX_BYTES = MAX_BSON_BYTES + COMMAND_EXTRA_BYTES;
/** Room for a kind, the NUL behind a name and the longest value of a fixed size. */
const FIXED_BYTES = 24;
/** Shorter texts are taken letter by letter, while they are ASCII. */
const SHORT = 40;
/** Longer texts are encoded before room is made: for three bytes a letter there would be too much. */
const LONG = 8192;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const INT64_HIGH = 0x1_0000_0000;

const utf8 = /* @__PURE__ */ new TextEncoder();

/** One writer writes document behind document. */
export class BsonWriter implements ElementWriter {
  /** What was written stands before `at`. A longer one takes its place when it is full. */
  bytes: Uint8Array;
  at: number;
  /** Where the document that is being written begins, with the room before it. */
  #start: number;
  #view: DataView;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = this.#start = at;
    this.#view = new DataView(bytes.buffer);
  }

  /**
   * Writes a document.
   * @param space Zeros before it.
   * @returns Where the zeros begin.
   * @throws FairleadError `usage` for values that BSON does not hold, `limit` where it is too large; what a `toBSON` throws.
   */
  write(document: Document, space: number): number {
    if (isScalar(document)) throw unfit('it is no document');
    this.#start = this.at;
    this.#reserve(space);
    this.at += space;
    this.document(document, 0);
    if (this.at - this.#start - space > MAX_BYTES) throw tooLarge();
    return this.#start;
  }

  /** A document's or an array's fields, between their size and their end. */
  document(given: object, depth: number): void {
    if (depth > MAX_DEPTH) {
      throw cannotSend('usage', `A document is nested more than ${MAX_DEPTH} deep, or holds itself`);
    }
    this.#reserve(FIXED_BYTES);
    // As an offset: the memory may move.
    const start = this.at - this.#start;
    this.at += 4;
    if (Array.isArray(given)) {
      for (let i = 0; i < given.length; i++) this.#value(String(i), given[i], depth);
    } else if (given instanceof Map) {
      for (const [name, value] of given) this.#value(String(name), value, depth);
    } else {
      const fields: unknown = ownForm(given);
      if (typeof fields !== 'object' || fields === null) throw unfit('toBSON gave no document');
      checkFields(fields);
      for (const name of Object.keys(fields)) this.#value(name, (fields as Document)[name], depth);
    }
    this.#reserve(1);
    this.bytes[this.at++] = 0;
    this.#sizeAt(start);
  }

  #value(name: string, given: unknown, depth: number): void {
    const type = typeof given;
    if (type === 'string') this.text(2, name, given as string);
    else if (type === 'number') this.#number(name, given as number);
    else if (type === 'boolean') this.#boolean(name, given as boolean);
    else if (type === 'bigint') this.#bigint(name, given as bigint);
    // Undefined as with the official driver: left out, it would make a filter match more.
    else if (given === undefined || given === null) this.head(10, name);
    else if (type === 'object') this.#object(name, given, depth);
    // Left out of a filter, it would match more.
    else throw noBson(`A ${type}`);
  }

  #object(name: string, given: object, depth: number): void {
    const value = ownForm(given);
    if (typeof value !== 'object' || value === null) {
      this.#value(name, value, depth);
    } else if ('_bsontype' in value && value._bsontype != null) {
      classWriter(value, String(value._bsontype))(this, name, value as never, depth + 1);
    } else if (Array.isArray(value)) {
      this.head(4, name);
      this.document(value, depth + 1);
    } else if (value instanceof Date) {
      this.#date(name, value.getTime());
    } else if (value instanceof Uint8Array) {
      this.binary(name, value, 0);
    } else if (value instanceof RegExp) {
      const { source, ignoreCase, global, multiline } = value;
      this.pattern(name, source, `${ignoreCase ? 'i' : ''}${global ? 's' : ''}${multiline ? 'm' : ''}`);
    } else {
      this.head(3, name);
      this.document(value, depth + 1);
    }
  }

  /** An element's kind and name, with room for a value of a fixed size. */
  head(kind: number, name: string): void {
    this.#reserve(FIXED_BYTES);
    this.bytes[this.at++] = kind;
    this.#nulText(name);
  }

  #number(name: string, value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) this.int32(name, value);
    else this.double(name, value);
  }

  #boolean(name: string, value: boolean): void {
    this.head(8, name);
    this.bytes[this.at++] = value ? 1 : 0;
  }

  int32(name: string, value: number): void {
    this.head(16, name);
    this.#int32(value);
  }

  double(name: string, value: number): void {
    this.head(1, name);
    this.#view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** 64 bits as two halves. */
  halves(kind: number, name: string, low: number, high: number): void {
    this.head(kind, name);
    this.#int32(low);
    this.#int32(high);
  }

  #bigint(name: string, value: bigint): void {
    if (value > MAX_INT64 || value < -MAX_INT64 - 1n) {
      throw cannotSend('usage', 'An integer does not fit into the 64 bits of BSON; use Decimal128 or a text');
    }
    this.head(18, name);
    this.#view.setBigInt64(this.at, value, true);
    this.at += 8;
  }

  #date(name: string, time: number): void {
    if (Number.isNaN(time)) throw cannotSend('usage', 'A date is invalid');
    this.halves(9, name, time, Math.floor(time / INT64_HIGH));
  }

  fixed(kind: number, name: string, value: Uint8Array): void {
    this.head(kind, name);
    this.#put(value);
  }

  binary(name: string, value: Uint8Array, subtype: number): void {
    this.head(5, name);
    // Subtype 2, of old, has its size once more inside.
    const isOld = subtype === 2;
    this.#int32(value.length + (isOld ? 4 : 0));
    this.bytes[this.at++] = subtype;
    if (isOld) this.#int32(value.length);
    this.#reserve(value.length);
    this.#put(value);
  }

  text(kind: number, name: string, text: string): void {
    this.head(kind, name);
    this.#sizedText(text);
  }

  pattern(name: string, pattern: string, options: string): void {
    this.head(11, name);
    this.#nulText(pattern);
    this.#nulText(options);
  }

  code(name: string, { code, scope }: Code, depth: number): void {
    if (typeof scope !== 'object' || scope === null) {
      this.text(13, name, code);
      return;
    }
    this.head(15, name);
    const start = this.at - this.#start;
    this.at += 4;
    this.#sizedText(code);
    this.document(scope, depth);
    this.#sizeAt(start);
  }

  #sizedText(text: string): void {
    const start = this.at - this.#start;
    this.at += 4;
    this.#utf8(text);
    this.bytes[this.at++] = 0;
    this.#view.setInt32(this.#start + start, this.at - this.#start - start - 4, true);
  }

  /** A text that ends with NUL, and so holds none. */
  #nulText(text: string): void {
    if (text.includes('\0')) throw unfit('a name or a pattern holds NUL');
    this.#utf8(text);
    this.bytes[this.at++] = 0;
  }

  /** A text's bytes, with room behind them for a value of a fixed size. */
  #utf8(text: string): void {
    const { length } = text;
    if (length > MAX_BYTES) throw tooLarge();
    if (length > LONG) {
      const encoded = utf8.encode(text);
      this.#reserve(encoded.length + FIXED_BYTES);
      this.#put(encoded);
      return;
    }
    this.#reserve(length * 3 + FIXED_BYTES);
    const { bytes, at } = this;
    if (length < SHORT) {
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0x7f) break;
        bytes[at + i] = code;
      }
      if (i === length) {
        this.at += length;
        return;
      }
    }
    this.at += utf8.encodeInto(text, bytes.subarray(at)).written;
  }

  #put(value: Uint8Array): void {
    this.bytes.set(value, this.at);
    this.at += value.length;
  }

  #int32(value: number): void {
    this.#view.setInt32(this.at, value, true);
    this.at += 4;
  }

  /** Writes how much stands behind `start`, in the four bytes there. */
  #sizeAt(start: number): void {
    this.#view.setInt32(this.#start + start, this.at - this.#start - start, true);
  }

  #reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#grow(count);
  }

  /** Moves the document that is being written, and nothing before it. */
  #grow(count: number): void {
    const written = this.bytes.subarray(this.#start, this.at);
    const need = written.length + count;
    // Room is for the worst case: three bytes a letter.
    if (need > MAX_BYTES + 4 * LONG) throw tooLarge();
    this.bytes = new Uint8Array(Math.max(need * 2, SLAB_BYTES));
    this.bytes.set(written);
    this.#view = new DataView(this.bytes.buffer);
    this.at = written.length;
    this.#start = 0;
  }
}

/** Memory for short documents, one behind another, none of which is written twice. */
export const SLAB_BYTES = 16_384;

/** What an object wants to be written as. */
function ownForm(value: object): unknown {
  return 'toBSON' in value && typeof value.toBSON === 'function' ? value.toBSON() : value;
}

function tooLarge(): Error {
  return cannotSend('limit', `A document is larger than the ${MAX_BSON_BYTES} bytes that MongoDB takes`);
}
