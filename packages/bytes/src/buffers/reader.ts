// Reads numbers, bytes and text from one whole frame. It never reads past the frame's end.
import { FairleadError } from '@fairlead/errors';
import { decodeUtf8 } from '../text.ts';

/** A cursor over one frame. Every method throws FairleadError `protocol` when the frame is too short. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** @param bytes The frame; it is not copied. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** One unsigned byte. */
  u8(): number {
    return this.#view.getUint8(this.#step(1));
  }

  /** Two bytes, unsigned; big-endian unless told otherwise. */
  u16(littleEndian = false): number {
    return this.#view.getUint16(this.#step(2), littleEndian);
  }

  /** Four bytes, unsigned; big-endian unless told otherwise. */
  u32(littleEndian = false): number {
    return this.#view.getUint32(this.#step(4), littleEndian);
  }

  /** Four bytes, signed; big-endian unless told otherwise. */
  i32(littleEndian = false): number {
    return this.#view.getInt32(this.#step(4), littleEndian);
  }

  /** Eight bytes, signed; big-endian unless told otherwise. */
  i64(littleEndian = false): bigint {
    return this.#view.getBigInt64(this.#step(8), littleEndian);
  }

  /** The next `count` bytes, as a view into the frame. */
  bytes(count: number = this.left): Uint8Array {
    const at = this.#step(count);
    return this.#bytes.subarray(at, at + count);
  }

  /** `count` bytes of UTF-8. @throws FairleadError `protocol` also where they are not UTF-8. */
  utf8(count: number = this.left): string {
    const at = this.#step(count);
    const text = decodeUtf8(this.#bytes, at, at + count);
    if (text === undefined) throw new FairleadError('protocol', 'A text in the message is not UTF-8');
    return text;
  }

  /** UTF-8 up to a NUL, which is consumed too. */
  cstring(): string {
    const nul = this.#bytes.indexOf(0, this.#at);
    if (nul < 0) throw new FairleadError('protocol', 'A text in the message has no end');
    const text = this.utf8(nul - this.#at);
    this.#at++;
    return text;
  }

  #step(count: number): number {
    const at = this.#at;
    if (count < 0 || count > this.left) {
      throw new FairleadError('protocol', `The message ends ${count - this.left} bytes too early`);
    }
    this.#at = at + count;
    return at;
  }
}
