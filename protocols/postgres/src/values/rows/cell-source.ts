// Where cells are cut from: the bytes of one network read. It copies no byte, and keeps no more text than it has cut
// cells from.
import { decodeUtf8 } from '@fairlead/bytes';
import { malformed } from '../text/malformed.ts';

/** Every byte becomes one UTF-16 unit, so that a cell's offsets in the bytes are those in the text. */
const single = new TextDecoder('latin1');

/** A text cut from a larger one costs no copy; this is how much is decoded ahead, at most. */
const WINDOW = 65_536;

/** Longer cells are decoded by themselves: a cut would keep its whole window in memory. */
const LONG = 4096;

/** Reads of fewer bytes are not decoded ahead. */
const SHORT = 256;

/** The bytes that rows lie in. */
export class CellSource {
  bytes: Uint8Array = new Uint8Array();
  #view: DataView | undefined;
  #end = 0;
  #text = '';
  #from = 0;
  #to = 0;

  /** On the same bytes: offsets are those of `bytes`. */
  get view(): DataView {
    const { buffer, byteOffset, byteLength } = this.bytes;
    this.#view ??= new DataView(buffer, byteOffset, byteLength);
    return this.#view;
  }

  /** Points at what a network read has brought; what was cut before stays valid. */
  set(bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.bytes) this.#view = undefined;
    this.bytes = bytes;
    this.#end = end;
    this.#from = start;
    this.#to = start;
  }

  /**
   * A cell's text.
   * @throws FairleadError `protocol` where it is not UTF-8.
   */
  text(start: number, end: number): string {
    const { bytes } = this;
    let bits = end - start > LONG ? 0x80 : 0;
    for (let at = start; bits < 0x80 && at < end; at += 1) bits |= bytes[at] ?? 0;
    if (bits > 0x7f) return this.#utf8(start, end);
    if (start < this.#from || end > this.#to) {
      // A call into the runtime's decoder costs more than the few characters that are left.
      if (this.#end - start < SHORT) return this.#utf8(start, end);
      this.#decode(start, end);
    }
    return this.#text.slice(start - this.#from, end - this.#from);
  }

  #utf8(start: number, end: number): string {
    const text = decodeUtf8(this.bytes, start, end);
    if (text === undefined) throw malformed('text');
    return text;
  }

  #decode(start: number, end: number): void {
    this.#from = start;
    this.#to = Math.max(end, Math.min(this.#end, start + WINDOW));
    this.#text = single.decode(this.bytes.subarray(start, this.#to));
  }
}
