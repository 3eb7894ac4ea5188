// `@fairlead/ssh/encrypted-key`: private keys behind a passphrase. It costs much processor time: 0.3 s for a key of OpenSSH.
import { usage } from '@fairlead/errors';
import { only, readKeys } from '../keys/private/read-private-key.ts';
import type { Identity } from '../keys/types.ts';
import { decryptOpenssh, MAX_ROUNDS } from './openssh.ts';
import { decryptPbes2 } from './pbes2.ts';

export type { Identity } from '../keys/types.ts';

/** Options of `decryptPrivateKey`. */
export interface DecryptOptions {
  /** The most rounds of bcrypt that are computed, 1 to 256: each takes some 15 ms. Default 256; ssh-keygen writes 16 or 24. */
  readonly maxRounds?: number | undefined;
}

/**
 * Reads a private key that may be encrypted: OpenSSH's format (AES by CTR, CBC or GCM), or PKCS#8 with PBES2 (PBKDF2 and
 * AES-CBC). For the free plan's 10 ms of processor time keep an unencrypted key in a secret instead.
 * @param file The file's text or bytes.
 * @throws FairleadError `usage` for a passphrase that is not the key's, another encryption, and as `readPrivateKey`; `limit` for
 *   more rounds than are allowed. No message shows the passphrase or the key.
 * @example
 * ```ts
 * import { decryptPrivateKey } from '@fairlead/ssh/encrypted-key';
 *
 * const identity = await decryptPrivateKey(process.env.SSH_KEY ?? '', process.env.SSH_PASSPHRASE ?? '');
 * ```
 */
export async function decryptPrivateKey(
  file: string | Uint8Array,
  passphrase: string,
  { maxRounds = MAX_ROUNDS }: DecryptOptions = {},
): Promise<Identity> {
  if (typeof passphrase !== 'string' || passphrase === '')
    throw usage('passphrase is a text that is not empty');
  if (!Number.isInteger(maxRounds) || maxRounds < 1 || maxRounds > MAX_ROUNDS) {
    throw usage(`maxRounds is a whole number of 1 to ${MAX_ROUNDS}`);
  }
  const secret = new TextEncoder().encode(passphrase);
  const identities = await readKeys(file, {
    openssh: (section) => decryptOpenssh(section, secret, maxRounds),
    pkcs8: (info) => decryptPbes2(info, secret),
  });
  return only(identities);
}
