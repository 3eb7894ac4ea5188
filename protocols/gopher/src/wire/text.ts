// Text of an age without charsets: UTF-8 where it is that, else windows-1252. It never fails.
import { decodeUtf8 } from '@fairlead/bytes';

// What the Encoding Standard makes of the label latin1; every byte has a character.
const latin1 = new TextDecoder('windows-1252');

/** The text of `bytes`. */
export function decodeText(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? latin1.decode(bytes);
}

/** One character a byte. */
export function toBinary(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The bytes of a text of one character a byte. */
export function fromBinary(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/**
 * A text as RFC 1436 section 3.8 sends it, without the lone dot at its end, and its lines without the dot that was put
 * before a leading one. A text that does not end with a lone dot stays as it is: many servers send files unchanged, and
 * then a line of dots is the file's own.
 * @param ended Whether the lone dot was taken off already.
 */
export function undot(text: string, ended: boolean): string {
  const cut = text.replace(/(^|\n)\.\r*\n?$/, '$1');
  return ended || cut !== text ? cut.replaceAll(/(^|\n)\.\./g, '$1.') : text;
}
