// Encodes commands (protocol, "Command Phase"). It does not write packet headers: the driver does.
import { Buffer } from 'node:buffer';
import { isWhole, type WireParameter } from '../values/parameters.ts';
import { TYPE } from './column-types.ts';

const COM_QUIT = 0x01;
const COM_QUERY = 0x03;
const COM_STMT_PREPARE = 0x16;
const COM_STMT_EXECUTE = 0x17;
const COM_STMT_CLOSE = 0x19;

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
  return withText(COM_QUERY, sql);
}

/** COM_STMT_PREPARE. */
export function encodePrepare(sql: string): Buffer {
  return withText(COM_STMT_PREPARE, sql);
}

/** COM_STMT_CLOSE, which has no reply. */
export function encodeCloseStatement(id: number): Buffer {
  const packet = Buffer.alloc(HEADER_BYTES + 5);
  packet[HEADER_BYTES] = COM_STMT_CLOSE;
  packet.writeUInt32LE(id, HEADER_BYTES + 1);
  return packet;
}

/** COM_QUIT as a whole packet, header included. */
export function encodeQuit(): Uint8Array {
  return Uint8Array.of(1, 0, 0, 0, COM_QUIT);
}

/** A parameter's type, flags and bytes. */
interface Encoded {
  readonly type: number;
  readonly flags: number;
  readonly bytes: Buffer | undefined;
}

function encodeParameter(value: WireParameter): Encoded {
  if (value === null) return { type: TYPE.null, flags: 0, bytes: undefined };
  if (typeof value === 'string')
    return { type: TYPE.varString, flags: 0, bytes: lengthEncoded(Buffer.from(value)) };
  if (typeof value === 'bigint') return integer(value);
  if (typeof value === 'number') {
    if (isWhole(value)) return value === (value | 0) ? small(value) : integer(BigInt(value));
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeDoubleLE(value);
    return { type: TYPE.double, flags: 0, bytes };
  }
  return { type: TYPE.blob, flags: 0, bytes: lengthEncoded(value) };
}

/** INT or BIGINT, as the server takes a literal of the same value. */
function small(value: number): Encoded {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32LE(value);
  return { type: TYPE.long, flags: 0, bytes };
}

function integer(value: bigint): Encoded {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return { type: TYPE.longlong, flags: value > MAX_INT64 ? UNSIGNED : 0, bytes };
}

function lengthEncoded(bytes: Uint8Array): Buffer {
  const { length } = bytes;
  const head =
    length < 0xfb
      ? Buffer.of(length)
      : length < 0x1_0000
        ? Buffer.of(0xfc, length & 0xff, length >> 8)
        : length < 0x100_0000
          ? Buffer.of(0xfd, length & 0xff, (length >> 8) & 0xff, length >> 16)
          : longLength(length);
  return Buffer.concat([head, bytes]);
}

function longLength(length: number): Buffer {
  const head = Buffer.alloc(9);
  head[0] = 0xfe;
  head.writeUIntLE(length, 1, 6);
  return head;
}

/** COM_STMT_EXECUTE, without a server-side cursor, with the parameters' types. */
export function encodeExecute(id: number, values: readonly WireParameter[]): Buffer {
  const encoded = values.map(encodeParameter);
  const bitmapBytes = values.length === 0 ? 0 : (values.length + 7) >> 3;
  const head = Buffer.alloc(
    HEADER_BYTES + EXECUTE_HEAD_BYTES + bitmapBytes + (values.length === 0 ? 0 : 1 + 2 * values.length),
  );
  let at = HEADER_BYTES;
  head[at] = COM_STMT_EXECUTE;
  head.writeUInt32LE(id, at + 1);
  head.writeUInt32LE(1, at + 6);
  at += EXECUTE_HEAD_BYTES;
  if (values.length === 0) return head;
  encoded.forEach(({ bytes }, i) => {
    if (bytes === undefined) head[at + (i >> 3)] = (head[at + (i >> 3)] ?? 0) | (1 << (i & 7));
  });
  at += bitmapBytes;
  head[at] = 1;
  at += 1;
  for (const { type, flags } of encoded) {
    head[at] = type;
    head[at + 1] = flags;
    at += 2;
  }
  return Buffer.concat([head, ...encoded.map(({ bytes }) => bytes ?? Buffer.alloc(0))]);
}
