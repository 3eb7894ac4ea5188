// Bytes as people type them: text with escapes, or hexadecimal digits. Pure.

/** Bytes, or what is wrong with the text. */
export type ReadBytes = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly fault: string };

const ESCAPES: Readonly<Record<string, number>> = { r: 13, n: 10, t: 9, '0': 0, '\\': 92 };
const encoder = new TextEncoder();

/** Reads bytes. @param form `hex` for hexadecimal digits; anything else is text with escapes. */
export function readBytes(text: string, form: string): ReadBytes {
  return form === 'hex' ? readHex(text) : readEscaped(text);
}

/**
 * Text with escapes as bytes: `\r`, `\n`, `\t`, `\0`, `\\` and `\xff` are one byte each, all else is UTF-8. Line breaks of the
 * field itself are left out: only what is written out is sent.
 */
export function readEscaped(text: string): ReadBytes {
  const parts: Uint8Array[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') parts.push(encoder.encode(plain));
    plain = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '\n' || sign === '\r') continue;
    if (sign !== '\\') {
      plain += sign;
      continue;
    }
    const known = escapeAt(text, at);
    if (known === undefined) return { fault: faultAt(text, at) };
    flush();
    parts.push(Uint8Array.of(known.byte));
    at += known.length - 1;
  }
  flush();
  return { bytes: joined(parts) };
}

/** Pairs of hexadecimal digits as bytes; spaces and line breaks may stand between the pairs. */
export function readHex(text: string): ReadBytes {
  const digits = text.replaceAll(/\s+/g, '');
  const wrong = /[^\da-fA-F]/.exec(digits)?.[0];
  if (wrong !== undefined) return { fault: `${JSON.stringify(wrong)} is no hexadecimal digit.` };
  if (digits.length % 2 !== 0) return { fault: 'A digit is missing: each byte has two.' };
  return { bytes: Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) };
}

/** The same bytes in the other form. */
export function writeBytes(bytes: Uint8Array, form: string): string {
  if (form === 'hex') return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return Array.from(bytes, escaped).join('');
}

function escapeAt(text: string, at: number): { readonly byte: number; readonly length: number } | undefined {
  const sign = text.charAt(at + 1);
  const known = Object.hasOwn(ESCAPES, sign) ? ESCAPES[sign] : undefined;
  if (known !== undefined) return { byte: known, length: 2 };
  const pair = text.slice(at + 2, at + 4);
  if (sign !== 'x' || !/^[\da-fA-F]{2}$/.test(pair)) return undefined;
  return { byte: Number.parseInt(pair, 16), length: 4 };
}

function faultAt(text: string, at: number): string {
  const seen = text.slice(at, at + 2);
  return `At character ${at + 1}: ${seen} is no escape. There are \\r \\n \\t \\0 \\\\ and \\xff.`;
}

function escaped(byte: number): string {
  const name = Object.keys(ESCAPES).find((each) => ESCAPES[each] === byte);
  if (name !== undefined) return `\\${name}`;
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
