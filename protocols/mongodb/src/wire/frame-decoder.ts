// Puts messages together from what arrives. It reads nothing but their headers, and never holds more than one message.
import { protocolError } from '../errors.ts';
import { type Frame, HEADER_BYTES, int32, MAX_MESSAGE_BYTES } from './protocol.ts';

/** So much room is set aside before the bytes are there; more comes with them. */
const FIRST_ROOM = 1 << 20;

/** The decoder of one connection. */
export class FrameDecoder {
  /** The longest message that is taken. */
  maxBytes: number = MAX_MESSAGE_BYTES;
  #bytes: Uint8Array = new Uint8Array(0);
  #filled = 0;
  /** The message's length, once its first four bytes are here. */
  #length = 0;

  /** How many bytes the message still needs, as far as that is known: at least 1. */
  get wanted(): number {
    return (this.#length === 0 ? HEADER_BYTES : this.#length) - this.#filled;
  }

  /** Whether a message has begun and is not whole. */
  get isInside(): boolean {
    return this.#filled > 0;
  }

  /**
   * Takes what a read returned; it is copied.
   * @returns The message, once it is whole.
   * @throws FairleadError `protocol` for a length that no message has, and for bytes behind the message's end: a server
   *   answers one command with one message.
   */
  push(chunk: Uint8Array): Frame | undefined {
    if (this.#filled === 0 && chunk.length >= HEADER_BYTES) {
      // The usual case: a message that comes whole, alone.
      this.#length = this.#check(int32(chunk, 0));
      if (this.#length === chunk.length) return this.#take(chunk.slice());
    }
    let from = 0;
    if (this.#length === 0) {
      from = Math.min(4 - this.#filled, chunk.length);
      this.#append(chunk.subarray(0, from), HEADER_BYTES);
      if (this.#filled < 4) return undefined;
      this.#length = this.#check(int32(this.#bytes, 0));
    }
    if (chunk.length - from > this.#length - this.#filled) throw behindTheEnd();
    this.#append(chunk.subarray(from), this.#length);
    return this.#filled === this.#length ? this.#take(this.#bytes.subarray(0, this.#length)) : undefined;
  }

  #take(bytes: Uint8Array): Frame {
    this.#bytes = new Uint8Array(0);
    this.#filled = this.#length = 0;
    return { bytes, opCode: int32(bytes, 12) };
  }

  #append(bytes: Uint8Array, length: number): void {
    const need = this.#filled + bytes.length;
    if (need > this.#bytes.length) {
      const room = new Uint8Array(Math.min(length, Math.max(need, this.#bytes.length * 2, FIRST_ROOM)));
      room.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = room;
    }
    this.#bytes.set(bytes, this.#filled);
    this.#filled = need;
  }

  #check(length: number): number {
    if (length >= HEADER_BYTES && length <= this.maxBytes) return length;
    throw protocolError(`a message of ${length} bytes; it has ${HEADER_BYTES} to ${this.maxBytes}`);
  }
}

function behindTheEnd(): Error {
  return protocolError('bytes behind the reply that no command asked for');
}
