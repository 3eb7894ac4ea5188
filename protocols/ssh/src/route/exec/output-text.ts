// Output of a command as text, in chunks that end where a character ends. Bytes that are no UTF-8 come as base64, so that none is
// lost. Pure.
import { concat, decodeUtf8, toBase64 } from '@fairlead/bytes';
import type { OutputEncoding } from './schemas.ts';

/** Output as JSON holds it. */
export interface OutputText {
  readonly data: string;
  readonly encoding: OutputEncoding;
}

/** The bytes in the encoding; as base64 where they are no text. */
export function encodeOutput(bytes: Uint8Array, encoding: OutputEncoding): OutputText {
  const text = encoding === 'text' ? decodeUtf8(bytes) : undefined;
  return text === undefined
    ? { data: toBase64(bytes), encoding: 'base64' }
    : { data: text, encoding: 'text' };
}

/** One stream of output. It keeps at most three bytes: the beginning of a character. */
export class OutputChunks {
  readonly #encoding: OutputEncoding;
  #rest: Uint8Array = new Uint8Array();

  constructor(encoding: OutputEncoding) {
    this.#encoding = encoding;
  }

  /** What can be told with these bytes; `undefined` where they only begin a character. */
  push(bytes: Uint8Array): OutputText | undefined {
    if (this.#encoding === 'base64') return encodeOutput(bytes, 'base64');
    const all = this.#rest.length === 0 ? bytes : concat([this.#rest, bytes]);
    const end = all.length - unfinished(all);
    this.#rest = all.slice(end);
    return end === 0 ? undefined : encodeOutput(all.subarray(0, end), 'text');
  }

  /** What is left at the end of the stream. */
  end(): OutputText | undefined {
    const rest = this.#rest;
    this.#rest = new Uint8Array();
    return rest.length === 0 ? undefined : encodeOutput(rest, 'text');
  }
}

/** How many bytes at the end begin a character (RFC 3629 section 3) that is not complete. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}
