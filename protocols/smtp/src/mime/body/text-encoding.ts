// Text as a part's bytes (RFC 2045 section 6): CR LF at each line end, and the shortest of the encodings 7bit,
// quoted-printable and base64 that keeps every line unchanged.
import { concat } from '@fairlead/bytes';
import { Base64Lines } from './base64-lines.ts';

/** An encoded text. */
export interface EncodedText {
  readonly encoding: '7bit' | 'quoted-printable' | 'base64';
  readonly bytes: Uint8Array;
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const EQUALS = 0x3d;
/** RFC 5322 section 2.1.1, and RFC 2045 section 6.7: with the `=` that breaks a line. */
const MAX_COLUMNS = 76;
const encoder = new TextEncoder();
/** Mailboxes in one file (mbox) change `From ` at the start of a line. */
const FROM: Uint8Array = encoder.encode('From ');
const HEX: Uint8Array = encoder.encode('0123456789ABCDEF');

/** Encodes a text. */
export function encodeText(text: string): EncodedText {
  const bytes = encoder.encode(text.replace(/\r\n|\r|\n/g, '\r\n'));
  const { escaped, isPlain } = look(bytes);
  if (isPlain) return { encoding: '7bit', bytes };
  // Each escape has two characters more, each line break three.
  const length = bytes.length + 2 * escaped;
  if (length * (1 + 3 / MAX_COLUMNS) <= bytes.length * (4 / 3) * (1 + 2 / MAX_COLUMNS)) {
    return { encoding: 'quoted-printable', bytes: quotedPrintable(bytes, length) };
  }
  return { encoding: 'base64', bytes: base64(bytes) };
}

/** Bytes as base64, in lines. */
function base64(bytes: Uint8Array): Uint8Array {
  const lines = new Base64Lines(bytes.length);
  const pieces = Array.from(lines.push(bytes), (piece) => piece.slice());
  return concat([...pieces, lines.end()]);
}

/** How many bytes quoted-printable would escape, and whether the text can go as it is. Most bytes are letters. */
function look(bytes: Uint8Array): { escaped: number; isPlain: boolean } {
  let escaped = 0;
  let isPlain = !startsFrom(bytes, 0);
  let lineStart = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte > SPACE && byte < 0x7f) {
      if (byte === EQUALS) escaped++;
    } else if (byte === CR) {
      if (at - lineStart > MAX_COLUMNS) isPlain = false;
      lineStart = ++at + 1;
      if (startsFrom(bytes, lineStart)) isPlain = false;
    } else if (mustEscape(bytes, at)) {
      escaped++;
      isPlain = false;
    }
  }
  return { escaped, isPlain: isPlain && bytes.length - lineStart <= MAX_COLUMNS };
}

/** Some servers remove white space at the end of a line. */
function mustEscape(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] ?? 0;
  if (byte === SPACE || byte === TAB) return at + 1 === bytes.length || bytes[at + 1] === CR;
  return byte < SPACE || byte > 0x7e || byte === EQUALS;
}

function startsFrom(bytes: Uint8Array, lineStart: number): boolean {
  return FROM.every((byte, i) => bytes[lineStart + i] === byte);
}

/** RFC 2045 section 6.7. @param length The length without soft line breaks. */
function quotedPrintable(bytes: Uint8Array, length: number): Uint8Array {
  // Each soft break comes behind 73 columns at least; `From ` may escape one byte more a line.
  const out = new Uint8Array(
    length + (Math.ceil(length / 73) + 1) * 3 + 2 * Math.ceil(bytes.length / FROM.length),
  );
  let to = 0;
  let column = 0;
  let lineStart = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === CR) {
      out[to++] = CR;
      out[to++] = LF;
      column = 0;
      lineStart = at + 2;
      at++;
      continue;
    }
    const isEscaped = mustEscape(bytes, at) || (at === lineStart && startsFrom(bytes, at));
    const width = isEscaped ? 3 : 1;
    const isLast = at + 1 === bytes.length || bytes[at + 1] === CR;
    // The last column is for the `=` of a soft break, unless the line ends here.
    if (column + width > (isLast ? MAX_COLUMNS : MAX_COLUMNS - 1)) {
      out[to++] = EQUALS;
      out[to++] = CR;
      out[to++] = LF;
      column = 0;
    }
    if (isEscaped) {
      out[to++] = EQUALS;
      out[to++] = HEX[byte >> 4] ?? 0;
      out[to++] = HEX[byte & 15] ?? 0;
    } else out[to++] = byte;
    column += width;
  }
  return out.subarray(0, to);
}
