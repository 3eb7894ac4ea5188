// A typed line as a command, with the quotes of redis-cli.
import { type Argument, argumentOf } from '../wire/argument.ts';

/** What `\` stands for within double quotes, beside `\xff`. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

const encoder = new TextEncoder();

/**
 * The arguments of a line: words, `"with \n and \xff"`, `'as it is'`. Bytes that are no text stay bytes.
 * @throws Error in words for a quote that is not closed, or is followed by more than a space.
 */
export function splitLine(line: string): readonly Argument[] {
  const found: Argument[] = [];
  let rest = line.trimStart();
  while (rest !== '') {
    const [argument, length] = /^["']/.test(rest) ? quoted(rest) : word(rest);
    found.push(argument);
    rest = rest.slice(length);
    if (rest !== '' && !/^\s/.test(rest)) throw new Error('A closing quote must be followed by a space');
    rest = rest.trimStart();
  }
  return found;
}

type Taken = readonly [argument: Argument, length: number];

function word(text: string): Taken {
  const [found = ''] = /^\S+/.exec(text) ?? [];
  return [found, found.length];
}

function quoted(text: string): Taken {
  const sign = text[0];
  const bytes: number[] = [];
  let at = 1;
  while (at < text.length && text[at] !== sign) {
    const [byte, length] = sign === '"' ? unescaped(text, at) : single(text, at);
    bytes.push(...(typeof byte === 'number' ? [byte] : encoder.encode(byte)));
    at += length;
  }
  if (at >= text.length) throw new Error(`The quote ${sign} is not closed`);
  return [argumentOf(Uint8Array.from(bytes)), at + 1];
}

type Piece = readonly [byte: number | string, length: number];

function unescaped(text: string, at: number): Piece {
  const hex = /^\\x([0-9a-f]{2})/i.exec(text.slice(at, at + 4));
  if (hex?.[1] !== undefined) return [Number.parseInt(hex[1], 16), 4];
  if (text[at] !== '\\' || at + 1 >= text.length) return whole(text, at);
  const [char, length] = whole(text, at + 1);
  return [ESCAPES[char] ?? char, length + 1];
}

/** Within single quotes only the quote itself can be escaped. */
function single(text: string, at: number): Piece {
  return text.startsWith("\\'", at) ? ["'", 2] : whole(text, at);
}

function whole(text: string, at: number): readonly [char: string, length: number] {
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return [char, char.length];
}
