// The hash of a body in relaxed canonical form (RFC 6376 section 3.4.4), chunk by chunk. The body's line ends are CR LF.
import { createHash } from 'node:crypto';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const CRLF: Uint8Array = new Uint8Array([CR, LF]);
/** The size of the buffer in front of the hash. */
const BUFFER_BYTES = 16_384;

/** SHA-256 over a body. */
export class BodyHash {
  readonly #hash = createHash('sha256');
  readonly #out: Uint8Array = new Uint8Array(BUFFER_BYTES);
  #at = 0;
  /** Line ends that are hashed only if text follows: empty lines at the end are left out. */
  #ends = 0;
  /** White space that is hashed, as one space, only if text follows on the line. */
  #space = false;
  #started = false;

  /** Takes the next bytes of the body. */
  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (byte === CR) continue;
      if (byte === LF) {
        this.#space = false;
        this.#ends++;
      } else if (byte === SPACE || byte === TAB) this.#space = true;
      else this.#put(byte);
    }
  }

  /** The hash in base64. Call it once, last. */
  digest(): string {
    // A body that is not empty ends with one line end; an empty one is empty (section 3.4.4).
    if (this.#started) this.#end();
    this.#flush();
    return this.#hash.digest('base64');
  }

  #put(byte: number): void {
    for (; this.#ends > 0; this.#ends--) this.#end();
    if (this.#at + 2 > BUFFER_BYTES) this.#flush();
    if (this.#space) this.#out[this.#at++] = SPACE;
    this.#space = false;
    this.#started = true;
    this.#out[this.#at++] = byte;
  }

  #end(): void {
    if (this.#at + 2 > BUFFER_BYTES) this.#flush();
    this.#out.set(CRLF, this.#at);
    this.#at += 2;
  }

  #flush(): void {
    this.#hash.update(this.#out.subarray(0, this.#at));
    this.#at = 0;
  }
}
