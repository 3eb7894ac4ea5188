// UTF-8 in both strictnesses, and the checks a line protocol needs. It never repairs a text in silence.
import { FairleadError } from '@fairlead/errors';

// A BOM is content here: a value must come back as it was stored.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** Up to this many bytes the engine's own string building beats the call into the decoder. */
const SHORT = 48;

/**
 * The text of `bytes[start..end)`, or `undefined` where it is not well-formed UTF-8.
 * @param start Default 0.
 * @param end Default the end of `bytes`.
 */
export function decodeUtf8(bytes: Uint8Array, start = 0, end: number = bytes.length): string | undefined {
  const text = end - start > SHORT ? undefined : shortAscii(bytes, start, end);
  return text ?? decodeStrict(bytes, start, end);
}

/**
 * The text, or `undefined` where a byte is beyond ASCII; in one pass.
 *
 * Eight and four at a time: a string that grows by one character is three times as slow.
 */
function shortAscii(bytes: Uint8Array, from: number, to: number): string | undefined {
  let text = '';
  let bits = 0;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const a = bytes[at] ?? 0;
    const b = bytes[at + 1] ?? 0;
    const c = bytes[at + 2] ?? 0;
    const d = bytes[at + 3] ?? 0;
    const e = bytes[at + 4] ?? 0;
    const f = bytes[at + 5] ?? 0;
    const g = bytes[at + 6] ?? 0;
    const h = bytes[at + 7] ?? 0;
    bits |= a | b | c | d | e | f | g | h;
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  if (at + 4 <= to) {
    const a = bytes[at] ?? 0;
    const b = bytes[at + 1] ?? 0;
    const c = bytes[at + 2] ?? 0;
    const d = bytes[at + 3] ?? 0;
    bits |= a | b | c | d;
    text += String.fromCharCode(a, b, c, d);
    at += 4;
  }
  for (; at < to; at++) {
    const unit = bytes[at] ?? 0;
    bits |= unit;
    text += String.fromCharCode(unit);
  }
  return bits > 0x7f ? undefined : text;
}

function decodeStrict(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return strict.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/** The text of `bytes`, with U+FFFD where it is not UTF-8: for messages that people read, not for values. */
export function decodeUtf8Lossy(bytes: Uint8Array): string {
  return lossy.decode(bytes);
}

/**
 * Refuses a text that would break out of a line on the wire.
 * @param what How the error names the text: it never shows the text itself, which may be a secret.
 * @throws FairleadError `usage` when `text` holds CR, LF or NUL.
 */
export function assertNoCrLfNul(text: string, what: string): void {
  if (/[\r\n\0]/.test(text)) throw new FairleadError('usage', `${what} must not hold CR, LF or NUL`);
}
