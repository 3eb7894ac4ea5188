// Cuts key files into their armoured blocks (RFC 7468, RFC 1421). It reads no key, and no error shows a part of one.
import { fromBase64 } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import { fidoKey } from '../identity.ts';

/** The largest file that is read: OpenSSH's own limit is 1 MiB. */
const MAX_CHARACTERS = 1 << 20;
const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';

/** One armoured block. */
export interface PemBlock {
  /** What stands behind `BEGIN`: `OPENSSH PRIVATE KEY`. */
  readonly label: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Whether headers in front of the body say that it is encrypted (RFC 1421). */
  readonly isEncrypted: boolean;
}

/**
 * The blocks of a key file, in order. Text between them is ignored.
 * @param file A text whose line breaks may have become `\n` in two characters, or the file's bytes: PEM, or PKCS#8 in DER.
 * @throws FairleadError `usage` where it is no key file.
 */
export function readPem(file: string | Uint8Array): readonly PemBlock[] {
  if (typeof file !== 'string' && !(file instanceof Uint8Array))
    throw usage('A private key is a text or bytes');
  if (file.length > MAX_CHARACTERS) throw usage('The private key is longer than 1 MiB');
  if (file[0] === 0x30 && typeof file !== 'string') {
    return [{ label: 'PRIVATE KEY', body: file.slice(), isEncrypted: false }];
  }
  const text = typeof file === 'string' ? file.replaceAll('\\n', '\n') : new TextDecoder().decode(file);
  refuseOthers(text.trimStart());
  const blocks: PemBlock[] = [];
  let at = text.indexOf(BEGIN);
  while (at !== -1) {
    const labelEnd = text.indexOf(DASHES, at + BEGIN.length);
    const end = text.indexOf(END, labelEnd);
    if (labelEnd === -1 || end === -1)
      throw usage('The private key has no end: its line `-----END ...` is missing');
    blocks.push(
      readBlock(text.slice(at + BEGIN.length, labelEnd), text.slice(labelEnd + DASHES.length, end)),
    );
    at = text.indexOf(BEGIN, end);
  }
  if (blocks.length === 0) {
    throw usage(
      'The private key is not a text with `-----BEGIN ... PRIVATE KEY-----` (OpenSSH, PKCS#8, PKCS#1 or SEC1)',
    );
  }
  return blocks;
}

function readBlock(label: string, content: string): PemBlock {
  // Headers end with an empty line; a body has no colon.
  const colon = content.lastIndexOf(':');
  const headersEnd = colon === -1 ? 0 : content.indexOf('\n', colon);
  const body = fromBase64((headersEnd === -1 ? '' : content.slice(headersEnd)).replace(/\s+/g, ''));
  if (!body) throw usage('The private key is damaged: its body is not base64');
  return { label, body, isEncrypted: content.slice(0, headersEnd).includes('ENCRYPTED') };
}

/** What people have in place of a private key, by its first characters. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [
    /^PuTTY-User-Key-File-/,
    'a PuTTY key (.ppk): convert it with `puttygen key.ppk -O private-openssh-new -o key`',
  ],
  [/^---- BEGIN SSH2/, 'a key of ssh.com: convert it with `ssh-keygen -i`'],
  [/^pkcs11:/, 'a PKCS#11 address: keys on smart cards cannot be used, since they never leave the card'],
  [/^(?:ssh-|ecdsa-|-----BEGIN (?:RSA )?PUBLIC)/, 'a public key: give the file without `.pub`'],
  [/^(?:SSH_AUTH_SOCK|agent:|\/[^\n]*$)/, 'a path: give the text of a key file. Agents cannot be used'],
];

function refuseOthers(text: string): void {
  if (text.startsWith('sk-')) throw fidoKey();
  for (const [shape, what] of OTHERS) if (shape.test(text)) throw usage(`The private key is ${what}`);
}
