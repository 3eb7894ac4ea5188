// Where the data of an answer ends: by length, by a lone dot, or with the connection. It changes no byte of the data.
import { FairleadError } from '@fairlead/errors';
import type { GopherPlusInfo } from './messages.ts';

/** Cuts the data out of what arrives. */
export interface BodyDecoder {
  /** The data in `chunk`: a view of it, or storage of its own. What comes behind the data is not looked at. */
  push(chunk: Uint8Array): Uint8Array;
  /** Whether the data is whole. */
  isDone(): boolean;
  /** Whether the connection may end here. */
  mayEnd(): boolean;
}

/**
 * The decoder for an answer.
 * @param info Undefined for plain Gopher, where the data ends with the connection.
 * @param text Whether the line end before the lone dot belongs to the data, as it does in lines of text.
 */
export function bodyDecoder(info: GopherPlusInfo | undefined, text: boolean): BodyDecoder {
  return info?.framing === 'dot' ? dotted(text) : sized(info?.length);
}

/** `+5340`, and what ends with the connection. */
function sized(length: number | undefined): BodyDecoder {
  let left = length ?? Number.POSITIVE_INFINITY;
  return {
    push(chunk) {
      const data = chunk.length > left ? chunk.subarray(0, left) : chunk;
      left -= data.length;
      return data;
    },
    isDone: () => left === 0,
    mayEnd: () => length === undefined || left === 0,
  };
}

/** Gopher+ section 2.3: `<CRLF>.<CRLF>`. */
const END: readonly number[] = [0x0d, 0x0a, 0x2e, 0x0d, 0x0a];
const CRLF_LENGTH = 2;

/** `+-1`: up to the first CR LF dot CR LF, whose beginning may be the status line's own CR LF. */
function dotted(text: boolean): BodyDecoder {
  /** How much of END was seen last. */
  let matched = CRLF_LENGTH;
  /** How much at its beginning is no data held back, but the status line's. */
  let foreign = CRLF_LENGTH;
  const isDone = (): boolean => matched === END.length;
  return {
    push(chunk) {
      const out = new Uint8Array(chunk.length + END.length);
      let length = 0;
      const release = (count: number): void => {
        for (; foreign < count; foreign++) out[length++] = END[foreign] ?? 0;
        foreign = 0;
      };
      for (const byte of chunk) {
        if (isDone()) break;
        while (matched > 0 && byte !== END[matched]) {
          // Behind CR LF dot CR, that CR may begin the end anew; nothing else in END repeats its beginning.
          const again = matched === 4 ? 1 : 0;
          release(matched - again);
          matched = again;
        }
        if (byte === END[matched]) matched++;
        else out[length++] = byte;
        if (isDone() && text) release(CRLF_LENGTH);
      }
      return out.subarray(0, length);
    },
    isDone,
    mayEnd: isDone,
  };
}

/** The connection ended where more had to come. */
export function truncated(): FairleadError {
  return new FairleadError('connection_lost', 'The connection ended before the answer did');
}
