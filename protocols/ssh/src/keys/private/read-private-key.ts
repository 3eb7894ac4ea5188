// Reads private keys in every form that OpenSSH and OpenSSL write. Encrypted ones need an export of their own.
import { isFairleadError, usage } from '@fairlead/errors';
import { damagedKey, identityOf } from '../identity.ts';
import type { Identity } from '../types.ts';
import { type EncryptedSection, readOpensshKeys } from './openssh-key.ts';
import { type PemBlock, readPem } from './pem.ts';
import { readPkcs1, readPkcs8, readSec1 } from './pkcs8.ts';

/** Decrypts the two formats of encrypted keys. */
export interface KeyDecryption {
  /** The private section of OpenSSH's format. */
  openssh(section: EncryptedSection): Promise<Uint8Array>;
  /** EncryptedPrivateKeyInfo (RFC 5958 section 3) to PKCS#8. */
  pkcs8(info: Uint8Array): Promise<Uint8Array>;
}

/**
 * Reads an unencrypted private key: OpenSSH's format, PKCS#8, PKCS#1 or SEC1; Ed25519, ECDSA or RSA.
 * @param file The file's text, as `ssh-keygen` or `openssl` wrote it, or its bytes.
 * @throws FairleadError `usage`: no such key, an encrypted one (the message names the export that decrypts it), an RSA key
 *   below 2,048 bits, a key of a FIDO device, PKCS#11 or PuTTY, or several keys. No message shows any of the text.
 * @example
 * ```ts
 * import { readPrivateKey } from '@fairlead/ssh';
 *
 * const identity = await readPrivateKey(process.env.SSH_KEY ?? '');
 * ```
 */
export async function readPrivateKey(file: string | Uint8Array): Promise<Identity> {
  return only(await readPrivateKeys(file));
}

/** As `readPrivateKey`, for a file that holds several keys, in order. @throws FairleadError `usage`, as `readPrivateKey`. */
export async function readPrivateKeys(file: string | Uint8Array): Promise<readonly Identity[]> {
  return readKeys(file, ENCRYPTED);
}

/** The keys of a file. @throws FairleadError `usage`, and what `decryption` throws. */
export async function readKeys(
  file: string | Uint8Array,
  decryption: KeyDecryption,
): Promise<readonly Identity[]> {
  try {
    const identities: Identity[] = [];
    for (const block of readPem(file)) {
      for (const jwk of await readBlock(block, decryption)) identities.push(await identityOf(jwk));
    }
    return identities;
  } catch (error) {
    // What is malformed is the caller's file here, not a peer's message.
    if (!isFairleadError(error) || error.code === 'protocol') throw damagedKey();
    throw error;
  }
}

/** The one key of a file. @throws FairleadError `usage` where there are more. */
export function only(identities: readonly Identity[]): Identity {
  const [first, ...others] = identities;
  if (first === undefined || others.length > 0) {
    throw usage(`The private key's file holds ${identities.length} keys: read it with readPrivateKeys`);
  }
  return first;
}

async function readBlock(
  { label, body, isEncrypted }: PemBlock,
  decryption: KeyDecryption,
): Promise<JsonWebKey[]> {
  if (isEncrypted) {
    throw usage(
      'The private key is encrypted in the old way of PEM (DEK-Info): convert it with `ssh-keygen -p -f key`',
    );
  }
  switch (label) {
    case 'OPENSSH PRIVATE KEY':
      return readOpensshKeys(body, decryption.openssh);
    case 'PRIVATE KEY':
      return [await readPkcs8(body)];
    case 'ENCRYPTED PRIVATE KEY':
      return [await readPkcs8(await decryption.pkcs8(body))];
    case 'RSA PRIVATE KEY':
      return [await readPkcs1(body)];
    case 'EC PRIVATE KEY':
      return [await readSec1(body)];
    // OpenSSL writes the curve of a SEC1 key in front of it once more.
    case 'EC PARAMETERS':
      return [];
    default:
      throw usage('The private key has none of the forms OpenSSH, PKCS#8, PKCS#1 and SEC1');
  }
}

const ENCRYPTED: KeyDecryption = { openssh: refuseEncrypted, pkcs8: refuseEncrypted };

async function refuseEncrypted(): Promise<never> {
  throw usage('The private key is encrypted: read it with decryptPrivateKey of @fairlead/ssh/encrypted-key');
}
