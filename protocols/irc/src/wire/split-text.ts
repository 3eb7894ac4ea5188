// Splits long texts into pieces that fit a line as the server relays it. No character is dropped, and no grapheme cluster,
// such as a flag or a letter with a combining accent, is split.
import { utf8 } from './encode.ts';

/** Grapheme clusters (UAX #29), the same in every language. */
const GRAPHEMES = /* @__PURE__ */ new Intl.Segmenter('und', { granularity: 'grapheme' });
/** How many characters behind a split are searched for the end of a cluster. */
const MAX_REST = 64;

/** RFC 2812 and modern.ircdocs.horse have no default for HOSTLEN; servers use the 63 of RFC 1035. */
const HOST_BYTES = 63;
/** A user name of 10 bytes, with a `~` before it. */
const USER_BYTES = 11;

/**
 * How many bytes of text fit `:nick!user@host COMMAND target :text` with its CR LF, as the server relays a line.
 * @param sender The sender; user and host are empty if they are not known.
 * @param lineBytes The longest line, its CR LF included.
 */
export function roomFor(
  sender: { readonly nick: string; readonly user: string; readonly host: string },
  lineBytes: number,
  command: string,
  target: string,
): number {
  const bytes = (text: string): number => utf8(text).length;
  const source = bytes(sender.nick) + (bytes(sender.user) || USER_BYTES) + (bytes(sender.host) || HOST_BYTES);
  return lineBytes - source - bytes(`:!@  ${command}${target} :\r\n`);
}

/**
 * Splits a text into pieces of at most `maxBytes` bytes of UTF-8: behind the last space of a piece if it is in the piece's
 * last third, otherwise between grapheme clusters. Only a cluster that is longer than a piece is split.
 * @param text Well-formed.
 * @param maxBytes At least 4.
 */
export function splitText(text: string, maxBytes: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  let bytes = 0;
  let space = 0;
  let spaceBytes = 0;
  for (let at = 0; at < text.length; ) {
    const point = text.codePointAt(at) ?? 0;
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    while (bytes + size > maxBytes) {
      const atSpace = space > start && spaceBytes * 3 >= maxBytes * 2;
      const end = atSpace ? space : clusterAt(text, start, at);
      pieces.push(text.slice(start, end));
      bytes = atSpace ? bytes - spaceBytes : utf8(text.slice(end, at)).length;
      start = end;
    }
    at += point < 0x10000 ? 1 : 2;
    bytes += size;
    if (point === 32) {
      space = at;
      spaceBytes = bytes;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** The start of the cluster that contains `at`; `at` itself if a cluster begins there, or fills the whole piece. */
function clusterAt(text: string, start: number, at: number): number {
  const piece = text.slice(start, at + MAX_REST);
  const index = GRAPHEMES.segment(piece).containing(at - start)?.index ?? 0;
  return index > 0 ? start + index : at;
}
