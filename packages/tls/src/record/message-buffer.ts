// Puts handshake messages together out of the records that carry them (RFC 8446 section 5.1). It checks a message's length
// before it waits for the rest.
import { TlsFault } from '../fault.ts';
import { MAX_HANDSHAKE_BYTES } from './record.ts';

/** Type and length. */
const HEADER_BYTES = 4;

/** What has arrived of handshake messages and was not taken yet. */
export class MessageBuffer {
  #bytes = new Uint8Array(0);
  #start = 0;
  #end = 0;
  /** Bytes that came since `restart`. */
  #total = 0;

  /** How many bytes wait. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Begins to count anew: the handshake is over, or a message that followed it is. */
  restart(): void {
    this.#total = this.length;
  }

  /**
   * Takes the content of a handshake record.
   * @throws TlsFault where that is too much.
   */
  push(content: Uint8Array): void {
    this.#total += content.length;
    if (this.#total > MAX_HANDSHAKE_BYTES) throw tooLong();
    if (this.#end + content.length > this.#bytes.length) this.#grow(this.length + content.length);
    this.#bytes.set(content, this.#end);
    this.#end += content.length;
  }

  /** The next message, its header included, as a copy; `undefined` where it is not there as a whole. */
  take(): Uint8Array | undefined {
    if (this.length < HEADER_BYTES) return undefined;
    const at = this.#start;
    const size =
      ((this.#bytes[at + 1] ?? 0) << 16) | ((this.#bytes[at + 2] ?? 0) << 8) | (this.#bytes[at + 3] ?? 0);
    const length = HEADER_BYTES + size;
    if (length > MAX_HANDSHAKE_BYTES) throw tooLong();
    if (this.length < length) return undefined;
    const message = this.#bytes.slice(at, at + length);
    this.#start += length;
    return message;
  }

  /** Doubling keeps the copying linear when messages come byte by byte. */
  #grow(bytes: number): void {
    const next = new Uint8Array(Math.max(512, bytes * 2));
    next.set(this.#bytes.subarray(this.#start, this.#end));
    this.#end = this.length;
    this.#start = 0;
    this.#bytes = next;
  }
}

function tooLong(): TlsFault {
  return new TlsFault(
    'illegal_parameter',
    `the server's handshake has more than ${MAX_HANDSHAKE_BYTES} bytes`,
  );
}
