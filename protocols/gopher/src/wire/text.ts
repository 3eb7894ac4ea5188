// Text without a declared charset: UTF-8 where it is valid UTF-8, else windows-1252. It never fails.
import { decodeUtf8 } from '@fairlead/bytes';

// The Encoding Standard reads the label latin1 as windows-1252, in which every byte has a character.
const latin1 = new TextDecoder('windows-1252');

/** The text of `bytes`. */
export function decodeText(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? latin1.decode(bytes);
}

/** A text with one character for each byte. */
export function toBinary(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The bytes of a text with one character for each byte. */
export function fromBinary(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/**
 * Takes off what RFC 1436 section 3.8 adds to a text: the lone dot at its end, and the dot before a line's leading dot. A
 * text that does not end with a lone dot stays as it is: many servers send files unchanged, and then leading dots belong
 * to the file.
 * @param ended Whether the lone dot was taken off already.
 */
export function undot(text: string, ended: boolean): string {
  const cut = text.replace(/(^|\n)\.\r*\n?$/, '$1');
  return ended || cut !== text ? cut.replaceAll(/(^|\n)\.\./g, '$1.') : text;
}
