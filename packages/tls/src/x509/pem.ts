// PEM (RFC 7468), strictly: whole blocks of one label, nothing but comments between them. Texts never stand in messages.
import { fromBase64 } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----(\s[A-Za-z0-9+/=\s]*)-----END \1-----/g;
/** Far more than any bundle of authorities has. */
const MAX_CHARACTERS = 4_194_304;

/**
 * The blocks of one label in a text, in their order. Lines between blocks are comments.
 * @param label Such as `CERTIFICATE`.
 * @throws FairleadError `usage`: no such block, another label, a block that is broken. The text is never shown.
 */
export function readPem(text: string, label: string): Uint8Array[] {
  if (text.length > MAX_CHARACTERS) throw usage(`A text of PEM is longer than ${MAX_CHARACTERS} characters`);
  const found: Uint8Array[] = [];
  const rest = text.replace(BLOCK, (_whole, name: string, base64: string) => {
    if (name !== label) throw usage(`PEM of "${label}" is needed, and here is one of "${name.slice(0, 40)}"`);
    const der = fromBase64(base64.replace(/\s+/g, ''));
    if (der === undefined) throw usage(`PEM of "${label}" is not base64 inside`);
    found.push(der);
    return '';
  });
  if (rest.includes('-----BEGIN') || rest.includes('-----END')) {
    throw usage(`PEM of "${label}" is cut, encrypted, or has a header or "\\n" for line breaks`);
  }
  if (found.length === 0) {
    throw usage(`PEM of "${label}" is needed: -----BEGIN ${label}-----`);
  }
  return found;
}
