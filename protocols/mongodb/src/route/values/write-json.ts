// BSON documents as JSON text, from their bytes: nothing is decoded into values first. Canonical extended JSON keeps every type; plain
// JSON has text where JSON lacks the type. The bytes were checked when they came.
import { toBase64 } from '@fairlead/bytes';
import { Decimal128 } from 'bson';
import { protocolError } from '../../errors.ts';

/** The two shapes of answers. */
export type JsonShape = 'json' | 'ejson';

const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

const MAX_DATE_MS = 8_640_000_000_000_000n;
const UUID_SUBTYPE = 4;
const OLD_BINARY_SUBTYPE = 2;

/**
 * One document as JSON text, without line breaks.
 * @throws FairleadError `protocol` for text that is not UTF-8.
 */
export function writeDocument(bytes: Uint8Array, shape: JsonShape): string {
  try {
    return new Writer(bytes, shape).document(0, false);
  } catch (cause) {
    throw protocolError('a document holds text that is not UTF-8', cause);
  }
}

class Writer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #isCanonical: boolean;
  #at = 0;

  constructor(bytes: Uint8Array, shape: JsonShape) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#isCanonical = shape === 'ejson';
  }

  document(start: number, isArray: boolean): string {
    this.#at = start + 4;
    let text = '';
    for (let kind = this.#bytes[this.#at++]; kind; kind = this.#bytes[this.#at++]) {
      const name = this.#cstring();
      const value = this.#value(kind);
      const member = isArray ? value : `${JSON.stringify(name)}:${value}`;
      text = text === '' ? member : `${text},${member}`;
    }
    return isArray ? `[${text}]` : `{${text}}`;
  }

  #value(kind: number): string {
    switch (kind) {
      case 1:
        return this.#double(this.#view.getFloat64(this.#skip(8), true));
      case 2:
        return JSON.stringify(this.#string());
      case 3:
        return this.document(this.#at, false);
      case 4:
        return this.document(this.#at, true);
      case 5:
        return this.#binary();
      case 7:
        return this.#wrapped('$oid', hex(this.#take(12)));
      case 8:
        return this.#bytes[this.#skip(1)] === 1 ? 'true' : 'false';
      case 9:
        return this.#date(this.#view.getBigInt64(this.#skip(8), true));
      case 10:
        return 'null';
      case 16:
        return this.#int32(this.#view.getInt32(this.#skip(4), true));
      case 18:
        return this.#int64(this.#view.getBigInt64(this.#skip(8), true));
      case 19:
        return this.#wrapped('$numberDecimal', new Decimal128(this.#take(16).slice()).toString());
      default:
        return this.#rare(kind);
    }
  }

  /** What has the same form in both shapes. */
  #rare(kind: number): string {
    switch (kind) {
      case 6:
        return '{"$undefined":true}';
      case 11: {
        const pattern = JSON.stringify(this.#cstring());
        return `{"$regularExpression":{"pattern":${pattern},"options":${JSON.stringify(this.#cstring())}}}`;
      }
      case 12: {
        const name = JSON.stringify(this.#string());
        return `{"$dbPointer":{"$ref":${name},"$id":{"$oid":"${hex(this.#take(12))}"}}}`;
      }
      case 13:
        return `{"$code":${JSON.stringify(this.#string())}}`;
      case 14:
        return `{"$symbol":${JSON.stringify(this.#string())}}`;
      case 15: {
        this.#skip(4);
        const code = JSON.stringify(this.#string());
        return `{"$code":${code},"$scope":${this.document(this.#at, false)}}`;
      }
      case 17: {
        const at = this.#skip(8);
        return `{"$timestamp":{"t":${this.#view.getUint32(at + 4, true)},"i":${this.#view.getUint32(at, true)}}}`;
      }
      default:
        return kind === 0xff ? '{"$minKey":1}' : '{"$maxKey":1}';
    }
  }

  #double(value: number): string {
    // -0 has no other text.
    const text = Object.is(value, -0) ? '-0' : String(value);
    if (!this.#isCanonical) return Number.isFinite(value) ? text : `"${text}"`;
    return `{"$numberDouble":"${Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text}"}`;
  }

  #int32(value: number): string {
    return this.#isCanonical ? `{"$numberInt":"${value}"}` : String(value);
  }

  /** In plain JSON a text where JavaScript would round the number. */
  #int64(value: bigint): string {
    if (this.#isCanonical) return `{"$numberLong":"${value}"}`;
    return Number.isSafeInteger(Number(value)) ? String(value) : `"${value}"`;
  }

  #date(milliseconds: bigint): string {
    if (this.#isCanonical) return `{"$date":{"$numberLong":"${milliseconds}"}}`;
    const isDate = milliseconds <= MAX_DATE_MS && milliseconds >= -MAX_DATE_MS;
    return isDate ? JSON.stringify(new Date(Number(milliseconds))) : `"${milliseconds}"`;
  }

  #binary(): string {
    const length = this.#view.getInt32(this.#skip(4), true);
    const subtype = this.#bytes[this.#skip(1)] ?? 0;
    const all = this.#take(length);
    // The old kind has its length once more inside.
    const data = subtype === OLD_BINARY_SUBTYPE ? all.subarray(4) : all;
    if (!this.#isCanonical)
      return `"${subtype === UUID_SUBTYPE && length === 16 ? uuid(data) : toBase64(data)}"`;
    const type = subtype.toString(16).padStart(2, '0');
    return `{"$binary":{"base64":"${toBase64(data)}","subType":"${type}"}}`;
  }

  #wrapped(name: string, text: string): string {
    return this.#isCanonical ? `{"${name}":"${text}"}` : `"${text}"`;
  }

  #cstring(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const text = utf8.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }

  #string(): string {
    const length = this.#view.getInt32(this.#skip(4), true);
    return utf8.decode(this.#take(length).subarray(0, -1));
  }

  #take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, this.#at);
  }

  /** @returns Where the skipped bytes begin. */
  #skip(length: number): number {
    const at = this.#at;
    this.#at += length;
    return at;
  }
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

function uuid(bytes: Uint8Array): string {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
