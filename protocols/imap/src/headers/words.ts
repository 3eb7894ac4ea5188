// Decodes the encoded words of a header's text (RFC 2047). What cannot be decoded stays as it stands.

/** Encoded words side by side: only white space between them. Lenient: spaces inside, any case. */
const RUN = /=\?[^?\s]+\?[bq]\?[^?]*\?=(?:\s*=\?[^?\s]+\?[bq]\?[^?]*\?=)*/gi;
const WORD = /=\?([^?\s*]+)[^?\s]*\?([bq])\?([^?]*)\?=/gi;

/** Making one takes longer than decoding a word. */
const UTF8 = /* @__PURE__ */ new TextDecoder();

/**
 * The text for people. Words of one charset that stand side by side are decoded together, since mailers cut characters
 * in two; a word in an unknown charset stays raw. Line breaks and NUL become spaces.
 */
export function decodeWords(text: string): string {
  const decoded = text.includes('=?') ? text.replace(RUN, decodeRun) : text;
  return /[\r\n\0]/.test(decoded) ? decoded.replace(/[\r\n\0]+[ \t]*/g, ' ') : decoded;
}

function decodeRun(run: string): string {
  let text = '';
  let binary = '';
  let raw = '';
  let last = '';
  let base64 = '';
  const flush = () => {
    binary += fromBase64(base64);
    text += raw === '' ? '' : (decodeCharset(binary, last) ?? raw);
    binary = raw = base64 = '';
  };
  for (const [word, charset = '', encoding, content = ''] of run.matchAll(WORD)) {
    if (charset.toLowerCase() !== last) flush();
    last = charset.toLowerCase();
    raw += raw === '' ? word : ` ${word}`;
    if (encoding === 'b' || encoding === 'B') {
      base64 += content.replace(/\s/g, '');
      // Some mailers cut base64 anywhere.
      if (base64.length % 4 !== 0 && !base64.endsWith('=')) continue;
      binary += fromBase64(base64);
    } else binary += fromBase64(base64) + unescapeBytes(content.replace(/_/g, ' '), '=');
    base64 = '';
  }
  flush();
  return text;
}

/** Lenient: other characters are passed over, and a last one that makes no byte. */
function fromBase64(text: string): string {
  const clean = text.replace(/[^A-Za-z0-9+/]/g, '');
  return atob(clean.length % 4 === 1 ? clean.slice(0, -1) : clean);
}

/** A byte for each `=41` or `%41`; other characters as UTF-8. */
export function unescapeBytes(text: string, sign: '=' | '%'): string {
  const pattern = sign === '=' ? /=([\da-f]{2})|[^ -~]+/gi : /%([\da-f]{2})|[^ -~]+/gi;
  return text.replace(pattern, (run, hex?: string) =>
    hex === undefined ? utf8Binary(run) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function utf8Binary(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return binary;
}

/** Text of a string with a byte a character, or `undefined` where the runtime does not know the charset. */
export function decodeCharset(binary: string, charset: string): string | undefined {
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  try {
    return (charset === 'utf-8' ? UTF8 : new TextDecoder(charset)).decode(bytes);
  } catch {
    return undefined;
  }
}
