// Encodes COM_STMT_EXECUTE (protocol, "COM_STMT_EXECUTE") in storage that many commands share.
import { Buffer } from 'node:buffer';
import { Writer } from '@fairlead/bytes';
import { isWhole, type WireParameter } from '../values/parameters.ts';
import { TYPE } from './column-types.ts';
import { COMMAND, HEADER_BYTES } from './encode.ts';

const UNSIGNED = 0x80;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
/** Command, statement, cursor flags, iterations. */
const EXECUTE_HEAD_BYTES = 10;
/** The most that a length before a content takes. */
const LENGTH_BYTES = 9;
/** Up to this many characters a loop beats the call into the encoder, and their length fits into one byte. */
const SHORT = 80;

/** Numbers of eight bytes, which are not aligned in a packet. */
const wide = new DataView(new ArrayBuffer(8));
const wideBytes = new Uint8Array(wide.buffer);

/** Whether a whole number is sent as INT, as the server takes a literal of the same value; else it is a BIGINT. */
const isSmall = (value: number): boolean => value === (value | 0);

/** The largest size that these parameters can have, in bytes. */
export function sizeOfValues(values: readonly WireParameter[]): number {
  let bytes = 0;
  for (const value of values) {
    if (typeof value === 'string') bytes += LENGTH_BYTES + 3 * value.length;
    else bytes += value instanceof Uint8Array ? LENGTH_BYTES + value.length : 8;
  }
  return bytes;
}

/** COM_STMT_EXECUTE, without a server-side cursor, with the parameters' types: a whole packet, numbered 0, of less than 16 MiB. */
export function writeExecute(writer: Writer, id: number, values: readonly WireParameter[]): void {
  const count = values.length;
  const nullBytes = (count + 7) >> 3;
  writer.ensure(HEADER_BYTES + EXECUTE_HEAD_BYTES + nullBytes + 1 + 2 * count + sizeOfValues(values));
  const { bytes, at: start } = writer;
  const nullsAt = start + HEADER_BYTES + EXECUTE_HEAD_BYTES;
  /** The mark that types follow. */
  const markAt = nullsAt + nullBytes;
  bytes.fill(0, start, markAt);
  bytes[start + HEADER_BYTES] = COMMAND.execute;
  writeUint32(bytes, id, start + HEADER_BYTES + 1);
  bytes[start + HEADER_BYTES + 6] = 1;
  writer.at = count === 0 ? nullsAt : markAt + 1 + 2 * count;
  if (count > 0) bytes[markAt] = 1;
  for (let i = 0; i < count; i += 1) {
    const value = values[i] ?? null;
    const nullAt = nullsAt + (i >> 3);
    if (value === null) bytes[nullAt] = (bytes[nullAt] ?? 0) | (1 << (i & 7));
    const typeAt = markAt + 1 + 2 * i;
    bytes[typeAt + 1] = 0;
    bytes[typeAt] = writeValue(writer, value, typeAt + 1);
  }
  const length = writer.at - start - HEADER_BYTES;
  bytes[start] = length;
  bytes[start + 1] = length >>> 8;
  bytes[start + 2] = length >>> 16;
}

/** The same as a packet of its own, of any length; its header is not written. */
export function encodeExecute(id: number, values: readonly WireParameter[]): Uint8Array {
  const writer = new Writer(Number.MAX_SAFE_INTEGER);
  writeExecute(writer, id, values);
  return writer.take();
}

/** Writes a parameter's bytes, and its flags at `flagsAt`. @returns Its type. */
function writeValue(writer: Writer, value: WireParameter, flagsAt: number): number {
  if (value === null) return TYPE.null;
  if (typeof value === 'string') {
    writeString(writer, value);
    return TYPE.varString;
  }
  if (typeof value === 'number') return writeNumber(writer, value);
  if (typeof value === 'bigint') {
    if (value > MAX_INT64) writer.bytes[flagsAt] = UNSIGNED;
    writeInt64(writer, value);
    return TYPE.longlong;
  }
  writeLength(writer, value.length);
  writer.raw(value);
  return TYPE.blob;
}

function writeNumber(writer: Writer, value: number): number {
  if (!isWhole(value)) {
    wide.setFloat64(0, value, true);
    writer.raw(wideBytes);
    return TYPE.double;
  }
  if (!isSmall(value)) {
    writeInt64(writer, BigInt(value));
    return TYPE.longlong;
  }
  writeUint32(writer.bytes, value, writer.at);
  writer.at += 4;
  return TYPE.long;
}

function writeUint32(bytes: Uint8Array, value: number, at: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

function writeInt64(writer: Writer, value: bigint): void {
  wide.setBigUint64(0, BigInt.asUintN(64, value), true);
  writer.raw(wideBytes);
}

function writeString(writer: Writer, text: string): void {
  const { bytes, at } = writer;
  const { length } = text;
  if (length <= SHORT) {
    let i = 0;
    for (; i < length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) break;
      bytes[at + 1 + i] = code;
    }
    if (i === length) {
      bytes[at] = length;
      writer.at = at + 1 + length;
      return;
    }
  }
  writeLength(writer, Buffer.byteLength(text));
  writer.utf8(text);
}

/** Writes the length before a content. */
function writeLength(writer: Writer, length: number): void {
  const { bytes } = writer;
  if (length < 0xfb) {
    bytes[writer.at] = length;
    writer.at += 1;
    return;
  }
  const [mark, size] = length < 0x1_0000 ? [0xfc, 2] : length < 0x100_0000 ? [0xfd, 3] : [0xfe, 8];
  bytes[writer.at] = mark;
  // No content here has 4 GiB.
  wide.setBigUint64(0, BigInt(length), true);
  bytes.set(wideBytes.subarray(0, size), writer.at + 1);
  writer.at += 1 + size;
}
