// The windows of a channel (RFC 4254 section 5.2): how much each side may send. It counts, and sends nothing.
import { protocolError } from '../errors.ts';

/** How much the server may send ahead. At 50 ms of round trip that is 40 MB/s. */
export const WINDOW_BYTES = 2_097_152;
/** The largest packet of data in both directions; OpenSSH sends none that is larger. */
export const MAX_PACKET_BYTES = 32_768;
/** The largest window (RFC 4254 section 5.2). */
const MAX_WINDOW_BYTES = 0xffff_ffff;

/** What the server may send. */
export class ReceiveWindow {
  #left: number = WINDOW_BYTES;
  /** Bytes that the consumer has taken, and of which the server was not told. */
  #taken = 0;

  /** Counts what came. @throws FairleadError `protocol` for more than was allowed. */
  receive(bytes: number): void {
    if (bytes > this.#left) {
      throw protocolError(`The server sent ${bytes} bytes into a window of ${this.#left}`);
    }
    this.#left -= bytes;
  }

  /**
   * Counts what the consumer has taken.
   * @returns How much the window grows, for CHANNEL_WINDOW_ADJUST; 0 until half of it is used.
   */
  take(bytes: number): number {
    this.#taken += bytes;
    const grown = this.#taken;
    if (grown < WINDOW_BYTES / 2) return 0;
    this.#taken = 0;
    this.#left += grown;
    return grown;
  }
}

/** What this side may send. */
export class SendWindow {
  #left = 0;
  #maxPacket = MAX_PACKET_BYTES;

  /** Whether something may be sent. */
  get isOpen(): boolean {
    return this.#left > 0;
  }

  /** Begins with what the server has said. @throws FairleadError `protocol` for packets that can hold nothing. */
  begin(window: number, maxPacket: number): void {
    if (maxPacket === 0) throw protocolError('The server takes packets of 0 bytes');
    this.#left = window;
    this.#maxPacket = Math.min(maxPacket, MAX_PACKET_BYTES);
  }

  /** @throws FairleadError `protocol` for a sum above 2^32 - 1. */
  grow(bytes: number): void {
    this.#left += bytes;
    if (this.#left > MAX_WINDOW_BYTES) throw protocolError('A window grew beyond 2^32 - 1 bytes');
  }

  /** Takes what the next packet may hold. @returns 0 to `wanted` bytes. */
  take(wanted: number): number {
    const bytes = Math.min(wanted, this.#left, this.#maxPacket);
    this.#left -= bytes;
    return bytes;
  }
}
