// Lines of public keys and certificates, as `.pub` files have them.
import { fromBase64 } from '@fairlead/bytes';

/** The key in a line `type base64`. */
export function blobOf(line: string): Uint8Array<ArrayBuffer> {
  return fromBase64(line.split(' ')[1] ?? '') ?? new Uint8Array();
}
