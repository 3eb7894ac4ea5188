// Arguments and bytes as people see them: nothing in them acts on the page or hides.
import type { Argument } from './argument.ts';

/** Control characters, and those that turn the direction of text or have no width. */
const HIDDEN = /[\p{Cc}\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text on one line, with `\n`, `\x00` and `\u202e` for what cannot be seen. */
export function visible(text: string): string {
  return text.replace(HIDDEN, escapeOf);
}

/** An argument on one line; bytes that are no text as `\xff`. @param most Longer ones are cut, with `…` at the end. */
export function show(argument: Argument, most = Number.POSITIVE_INFINITY): string {
  const part = argument.slice(0, most);
  const text = typeof part === 'string' ? visible(part) : Array.from(part, byteText).join('');
  return argument.length > most ? `${text}…` : text;
}

/** As redis-cli quotes it: `"say \"ahoy\"\n"`. */
export function quote(argument: Argument): string {
  const text =
    typeof argument === 'string'
      ? visible(argument.replace(/["\\]/g, '\\$&'))
      : Array.from(argument, (byte) => (byte === 0x22 || byte === 0x5c ? '\\' : '') + byteText(byte)).join(
          '',
        );
  return `"${text}"`;
}

function byteText(byte: number): string {
  const char = String.fromCharCode(byte);
  if (byte >= 0x20 && byte < 0x7f) return char;
  return NAMED[char] ?? `\\x${byte.toString(16).padStart(2, '0')}`;
}

function escapeOf(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x80) return byteText(code);
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
