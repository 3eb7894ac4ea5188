// The subject of a message as a person reads it: unfolded, its encoded words decoded (RFC 2047). It parses nothing else.

/** RFC 5322 section 2.1.1: what a line can hold. Longer ones are cut. */
const MAX_CHARACTERS = 998;
/** RFC 2047 section 2; a language may follow the charset (RFC 2231 section 5). */
const ENCODED_WORD = /=\?([^?*\s]+)(?:\*[^?\s]*)?\?([BQ])\?([^?\s]*)\?=/gi;

/** The subject of a message; empty if it has none. */
export function subjectOf(source: Buffer): string {
  const end = source.indexOf('\r\n\r\n');
  const header = source.toString('utf8', 0, end < 0 ? source.length : end).replaceAll(/\r\n(?=[ \t])/g, '');
  const raw = /^subject:[ \t]*(.*)$/im.exec(header)?.[1] ?? '';
  // White space between two encoded words is no part of the text (section 6.2).
  const joined = raw.slice(0, MAX_CHARACTERS).replaceAll(/(\?=)[ \t]+(?==\?)/g, '$1');
  return joined.replaceAll(ENCODED_WORD, decodeWord).trim();
}

function decodeWord(word: string, charset: string, encoding: string, text: string): string {
  try {
    return new TextDecoder(charset).decode(/b/i.test(encoding) ? Buffer.from(text, 'base64') : fromQ(text));
  } catch {
    // A charset that nobody knows: the word stands for itself.
    return word;
  }
}

/** RFC 2047 section 4.2. */
function fromQ(text: string): Buffer {
  const characters = text
    .replaceAll('_', ' ')
    .replaceAll(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(characters, 'latin1');
}
