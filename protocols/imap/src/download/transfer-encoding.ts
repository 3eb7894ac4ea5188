// Undoes a part's transfer encoding (RFC 2045 section 6) piece by piece. Text that is no valid encoding is decoded as far as it goes.

/** Decodes one body. */
export interface BodyDecoder {
  /** Whether it returns what it was given, which may change afterwards; else what it returns is new. */
  readonly isView: boolean;
  /** Empty where more is needed. */
  push(bytes: Uint8Array): Uint8Array;
  /** What is left at the end. */
  end(): Uint8Array<ArrayBuffer>;
}

const NOTHING = /* @__PURE__ */ new Uint8Array(0);
const EQUALS = 0x3d;
const CR = 0x0d;
const LF = 0x0a;

/** @param encoding In any case; one that is not known leaves the bytes as they are, as `7bit` does. */
export function bodyDecoder(encoding: string | undefined): BodyDecoder {
  const name = encoding?.toLowerCase();
  if (name === 'base64') return new Base64Decoder();
  if (name === 'quoted-printable') return new QuotedPrintableDecoder();
  return { isView: true, push: (bytes) => bytes, end: () => NOTHING };
}

/** The runtime's own decoder, where it has one. */
interface NativeBase64 extends Uint8Array {
  setFromBase64?(
    text: string,
    options: { lastChunkHandling: 'stop-before-partial' },
  ): { read: number; written: number };
}

/** 0 to 63; 64 for what is skipped: line ends, padding, and anything else (RFC 2045 section 6.8). */
const VALUES = /* @__PURE__ */ (() => {
  const values = new Uint8Array(256).fill(64);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let at = 0; at < 64; at++) values[letters.charCodeAt(at)] = at;
  return values;
})();

class Base64Decoder implements BodyDecoder {
  readonly isView = false;
  readonly #latin1 = new TextDecoder('latin1');
  /** Characters that the native decoder has not taken: less than four, and line ends. */
  #rest = '';
  #isNative = true;
  #bits = 0;
  #count = 0;

  push(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    if (!this.#isNative) return this.#slow(bytes);
    const text = this.#rest + this.#latin1.decode(bytes);
    const target = new Uint8Array((text.length >> 2) * 3 + 3);
    const native = target as NativeBase64;
    try {
      const done = native.setFromBase64?.(text, { lastChunkHandling: 'stop-before-partial' });
      if (done !== undefined) {
        // At most three letters, behind which there may be line ends without number.
        this.#rest = text.slice(done.read).replace(/\s+/g, '');
        return target.subarray(0, done.written);
      }
    } catch {
      // Characters that do not belong there: the slow way skips them.
    }
    this.#isNative = false;
    this.#rest = '';
    return this.#slow(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  }

  end(): Uint8Array<ArrayBuffer> {
    const rest = this.#slow(Uint8Array.from(this.#rest, (letter) => letter.charCodeAt(0)));
    this.#rest = '';
    return rest;
  }

  /** Letter by letter; six bits at a time, kept from piece to piece. */
  #slow(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const target = new Uint8Array((bytes.length * 3) / 4 + 3);
    let bits = this.#bits;
    let count = this.#count;
    let at = 0;
    for (const byte of bytes) {
      const value = VALUES[byte] ?? 64;
      // Padding ends a piece of base64; another one may follow.
      if (value === 64) {
        if (byte === EQUALS) count = bits = 0;
        continue;
      }
      bits = ((bits << 6) | value) & 0xffffff;
      count += 6;
      if (count >= 8) {
        count -= 8;
        target[at++] = (bits >> count) & 0xff;
      }
    }
    this.#bits = bits;
    this.#count = count;
    return target.subarray(0, at);
  }
}

class QuotedPrintableDecoder implements BodyDecoder {
  readonly isView = false;
  /** An escape that is not all there, or spaces that may be the line's end. */
  #rest = NOTHING;

  push(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const input = new Uint8Array(this.#rest.length + bytes.length);
    input.set(this.#rest);
    input.set(bytes, this.#rest.length);
    return this.#decode(input, false);
  }

  end(): Uint8Array<ArrayBuffer> {
    return this.#decode(this.#rest, true);
  }

  #decode(input: Uint8Array<ArrayBuffer>, isEnd: boolean): Uint8Array<ArrayBuffer> {
    const target = new Uint8Array(input.length);
    let written = 0;
    let at = 0;
    for (; at < input.length; at++) {
      const byte = input[at] ?? 0;
      if (byte === 0x20 || byte === 0x09) {
        // Spaces before a line's end were added on the way (RFC 2045 section 6.7, rule 3).
        const end = spacesEnd(input, at);
        const next = input[end];
        if (next === undefined && !isEnd && end - at < MAX_REST) break;
        if (next !== CR && next !== LF && next !== undefined) {
          target.set(input.subarray(at, end), written);
          written += end - at;
        }
        at = end - 1;
      } else if (byte !== EQUALS) target[written++] = byte;
      else {
        const length = escapeLength(input, at, isEnd);
        if (length === 0) break;
        const value = length === 3 ? hexPair(input[at + 1], input[at + 2]) : undefined;
        if (value !== undefined) target[written++] = value;
        else if (length === 1 && at + 1 < input.length) target[written++] = EQUALS;
        at += length - 1;
      }
    }
    this.#rest = input.slice(at);
    return target.subarray(0, written);
  }
}

/** Longer runs of spaces are not kept back. */
const MAX_REST = 1024;

function spacesEnd(input: Uint8Array, from: number): number {
  let at = from;
  while (input[at] === 0x20 || input[at] === 0x09) at++;
  return at;
}

/** How long the escape at `at` is: 0 where more is needed, 1 for a sign that is none. */
function escapeLength(input: Uint8Array, at: number, isEnd: boolean): number {
  const end = spacesEnd(input, at + 1);
  const next = input[end];
  if (next === undefined && !isEnd && end - at < MAX_REST) return 0;
  // A soft line end, perhaps with spaces before it.
  if (next === LF || next === undefined) return next === undefined ? input.length - at : end - at + 1;
  if (next === CR) {
    if (input[end + 1] === undefined && !isEnd) return 0;
    return input[end + 1] === LF ? end - at + 2 : end - at + 1;
  }
  if (end > at + 1) return 1;
  if (input[at + 2] === undefined && !isEnd) return 0;
  return hexPair(next, input[at + 2]) === undefined ? 1 : 3;
}

function hexPair(high: number | undefined, low: number | undefined): number | undefined {
  const first = hexValue(high);
  const second = hexValue(low);
  return first === undefined || second === undefined ? undefined : first * 16 + second;
}

function hexValue(byte = 0): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}
