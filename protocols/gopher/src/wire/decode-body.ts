// Finds the end of an answer's data: by length, by a lone dot, or by the end of the connection. It changes no byte of it.
import type { FairleadError } from '@fairlead/errors';
import { failure } from '../errors.ts';
import type { GopherPlusInfo } from './messages.ts';
import { fromBinary, toBinary } from './text.ts';

/** Cuts the data out of received chunks. */
export interface BodyDecoder {
  /** The data in `chunk`: a view of it, or storage of its own. Bytes behind the data are ignored. */
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

/** For `+5340`, and for data that ends with the connection. */
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

/** Gopher+ section 2.3. */
const END = '\r\n.\r\n';
const CRLF = '\r\n';

/** `+-1`: up to the first CR LF dot CR LF, whose beginning may be the status line's own CR LF. */
function dotted(text: boolean): BodyDecoder {
  /** What may be the beginning of END, one character a byte; `foreign` of it are no data, but the status line's. */
  let held = CRLF;
  let foreign = CRLF.length;
  let done = false;
  const isDone = (): boolean => done;
  return {
    push(chunk) {
      if (done) return chunk.subarray(0, 0);
      held += toBinary(chunk);
      let end = held.indexOf(END);
      done = end >= 0;
      if (done) end += text ? CRLF.length : 0;
      else for (end = Math.max(0, held.length - END.length); !END.startsWith(held.slice(end)); ) end++;
      const data = fromBinary(held.slice(foreign, end));
      foreign = Math.max(0, foreign - end);
      held = held.slice(end);
      return data;
    },
    isDone,
    mayEnd: isDone,
  };
}

/** The error of an answer that is shorter than announced. */
export function truncated(): FairleadError {
  return failure('connection_lost', 'The connection ended before the answer did');
}
