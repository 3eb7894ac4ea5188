// Encodes commands (protocol, "Command Phase"). It does not write packet headers: the driver does.
import { Buffer } from 'node:buffer';
import { isWhole, type WireParameter } from '../values/parameters.ts';
import { TYPE } from './column-types.ts';

/** The first bytes of commands. */
export const COMMAND = {
  quit: 0x01,
  initDatabase: 0x02,
  query: 0x03,
  ping: 0x0e,
  prepare: 0x16,
  execute: 0x17,
  closeStatement: 0x19,
  resetConnection: 0x1f,
} as const;

const UNSIGNED = 0x80;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
/** Command, statement, cursor flags, iterations. */
const EXECUTE_HEAD_BYTES = 10;
/** A packet's header: length and number. Leaving room for it before the payload saves a copy. */
export const HEADER_BYTES = 4;

/** A payload with room for its header before it. */
function withText(command: number, text: string): Buffer {
  const size = Buffer.byteLength(text);
  const packet = Buffer.allocUnsafe(HEADER_BYTES + 1 + size);
  packet[HEADER_BYTES] = command;
  packet.write(text, HEADER_BYTES + 1, size, 'utf8');
  return packet;
}

/** COM_QUERY. */
export function encodeQuery(sql: string): Buffer {
  return withText(COMMAND.query, sql);
}

/** COM_STMT_PREPARE. */
export function encodePrepare(sql: string): Buffer {
  return withText(COMMAND.prepare, sql);
}

/** COM_STMT_CLOSE, which has no reply. */
export function encodeCloseStatement(id: number): Buffer {
  const packet = Buffer.alloc(HEADER_BYTES + 5);
  packet[HEADER_BYTES] = COMMAND.closeStatement;
  packet.writeUInt32LE(id, HEADER_BYTES + 1);
  return packet;
}

/** COM_QUIT as a whole packet, header included. */
export function encodeQuit(): Uint8Array {
  return Uint8Array.of(1, 0, 0, 0, COMMAND.quit);
}

/** Whether a whole number is sent as INT, as the server takes a literal of the same value; else it is a BIGINT. */
const isSmall = (value: number): boolean => value === (value | 0);

/** The size of a length-encoded content of so many bytes. */
function lengthEncodedSize(length: number): number {
  if (length < 0xfb) return 1 + length;
  if (length < 0x1_0000) return 3 + length;
  return length < 0x100_0000 ? 4 + length : 9 + length;
}

/** How many bytes a parameter takes, apart from its type. */
function sizeOf(value: WireParameter): number {
  if (value === null) return 0;
  if (typeof value === 'string') return lengthEncodedSize(Buffer.byteLength(value));
  if (typeof value === 'number') return isWhole(value) && isSmall(value) ? 4 : 8;
  return typeof value === 'bigint' ? 8 : lengthEncodedSize(value.length);
}

/** Writes the length before a content. @returns The position behind it. */
function writeLength(packet: Buffer, length: number, at: number): number {
  if (length < 0xfb) return packet.writeUInt8(length, at);
  const [mark, bytes] = length < 0x1_0000 ? [0xfc, 2] : length < 0x100_0000 ? [0xfd, 3] : [0xfe, 6];
  packet[at] = mark;
  packet.writeUIntLE(length, at + 1, bytes);
  if (bytes < 6) return at + 1 + bytes;
  packet.writeUInt16LE(0, at + 7);
  return at + 9;
}

function writeInt64(packet: Buffer, value: bigint, at: number): number {
  return packet.writeBigUInt64LE(BigInt.asUintN(64, value), at);
}

/** Writes a parameter's bytes at `at`, and its type and flags at `typeAt`. @returns The position behind its bytes. */
function writeParameter(packet: Buffer, value: WireParameter, typeAt: number, at: number): number {
  packet[typeAt + 1] = 0;
  if (value === null) {
    packet[typeAt] = TYPE.null;
    return at;
  }
  if (typeof value === 'string') {
    packet[typeAt] = TYPE.varString;
    const start = writeLength(packet, Buffer.byteLength(value), at);
    return start + packet.write(value, start, 'utf8');
  }
  if (typeof value === 'bigint') {
    packet[typeAt] = TYPE.longlong;
    if (value > MAX_INT64) packet[typeAt + 1] = UNSIGNED;
    return writeInt64(packet, value, at);
  }
  if (typeof value !== 'number') {
    packet[typeAt] = TYPE.blob;
    const start = writeLength(packet, value.length, at);
    packet.set(value, start);
    return start + value.length;
  }
  const type = isWhole(value) ? (isSmall(value) ? TYPE.long : TYPE.longlong) : TYPE.double;
  packet[typeAt] = type;
  if (type === TYPE.long) return packet.writeInt32LE(value, at);
  return type === TYPE.double ? packet.writeDoubleLE(value, at) : writeInt64(packet, BigInt(value), at);
}

/** COM_STMT_EXECUTE, without a server-side cursor, with the parameters' types. */
export function encodeExecute(id: number, values: readonly WireParameter[]): Buffer {
  const count = values.length;
  const nullsAt = HEADER_BYTES + EXECUTE_HEAD_BYTES;
  /** The mark that types follow. */
  const markAt = nullsAt + ((count + 7) >> 3);
  let at = count === 0 ? nullsAt : markAt + 1 + 2 * count;
  let size = at;
  for (const value of values) size += sizeOf(value);
  const packet = Buffer.allocUnsafe(size);
  packet.fill(0, 0, markAt);
  packet[HEADER_BYTES] = COMMAND.execute;
  packet.writeUInt32LE(id, HEADER_BYTES + 1);
  packet.writeUInt32LE(1, HEADER_BYTES + 6);
  if (count > 0) packet[markAt] = 1;
  for (let i = 0; i < count; i += 1) {
    const value = values[i] ?? null;
    const nullAt = nullsAt + (i >> 3);
    if (value === null) packet[nullAt] = (packet[nullAt] ?? 0) | (1 << (i & 7));
    at = writeParameter(packet, value, markAt + 1 + 2 * i, at);
  }
  return packet;
}
