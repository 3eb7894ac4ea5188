// Puts a header field on lines (RFC 5322 section 2.2.3). It folds between words only, and refuses a line over 998 bytes.
import { usage } from '@fairlead/errors';
import { assertSingleLine } from '../../options/single-line.ts';

/** RFC 5322 section 2.1.1 recommends 78; RFC 2047 section 2 allows 76 for lines with encoded words. */
const MAX_COLUMNS = 76;
/** RFC 5322 section 2.1.1. */
const MAX_LINE_BYTES = 998;

/** The characters that the first line has for a field's value. */
export function roomOf(name: string): number {
  return MAX_COLUMNS - name.length - 2;
}

/**
 * A field with its CR LF.
 * @param words Joined by single spaces, or by line breaks in front of one.
 * @throws FairleadError `usage` for a word that fits on no line.
 */
export function field(name: string, words: readonly string[]): string {
  const one = [`${name}:`, ...words].join(' ');
  if (one.length <= MAX_COLUMNS && bytesOf(one) <= MAX_COLUMNS) return `${one}\r\n`;
  let whole = '';
  let line = `${name}:`;
  for (const [i, word] of words.entries()) {
    // The first word stays on the line of the name: some programs read a first line without a value as an empty field.
    if (i > 0 && bytesOf(line) + 1 + bytesOf(word) > MAX_COLUMNS) {
      whole += `${checked(line, name)}\r\n`;
      line = '';
    }
    line += ` ${word}`;
  }
  return `${whole}${checked(line, name)}\r\n`;
}

/**
 * A field whose value the caller has folded.
 * @throws FairleadError `usage` for a line end that would end the field, and for a line that is too long.
 */
export function preparedField(name: string, value: string): string {
  if (typeof value !== 'string') throw usage(`the header field ${name} is not text`);
  const lines = `${name}: ${value}`.split('\r\n');
  for (const [i, line] of lines.entries()) {
    assertSingleLine(line, `the header field ${name}`);
    if (i > 0 && !/^[ \t]+[^ \t]/.test(line)) {
      throw usage(`the header field ${name} holds CR LF other than to fold it`);
    }
    checked(line, name);
  }
  return `${lines.join('\r\n')}\r\n`;
}

function checked(line: string, name: string): string {
  if (bytesOf(line) <= MAX_LINE_BYTES) return line;
  throw usage(`the header field ${name} has a word that fits on no line of ${MAX_LINE_BYTES} bytes`);
}

function bytesOf(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Both halves of a pair count two.
    if (unit > 0x7f) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}
