// Decodes encoded words (RFC 2047 section 2). Other words stay as they are.
import { fromMailBase64 } from '../wire/base64.ts';

const WORD = /^=\?([!-)+-<>@-~]{1,60})\?([bq])\?([!->@-~]*)\?=$/i;

/**
 * Text whose words are separated by single spaces, decoded: white space between two encoded words is none.
 * @returns `undefined` where a word is damaged, or in a charset that the runtime does not know.
 */
export function decodeWords(text: string): string | undefined {
  if (!text.includes('=?')) return text;
  let decoded = '';
  let afterEncoded = false;
  for (const [i, word] of text.split(' ').entries()) {
    const found = WORD.exec(word);
    if (i > 0 && !(found !== null && afterEncoded)) decoded += ' ';
    afterEncoded = found !== null;
    if (found === null) {
      decoded += word;
      continue;
    }
    const [, charset = '', encoding = '', content = ''] = found;
    const bytes = encoding.toLowerCase() === 'b' ? fromMailBase64(content) : fromQ(content);
    const value = bytes === undefined ? undefined : inCharset(bytes, charset);
    if (value === undefined) return undefined;
    decoded += value;
  }
  return decoded;
}

function fromQ(content: string): Uint8Array | undefined {
  if (/=(?![\da-f]{2})/i.test(content)) return undefined;
  const binary = content
    .replace(/_/g, ' ')
    .replace(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function inCharset(bytes: Uint8Array, charset: string): string | undefined {
  try {
    // RFC 2231 section 5 lets a language follow.
    return new TextDecoder(charset.replace(/\*.*$/, ''), { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
