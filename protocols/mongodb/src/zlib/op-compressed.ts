// OP_COMPRESSED as bytes: a message around another one's compressed body. It compresses nothing itself.
import { protocolError } from '../errors.ts';
import { HEADER_BYTES, int32, OP_COMPRESSED, OP_MSG, putInt32 } from '../wire/protocol.ts';

/** The header, the kind inside, the length inside, the compressor. */
const BODY_AT = HEADER_BYTES + 4 + 4 + 1;

/** OP_COMPRESSED around a message. @param body What was behind the message's header, compressed. */
export function encodeCompressed(message: Uint8Array, body: Uint8Array, compressor: number): Uint8Array {
  const bytes = new Uint8Array(BODY_AT + body.length);
  bytes.set(message.subarray(0, HEADER_BYTES));
  putInt32(bytes, 0, bytes.length);
  putInt32(bytes, 12, OP_COMPRESSED);
  putInt32(bytes, HEADER_BYTES, OP_MSG);
  putInt32(bytes, HEADER_BYTES + 4, message.length - HEADER_BYTES);
  bytes[BODY_AT - 1] = compressor;
  bytes.set(body, BODY_AT);
  return bytes;
}

/** What OP_COMPRESSED holds. */
export interface Compressed {
  readonly compressor: number;
  /** Bytes of the message's body when it is inflated; within the cap. */
  readonly size: number;
  readonly body: Uint8Array;
}

/**
 * The parts of a compressed reply, before anything is inflated.
 * @param maxBytes Of the whole message inside.
 * @throws FairleadError `protocol`.
 */
export function decodeCompressed(bytes: Uint8Array, maxBytes: number): Compressed {
  if (bytes.length < BODY_AT) throw protocolError('a compressed message is too short');
  const inner = int32(bytes, HEADER_BYTES);
  if (inner !== OP_MSG) throw protocolError(`a compressed message holds one of the kind ${inner}`);
  const size = int32(bytes, HEADER_BYTES + 4);
  if (size < 0 || size > maxBytes - HEADER_BYTES) {
    throw protocolError(`a compressed message of ${size} bytes is over the limit of ${maxBytes}`);
  }
  return { compressor: bytes[BODY_AT - 1] ?? 0, size, body: bytes.subarray(BODY_AT) };
}

/** The message that was compressed. @param body Inflated, of the declared size. */
export function inflatedMessage(bytes: Uint8Array, body: Uint8Array): Uint8Array {
  const whole = new Uint8Array(HEADER_BYTES + body.length);
  whole.set(bytes.subarray(0, HEADER_BYTES));
  putInt32(whole, 0, whole.length);
  putInt32(whole, 12, OP_MSG);
  whole.set(body, HEADER_BYTES);
  return whole;
}
