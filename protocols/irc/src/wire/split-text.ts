// Long texts to pieces that fit a line as the server passes it on. It drops nothing, and cuts no character in two: neither
// one of Unicode nor one that people see as one, such as a flag or an accented letter of two.
import { utf8 } from './encode.ts';

/** Grapheme clusters (UAX #29), the same in every language. */
const GRAPHEMES = /* @__PURE__ */ new Intl.Segmenter('und', { granularity: 'grapheme' });
/** How far behind a cut the rest of a cluster is looked for. */
const MAX_REST = 64;

/** RFC 2812 and modern.ircdocs.horse know no default for HOSTLEN; RFC 1035's 63 is what servers use. */
const HOST_BYTES = 63;
/** The user name with a `~` before it. */
const USER_BYTES = 11;

/**
 * How many bytes of text fit `:nick!user@host COMMAND target :text` with its CR LF, as the server passes a line on.
 * @param sender Who speaks; user and host are empty where they are not known.
 * @param lineBytes The longest line, its end included.
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
 * The text in pieces of at most `maxBytes` of UTF-8; behind a space where there is one in a piece's last third, else
 * between grapheme clusters. Only a cluster that no piece has room for is cut.
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

/** Where the cluster begins that `at` lies in; `at` itself where one begins there, or where it fills the whole piece. */
function clusterAt(text: string, start: number, at: number): number {
  const piece = text.slice(start, at + MAX_REST);
  const index = GRAPHEMES.segment(piece).containing(at - start)?.index ?? 0;
  return index > 0 ? start + index : at;
}
