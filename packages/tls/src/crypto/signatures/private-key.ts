// PEM of a private key to PKCS#8 (RFC 7468 section 10). Other forms are refused with the command that converts them. No message
// holds a part of the text.
import { fromBase64 } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';

const PEM = /-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----/g;
/** A key of RSA with 16,384 bits takes 13 kB. */
const MAX_PEM_CHARACTERS = 100_000;

/**
 * @returns PrivateKeyInfo, DER.
 * @throws FairleadError `usage`: no key or several, one with a passphrase, one in an older form.
 */
export function readPrivateKey(pem: string): Uint8Array {
  if (pem.length > MAX_PEM_CHARACTERS) throw usage('tls.key is too long');
  const keys = [...pem.matchAll(PEM)].filter(([, label]) => label?.endsWith('PRIVATE KEY'));
  const [[, label = '', body = ''] = [], second] = keys;
  if (second) throw usage('tls.key holds several private keys');
  if (label === 'ENCRYPTED PRIVATE KEY') {
    throw usage('tls.key has a passphrase: take it off with `openssl pkcs8 -in key.pem -out plain.pem`');
  }
  if (label !== '' && label !== 'PRIVATE KEY') {
    throw usage(
      `tls.key is of "${label}": convert it with \`openssl pkcs8 -topk8 -nocrypt -in key.pem -out pkcs8.pem\``,
    );
  }
  const der = label && fromBase64(body.replace(/[\t\n\r ]+/g, ''));
  if (!der) throw usage('tls.key is no private key in PEM: it begins with -----BEGIN PRIVATE KEY-----');
  return der;
}
