// Base64 as mails and keys hold it: white space may stand anywhere, and the padding may be missing. The strict form, as
// AUTH has it, is `fromBase64` of @fairlead/bytes; lines of 76 characters are written by `mime/body/base64-lines.ts`.
import { fromBase64 } from '@fairlead/bytes';

/** The bytes of a base64 text from a mail, or `undefined` where it is not base64. */
export function fromMailBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const [, characters = '', padding] = /^([^=]*)(={0,2})$/.exec(text.replace(/\s/g, '')) ?? [];
  if (padding === undefined) return undefined;
  return fromBase64(characters.padEnd(Math.ceil(characters.length / 4) * 4, '='));
}
