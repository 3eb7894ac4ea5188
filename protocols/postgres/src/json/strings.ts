// Texts as JSON strings, and JSON as it is, from bytes to bytes. It refuses what is not UTF-8, and repairs nothing.
import type { Writer } from '@fairlead/bytes';
import { malformed } from '../values/text/malformed.ts';
import { ascii, type CellWriter } from './cell-writer.ts';

const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;

/** So many bytes are escaped between two looks at the room that is left. */
const STRETCH = 4096;
/** The longest escape, `\u0000`. */
const LONGEST_ESCAPE = 6;
/** Longer stretches are copied by the engine. */
const LONG = 64;

/** How JSON.stringify writes each of the ASCII characters that cannot stand in a string. */
const ESCAPES: readonly (Uint8Array | undefined)[] = Array.from({ length: 0x80 }, (_, code) => {
  const text = JSON.stringify(String.fromCharCode(code)).slice(1, -1);
  return text.length > 1 ? ascii(text) : undefined;
});

/** 1 for the bytes that stand in a JSON string as they are, and make a character alone. */
const PLAIN = new Uint8Array(256);
for (let code = 0; code < 0x80; code += 1) PLAIN[code] = ESCAPES[code] === undefined ? 1 : 0;

/** A text as a JSON string. */
export const writeString: CellWriter = (out, bytes, start, end) => {
  out.ensure(end - start + 2);
  out.bytes[out.at++] = QUOTE;
  const rest = copyPlain(out, bytes, start, end);
  if (rest < end) writeEscaped(out, bytes, rest, end);
  out.u8(QUOTE);
};

/** Copies up to the first byte that is not plain. @returns Where that is. */
function copyPlain(out: Writer, bytes: Uint8Array, start: number, end: number): number {
  const to = out.bytes;
  let { at } = out;
  let from = start;
  if (end - start > LONG) {
    while (from < end && PLAIN[bytes[from] ?? 0] === 1) from += 1;
    to.set(bytes.subarray(start, from), at);
    out.at = at + from - start;
    return from;
  }
  for (; from < end; from += 1) {
    const code = bytes[from] ?? 0;
    if (PLAIN[code] !== 1) break;
    to[at++] = code;
  }
  out.at = at;
  return from;
}

function writeEscaped(out: Writer, bytes: Uint8Array, start: number, end: number): void {
  for (let from = start; from < end; ) {
    const stop = Math.min(end, from + STRETCH);
    out.ensure((stop - from + 4) * LONGEST_ESCAPE);
    while (from < stop) from = escapeOne(out, bytes, from, end);
  }
}

/** Writes one character; there is room for it. @returns Where the next one begins. */
function escapeOne(out: Writer, bytes: Uint8Array, from: number, end: number): number {
  const code = bytes[from] ?? 0;
  if (code >= 0x80) return copyCharacter(out, bytes, from, end);
  const escaped = ESCAPES[code];
  if (escaped === undefined) out.bytes[out.at++] = code;
  else for (let i = 0; i < escaped.length; i += 1) out.bytes[out.at++] = escaped[i] ?? 0;
  return from + 1;
}

/** Copies a character of several bytes, as Unicode's table 3-7 allows it; there is room for it. */
function copyCharacter(out: Writer, bytes: Uint8Array, from: number, end: number): number {
  const lead = bytes[from] ?? 0;
  const next = from + (lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
  if (lead < 0xc2 || lead > 0xf4 || next > end) throw malformed('text');
  const second = bytes[from + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) throw malformed('text');
  out.bytes[out.at++] = lead;
  out.bytes[out.at++] = second;
  for (let at = from + 2; at < next; at += 1) {
    const code = bytes[at] ?? 0;
    if (code >> 6 !== 2) throw malformed('text');
    out.bytes[out.at++] = code;
  }
  return next;
}

/**
 * `json` and `jsonb`: what the server has checked passes as it is. Line breaks, which JSON has between its tokens only,
 * become spaces, so that a row stays a line.
 */
export const writeJson: CellWriter = (out, bytes, start, end) => {
  if (start === end) throw malformed('json');
  out.ensure(end - start);
  for (let from = start; from < end; ) {
    const code = bytes[from] ?? 0;
    if (code >= 0x80) {
      from = copyCharacter(out, bytes, from, end);
      continue;
    }
    out.bytes[out.at++] = code < SPACE && code !== TAB ? SPACE : code;
    from += 1;
  }
};
