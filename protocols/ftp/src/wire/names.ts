// Names as bytes and back, and what may stand in a line. It opens nothing.
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';

/** How names and texts are encoded on the wire. */
export type NameEncoding = 'utf8' | 'latin1';

/** No server takes longer lines. */
const MAX_LINE_CHARACTERS = 8192;
const CHARACTERS_AT_ONCE = 4096;
const utf8 = /* @__PURE__ */ new TextEncoder();

/** Each byte as the character of its number: windows-1252, which `TextDecoder` means by latin1, would lose some. */
export function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHARACTERS_AT_ONCE) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHARACTERS_AT_ONCE));
  }
  return text;
}

/** The decoder of names. UTF-8 that is none has U+FFFD in its place. */
export function decoderOf(names: NameEncoding): (bytes: Uint8Array) => string {
  return names === 'latin1' ? decodeLatin1 : decodeUtf8Lossy;
}

/**
 * One command line with its CR LF.
 * @param secret What the line holds, for errors, which never show it.
 * @throws FairleadError `usage` for CR, LF, NUL, for what the encoding does not have, for byte 0xFF (Telnet's IAC, which
 *   servers treat in different ways), and for more than 8192 characters.
 */
export function encodeLine(line: string, names: NameEncoding, what: string): Uint8Array {
  if (/[\r\n\0]/.test(line)) throw usage(`${what} must not hold CR, LF or NUL`);
  if (line.length > MAX_LINE_CHARACTERS)
    throw usage(`${what} is longer than ${MAX_LINE_CHARACTERS} characters`);
  if (names === 'utf8') {
    if (!line.isWellFormed()) throw usage(`${what} holds half a character (a lone surrogate)`);
    return utf8.encode(`${line}\r\n`);
  }
  const bytes = new Uint8Array(line.length + 2);
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code > 0xfe) {
      const character =
        code === 0xff ? 'byte 0xFF, which Telnet uses for its own commands' : 'a character beyond latin1';
      throw usage(`${what} holds ${character}`);
    }
    bytes[at] = code;
  }
  bytes.set([0x0d, 0x0a], line.length);
  return bytes;
}

/**
 * A path as an argument: a leading `-` gets `./` in front, or servers that hand LIST's argument to `ls` take it for an option.
 * @throws FairleadError `usage` for another type than text and for the empty text.
 */
export function pathArgument(path: unknown): string {
  if (typeof path !== 'string') throw usage('A path must be text');
  if (path === '') throw usage('A path must not be empty');
  return path.startsWith('-') ? `./${path}` : path;
}
