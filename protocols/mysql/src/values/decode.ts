// Decodes the values of rows: for each column one decoder for the text protocol and one for the binary protocol, with the
// same results. Values that JavaScript's numbers cannot hold become texts, so that no digit is lost.
import type { Buffer } from 'node:buffer';
import { type ColumnDefinition, isBinary, isJson, isUnsigned, TYPE } from '../wire/column-types.ts';
import { bytesOf, malformed, type PacketReader, textOf } from '../wire/packet-reader.ts';
import { isoFromText, readDate, readDateTime, readTime } from './datetime.ts';
import type { JsonValue, Value } from './value.ts';

/** How values are decoded. */
export interface ValueOptions {
  readonly json: 'parsed' | 'raw';
}

/** Decodes one value that is not NULL: from a text between two positions, or from a reader. */
export interface ValueDecoder {
  readonly fromText: (bytes: Buffer, start: number, end: number) => Value;
  readonly fromBinary: (reader: PacketReader) => Value;
}

const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
/** Every whole number of this many digits fits into a double. */
const SAFE_DIGITS = 15;

/** Reads a whole number of at most 15 digits; leaves other texts to `Number`. */
function numberFromText(bytes: Buffer, start: number, end: number): number {
  const negative = bytes[start] === MINUS;
  let at = negative ? start + 1 : start;
  if (at === end) throw malformed('a number has no digits');
  let value = 0;
  while (at < end && end - start <= SAFE_DIGITS) {
    const digit = bytes[at] ?? 0;
    if (digit < ZERO || digit > NINE) break;
    value = value * 10 + (digit - ZERO);
    at += 1;
  }
  if (at === end) return negative ? -value : value;
  const parsed = Number(bytes.toString('latin1', start, end));
  if (Number.isNaN(parsed)) throw malformed('a number is none');
  return parsed;
}

/** The shortest decimal number that is this FLOAT: 0.1, not 0.10000000149011612. */
function shortestFloat(value: number): number {
  // toPrecision() drops the sign of -0.
  if (value === 0) return value;
  for (let digits = 6; digits < 9; digits += 1) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}

const lengthEncodedText = (reader: PacketReader): string => reader.text();

function lengthEncodedBytes(reader: PacketReader): Uint8Array {
  const length = reader.length();
  if (length < 0) throw malformed('a value is NULL where it cannot be');
  const start = reader.take(length);
  return bytesOf(reader.bytes, start, reader.at);
}

const TEXT: ValueDecoder = { fromText: textOf, fromBinary: lengthEncodedText };
const BYTES: ValueDecoder = { fromText: bytesOf, fromBinary: lengthEncodedBytes };

/** Parses JSON; a text that is no JSON stays a text. */
function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    // MariaDB stores JSON as text, and can be set not to check it.
    if (cause instanceof SyntaxError) return text;
    throw cause;
  }
}

const JSON_PARSED: ValueDecoder = {
  fromText: (bytes, start, end) => parseJson(textOf(bytes, start, end)),
  fromBinary: (reader) => parseJson(reader.text()),
};

const number = (fromBinary: (reader: PacketReader) => number): ValueDecoder => ({
  fromText: numberFromText,
  fromBinary,
});

/** The signed number of these `bits` bits, which are in two's complement. */
const signed = (value: number, bits: 8 | 16): number => (value << (32 - bits)) >> (32 - bits);

const INT8 = number((reader) => signed(reader.uint8(), 8));
const UINT8 = number((reader) => reader.uint8());
const INT16 = number((reader) => signed(reader.uint16(), 16));
const UINT16 = number((reader) => reader.uint16());
const INT32 = number((reader) => reader.uint32() | 0);
const UINT32 = number((reader) => reader.uint32());
const FLOAT = number((reader) => shortestFloat(reader.bytes.readFloatLE(reader.take(4))));
const DOUBLE = number((reader) => reader.bytes.readDoubleLE(reader.take(8)));
const INT64: ValueDecoder = {
  fromText: textOf,
  fromBinary: (reader) => String(BigInt.asIntN(64, reader.uint64())),
};
const UINT64: ValueDecoder = { fromText: textOf, fromBinary: (reader) => String(reader.uint64()) };
const DATE: ValueDecoder = { fromText: textOf, fromBinary: readDate };
const NULL: ValueDecoder = { fromText: () => null, fromBinary: () => null };

/** Without a time zone, even where it is known: servers refuse a text with a zone as a TIMESTAMP. */
function dateTime(decimals: number): ValueDecoder {
  return {
    fromText: (bytes, start, end) => isoFromText(textOf(bytes, start, end)),
    fromBinary: (reader) => readDateTime(reader, decimals),
  };
}

/** TIME: a time of day or a duration. */
function time(decimals: number): ValueDecoder {
  return { fromText: textOf, fromBinary: (reader) => readTime(reader, decimals) };
}

/** The decoders of one column's values. */
export function valueDecoder(column: ColumnDefinition, options: ValueOptions): ValueDecoder {
  if (isJson(column)) return options.json === 'raw' ? TEXT : JSON_PARSED;
  const unsigned = isUnsigned(column);
  switch (column.type) {
    case TYPE.tiny:
      return unsigned ? UINT8 : INT8;
    case TYPE.short:
      return unsigned ? UINT16 : INT16;
    case TYPE.year:
      return UINT16;
    case TYPE.long:
    case TYPE.int24:
      return unsigned ? UINT32 : INT32;
    case TYPE.longlong:
      return unsigned ? UINT64 : INT64;
    case TYPE.float:
      return FLOAT;
    case TYPE.double:
      return DOUBLE;
    case TYPE.null:
      return NULL;
    case TYPE.decimal:
    case TYPE.newdecimal:
      return TEXT;
    case TYPE.date:
    case TYPE.newdate:
      return DATE;
    case TYPE.datetime:
    case TYPE.datetime2:
    case TYPE.timestamp:
    case TYPE.timestamp2:
      return dateTime(column.decimals);
    case TYPE.time:
    case TYPE.time2:
      return time(column.decimals);
    case TYPE.bit:
    case TYPE.geometry:
    case TYPE.vector:
      return BYTES;
    default:
      return isBinary(column) ? BYTES : TEXT;
  }
}
