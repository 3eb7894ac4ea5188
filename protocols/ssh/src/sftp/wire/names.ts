// Names and paths: bytes on the wire, text for the caller. It never guesses, and never loses a byte.
import { decodeUtf8, toHex } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import { protocolError, quoted } from '../errors.ts';

/** How names are text: UTF-8, or Latin-1, in which each byte is one character. */
export type NameEncoding = 'utf8' | 'latin1';

const utf8 = /* @__PURE__ */ new TextEncoder();

/** A path as bytes. @throws FairleadError `usage` where it is no text, is empty, has a NUL, or does not fit the encoding. */
export function encodePath(path: string, encoding: NameEncoding): Uint8Array {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw usage('A path is text, not empty, and without NUL');
  }
  if (encoding === 'utf8') {
    if (/\p{Surrogate}/u.test(path)) throw usage(`The path ${quoted(path)} is not well-formed Unicode`);
    return utf8.encode(path);
  }
  return Uint8Array.from(path, (character) => {
    const byte = character.codePointAt(0) ?? 0;
    if (byte > 255) throw usage(`The path ${quoted(path)} has characters that Latin-1 does not have`);
    return byte;
  });
}

/** A name that the server sent, as text. @throws FairleadError `usage` where it is not UTF-8. */
export function decodeName(bytes: Uint8Array, encoding: NameEncoding): string {
  if (encoding === 'latin1') return latin1(bytes);
  const text = decodeUtf8(bytes, 0, bytes.length);
  if (text !== undefined) return text;
  const shown = toHex(bytes.subarray(0, 64));
  throw usage(`A name on the server is not UTF-8 (hex ${shown}); open SFTP with the option names: 'latin1'`);
}

/** Each byte as the character of its number: `TextDecoder('latin1')` is windows-1252, which has other ones at 0x80 to 0x9f. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** @throws FairleadError `protocol` for a name in a folder that would lead out of it, or that no file can have. */
export function checkEntryName(name: string): void {
  if (name !== '' && !/[/\0]/.test(name)) return;
  throw protocolError(`the server sent ${quoted(name)} as the name of a file in a folder`);
}
