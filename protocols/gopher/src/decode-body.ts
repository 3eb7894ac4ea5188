// Where the data of an answer ends: by length, by a lone dot, or with the connection. It changes no byte of the data.
import { truncated } from './errors.ts';
import type { GopherPlusInfo } from './messages.ts';

/** Cuts the data out of what arrives. */
export interface BodyDecoder {
  /** Whether the data is whole; what comes later is not looked at. */
  readonly done: boolean;
  /** The data in `chunk`: a view of it, or storage of its own. */
  push(chunk: Uint8Array): Uint8Array;
  /**
   * The connection has ended.
   * @throws FairleadError `connection_lost`: too early.
   */
  end(): void;
}

/**
 * The decoder for an answer.
 * @param info Undefined for plain Gopher, where the data ends with the connection.
 * @param text Whether the line end before the lone dot belongs to the data, as it does in lines of text.
 */
export function bodyDecoder(info: GopherPlusInfo | undefined, text: boolean): BodyDecoder {
  if (info?.framing === 'dot') return new DottedBody(text);
  return new SizedBody(info?.length);
}

/** `+5340`, and what ends with the connection. */
class SizedBody implements BodyDecoder {
  #left: number;

  constructor(length: number | undefined) {
    this.#left = length ?? Number.POSITIVE_INFINITY;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  push(chunk: Uint8Array): Uint8Array {
    const data = chunk.length > this.#left ? chunk.subarray(0, this.#left) : chunk;
    this.#left -= data.length;
    return data;
  }

  end(): void {
    if (this.#left > 0 && Number.isFinite(this.#left)) throw truncated(`${this.#left} bytes too early`);
  }
}

/** Gopher+ section 2.3: `<CRLF>.<CRLF>`. */
const END = Uint8Array.of(0x0d, 0x0a, 0x2e, 0x0d, 0x0a);
const CRLF_LENGTH = 2;

/** `+-1`: up to the first CR LF dot CR LF, whose beginning may be the status line's own CR LF. */
class DottedBody implements BodyDecoder {
  readonly #text: boolean;
  /** How much of END was seen last. */
  #matched = CRLF_LENGTH;
  /** Of what was matched, how many bytes at its beginning are not data held back: they are the status line's. */
  #foreign = CRLF_LENGTH;

  constructor(text: boolean) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#matched === END.length;
  }

  push(chunk: Uint8Array): Uint8Array {
    if (this.done) return chunk.subarray(0, 0);
    const out = new Uint8Array(chunk.length + END.length);
    let length = 0;
    const release = (count: number): void => {
      for (let i = this.#foreign; i < count; i++) out[length++] = END[i] ?? 0;
      this.#foreign = 0;
    };
    for (const byte of chunk) {
      if (this.done) break;
      while (this.#matched > 0 && byte !== END[this.#matched]) {
        // Behind CR LF dot CR, that CR may begin the end anew; nothing else in END repeats its beginning.
        const again = this.#matched === 4 ? 1 : 0;
        release(this.#matched - again);
        this.#matched = again;
      }
      if (byte === END[this.#matched]) this.#matched++;
      else out[length++] = byte;
    }
    if (this.done && this.#text) release(CRLF_LENGTH);
    return out.subarray(0, length);
  }

  end(): void {
    if (!this.done) throw truncated('before the lone dot');
  }
}
