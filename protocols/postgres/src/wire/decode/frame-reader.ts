// Cuts what arrives, in any pieces, into whole messages of either side. It looks at no body, and sets no memory aside
// for a message that is too long.
import { ReceiveBuffer } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { malformed } from '../../errors.ts';
import { frameLength, int32At } from './frame.ts';

/** Options of `FrameReader`. */
export interface FrameReaderOptions {
  /** The longest message, with its type and length. Default 1 MiB. */
  readonly maxMessageBytes?: number | undefined;
  /** Whether the first message has no type, as a client's has not. Default false. */
  readonly firstPacket?: boolean | undefined;
}

/** One message: `bytes[start..end)` is its body, valid until the next `push` or the end of them. */
export interface Frame {
  /** The type byte; 0 for a first packet. */
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * `push` what arrived, then take `next()` until there is none.
 * @example
 * ```ts
 * import { decodeBackend, FrameReader } from '@fairlead/postgres/wire';
 *
 * const reader = new FrameReader();
 * reader.push(Uint8Array.of(0x5a, 0, 0, 0, 5, 0x49)); // cut wherever the network has cut it
 * for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
 *   console.log(decodeBackend(frame.type, frame.bytes, frame.start, frame.end)); // ready-for-query, status I
 * }
 * ```
 */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #buffer = new ReceiveBuffer(Number.MAX_SAFE_INTEGER);
  #untyped: boolean;

  constructor(options: FrameReaderOptions = {}) {
    this.#maxBytes = options.maxMessageBytes ?? 1 << 20;
    this.#untyped = options.firstPacket ?? false;
  }

  /** Takes a chunk. It is the caller's again once `next()` has said that there is no more in it. */
  push(chunk: Uint8Array): void {
    this.#buffer.push(chunk);
  }

  /** After a packet that asks for encryption, and was answered, another first packet comes. */
  expectFirstPacket(): void {
    this.#untyped = true;
  }

  /**
   * The next whole message, or `undefined` until more has come.
   * @throws FairleadError `protocol` for a length that no message has, `limit` for one that is too long.
   */
  next(): Frame | undefined {
    const { bytes, start, end } = this.#buffer;
    const length = this.#untyped ? packetLength(bytes, start, end) : frameLength(bytes, start, end);
    if (length > this.#maxBytes) {
      const reason = `A message of ${length} bytes; ${this.#maxBytes} are allowed`;
      throw new FairleadError('limit', reason, { blame: 'peer' });
    }
    if (length === 0 || length > end - start) {
      this.#buffer.keep();
      return undefined;
    }
    const header = this.#untyped ? 4 : 5;
    const type = this.#untyped ? 0 : (bytes[start] ?? 0);
    this.#untyped = false;
    this.#buffer.consume(length);
    return { type, bytes, start: start + header, end: start + length };
  }
}

/** As `frameLength`, for a packet without a type. */
function packetLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 4) return 0;
  const length = int32At(bytes, start);
  if (length < 8) throw malformed(`a first packet of ${length} bytes`);
  return length;
}
