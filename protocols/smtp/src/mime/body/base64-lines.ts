// Base64 in lines of 76 characters (RFC 2045 section 6.8), from chunks of any size, through one buffer that is reused. The
// base64 of @fairlead/bytes has no lines and makes one text, so it is not used for files.

const LINE_BYTES = 57;
const LINE_CHARACTERS = 76;
const CR = 0x0d;
const LF = 0x0a;
const EQUALS = 0x3d;
const ALPHABET: Uint8Array = new TextEncoder().encode(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
);
/** Lines that are handed out at most at a time: some 64 KiB. */
const MAX_LINES = 840;

/** Encodes: `push` each chunk, `end` at last. The last line has no line end. */
export class Base64Lines {
  readonly #out: Uint8Array;
  #at = 0;
  /** Bytes of a line that is not whole yet. */
  readonly #pending: Uint8Array = new Uint8Array(LINE_BYTES);
  #pendingBytes = 0;
  #isFirst = true;

  /** @param bytes How many there are in all, where that is known. */
  constructor(bytes: number = Number.POSITIVE_INFINITY) {
    const lines = Math.min(MAX_LINES, Math.ceil(bytes / LINE_BYTES));
    this.#out = new Uint8Array(lines * (LINE_CHARACTERS + 2));
  }

  /** What comes out, in views of which each is valid until the next one. */
  *push(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    for (let at = 0; at < chunk.length; ) {
      const left = chunk.length - at;
      if (this.#pendingBytes === 0 && left >= LINE_BYTES) {
        this.#line(chunk, at, LINE_BYTES);
        at += LINE_BYTES;
      } else {
        const count = Math.min(left, LINE_BYTES - this.#pendingBytes);
        this.#pending.set(chunk.subarray(at, at + count), this.#pendingBytes);
        this.#pendingBytes += count;
        at += count;
        if (this.#pendingBytes === LINE_BYTES) this.#endLine();
      }
      if (this.#at + LINE_CHARACTERS + 2 > this.#out.length) yield this.#take();
    }
  }

  /** The rest. */
  end(): Uint8Array {
    this.#endLine();
    return this.#take();
  }

  #endLine(): void {
    if (this.#pendingBytes > 0) this.#line(this.#pending, 0, this.#pendingBytes);
    this.#pendingBytes = 0;
  }

  #take(): Uint8Array {
    const taken = this.#out.subarray(0, this.#at);
    this.#at = 0;
    return taken;
  }

  #line(bytes: Uint8Array, start: number, count: number): void {
    const out = this.#out;
    let to = this.#at;
    if (!this.#isFirst) {
      out[to++] = CR;
      out[to++] = LF;
    }
    this.#isFirst = false;
    const end = start + count;
    for (let at = start; at < end; at += 3) {
      // Beyond the end, zeros: padding replaces their characters.
      const b = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
      const c = at + 2 < end ? (bytes[at + 2] ?? 0) : 0;
      const bits = ((bytes[at] ?? 0) << 16) | (b << 8) | c;
      out[to++] = ALPHABET[bits >> 18] ?? 0;
      out[to++] = ALPHABET[(bits >> 12) & 63] ?? 0;
      out[to++] = at + 1 < end ? (ALPHABET[(bits >> 6) & 63] ?? 0) : EQUALS;
      out[to++] = at + 2 < end ? (ALPHABET[bits & 63] ?? 0) : EQUALS;
    }
    this.#at = to;
  }
}
