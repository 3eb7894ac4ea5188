// The messages of the connection protocol between a mooring and its callers: each behind its length in 32 bits. Pure.
import { concat } from '@fairlead/bytes';
import { protocolError } from '../../errors.ts';

/** The longest message: what a packet holds at most. */
const MAX_FRAME_BYTES = 262_144;
const HEADER_BYTES = 4;

/** A message behind its length. It copies. */
export function frame(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + message.length);
  new DataView(bytes.buffer).setUint32(0, message.length);
  bytes.set(message, HEADER_BYTES);
  return bytes;
}

/** Cuts one direction into its messages. */
export class FrameSplitter {
  #rest: Uint8Array = new Uint8Array();

  /** Whether a message has begun whose end has not come. */
  get isPartial(): boolean {
    return this.#rest.length > 0;
  }

  /**
   * The messages that are complete with these bytes, as views of them.
   * @throws FairleadError `protocol` for a length that no message has.
   */
  push(bytes: Uint8Array): Uint8Array[] {
    const all = this.#rest.length === 0 ? bytes : concat([this.#rest, bytes]);
    const view = new DataView(all.buffer, all.byteOffset, all.length);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (all.length - at >= HEADER_BYTES) {
      const length = view.getUint32(at);
      if (length === 0 || length > MAX_FRAME_BYTES)
        throw protocolError('a message of the mooring has no such length');
      const end = at + HEADER_BYTES + length;
      if (end > all.length) break;
      messages.push(all.subarray(at + HEADER_BYTES, end));
      at = end;
    }
    this.#rest = all.slice(at);
    return messages;
  }
}
