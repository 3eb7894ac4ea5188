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
  if (end - start > SHORT) return decodeStrict(bytes, start, end);
  let bits = 0;
  for (let at = start; at < end; at++) bits |= bytes[at] ?? 0;
  return bits > 0x7f ? decodeStrict(bytes, start, end) : decodeAscii(bytes, start, end);
}

/** Eight at a time: a string that grows by one character is three times as slow. */
function decodeAscii(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let at = start;
  for (; at + 8 <= end; at += 8) {
    text += String.fromCharCode(
      bytes[at] ?? 0,
      bytes[at + 1] ?? 0,
      bytes[at + 2] ?? 0,
      bytes[at + 3] ?? 0,
      bytes[at + 4] ?? 0,
      bytes[at + 5] ?? 0,
      bytes[at + 6] ?? 0,
      bytes[at + 7] ?? 0,
    );
  }
  for (; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
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
