// Splits what a Postgres client sends into startup packets and messages. It understands none of them.

/** The first packet of a connection, by its code (PostgreSQL documentation, 54.7 "Message Formats"). */
const CODES: Readonly<Record<number, 'ssl' | 'gss' | 'cancel'>> = {
  80877103: 'ssl',
  80877104: 'gss',
  80877102: 'cancel',
};
const MAX_MESSAGE_BYTES = 256 << 20;

/** A packet: `messages` holds any number of whole messages behind one another. */
export interface Packet {
  readonly kind: 'ssl' | 'gss' | 'cancel' | 'startup' | 'messages' | 'terminate';
  readonly bytes: Uint8Array;
}

/** Collects chunks until packets are whole. */
export class Frames {
  #chunks: Buffer[] = [];
  #held = 0;
  #needed = 0;
  #started = false;

  /**
   * Takes a chunk; returns what it completes.
   * @throws Error for a length that no client sends.
   */
  push(chunk: Buffer): Packet[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed) return [];
    const bytes = Buffer.concat(this.#chunks);
    const packets: Packet[] = [];
    let at = 0;
    for (;;) {
      const next = this.#started ? this.#messages(bytes, at) : this.#startup(bytes, at);
      if (!next) break;
      packets.push(next);
      at += next.bytes.length;
    }
    const rest = bytes.subarray(at);
    this.#chunks = [rest];
    this.#held = rest.length;
    return packets;
  }

  #startup(bytes: Buffer, at: number): Packet | undefined {
    const end = this.#end(bytes, at, 0);
    if (end === undefined) return undefined;
    const kind = (end - at >= 8 && CODES[bytes.readInt32BE(at + 4)]) || 'startup';
    this.#started = kind === 'startup';
    return { kind, bytes: bytes.subarray(at, end) };
  }

  /** All whole messages from `from` on, up to a Terminate. */
  #messages(bytes: Buffer, from: number): Packet | undefined {
    let at = from;
    for (let end = this.#end(bytes, at, 1); end !== undefined; end = this.#end(bytes, at, 1)) {
      if (bytes[at] === 0x58 /* X */) {
        if (at === from) return { kind: 'terminate', bytes: bytes.subarray(at, end) };
        break;
      }
      at = end;
    }
    return at > from ? { kind: 'messages', bytes: bytes.subarray(from, at) } : undefined;
  }

  /** Where the packet at `at` ends, if it is whole. @param prefix Bytes before its length. */
  #end(bytes: Buffer, at: number, prefix: 0 | 1): number | undefined {
    this.#needed = 0;
    if (bytes.length < at + prefix + 4) return undefined;
    const length = bytes.readInt32BE(at + prefix);
    if (length < 4 || length > MAX_MESSAGE_BYTES)
      throw new Error(`A message of ${length} bytes is not acceptable`);
    const end = at + prefix + length;
    if (bytes.length >= end) return end;
    this.#needed = end - at;
    return undefined;
  }
}
