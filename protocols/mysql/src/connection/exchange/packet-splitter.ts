// Cuts what arrives, in any pieces, into payloads (protocol, "MySQL Packets"). It sets no memory aside for a payload that is
// too long, and looks at none.
import { Buffer } from 'node:buffer';
import { ReceiveBuffer } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { HEADER_BYTES, MAX_PAYLOAD_BYTES } from '../../wire/encode.ts';
import type { PacketReader } from '../../wire/packet-reader.ts';

/** Room for a network read behind a packet that has not come whole. */
const SLACK_BYTES = 131_072;

/** `push` what arrived, then take `next` until there is none, and `keep` before the next network read. */
export class PacketSplitter {
  /** The number of the payload's first packet. */
  sequence = 0;
  /** How many packets the payload came in. */
  packets = 1;
  /** How many more bytes complete the packet that has begun; at least 1. */
  wanted = 1;
  readonly #maxBytes: number;
  readonly #buffer: ReceiveBuffer;
  #bytes: Buffer = Buffer.alloc(0);
  /** The beginning of a payload that goes on in the next packet. */
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  #firstSequence = 0;

  /** @param maxBytes The longest payload. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#buffer = new ReceiveBuffer(Math.min(maxBytes, MAX_PAYLOAD_BYTES) + SLACK_BYTES);
  }

  /** Takes a chunk, which is valid up to `keep`. */
  push(chunk: Uint8Array): void {
    const buffer = this.#buffer;
    buffer.push(chunk);
    // A view of its own for each chunk: the text of the last one is remembered by its view.
    this.#bytes = Buffer.from(buffer.bytes.buffer, buffer.bytes.byteOffset, buffer.end);
  }

  /** Lets go of the chunk. */
  keep(): void {
    this.#buffer.keep();
  }

  /**
   * Points `reader` at the next payload.
   * @returns False until more has come.
   * @throws FairleadError `limit` for a payload that is too long, before it has come.
   */
  next(reader: PacketReader): boolean {
    const buffer = this.#buffer;
    const { start, end } = buffer;
    const bytes = this.#bytes;
    const body = start + HEADER_BYTES;
    this.wanted = 1;
    if (body > end) return false;
    const length = (bytes[start] ?? 0) | ((bytes[start + 1] ?? 0) << 8) | ((bytes[start + 2] ?? 0) << 16);
    if (this.#partBytes + length > this.#maxBytes) throw this.#tooLong();
    const next = body + length;
    if (next > end) {
      this.wanted = next - end;
      buffer.reserve(next - start);
      return false;
    }
    buffer.start = next;
    this.sequence = bytes[start + 3] ?? 0;
    this.packets = 1;
    if (length < MAX_PAYLOAD_BYTES && this.#parts.length === 0) {
      reader.reset(bytes, body, next);
      return true;
    }
    if (this.#parts.length === 0) this.#firstSequence = this.sequence;
    this.#parts.push(Uint8Array.prototype.slice.call(bytes, body, next));
    this.#partBytes += length;
    if (length === MAX_PAYLOAD_BYTES) return this.next(reader);
    this.#join(reader);
    return true;
  }

  /** A payload of several packets has come whole. */
  #join(reader: PacketReader): void {
    this.sequence = this.#firstSequence;
    this.packets = this.#parts.length;
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#partBytes = 0;
    reader.reset(whole, 0, whole.length);
  }

  #tooLong(): FairleadError {
    const message = `The server sent a packet of more than ${this.#maxBytes} bytes (limits.maxPacketBytes).`;
    return new FairleadError('limit', message, { blame: 'peer' });
  }
}
