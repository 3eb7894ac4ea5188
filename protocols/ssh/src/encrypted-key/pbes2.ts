// Decrypts PKCS#8 with PBES2 (RFC 8018 section 6.2, RFC 5958 section 3), as far as WebCrypto does it: PBKDF2 and AES-CBC.
import { FairleadError, usage } from '@fairlead/errors';
import { TAG } from '../keys/private/der.ts';
import { wrongPassphrase } from '../keys/private/openssh-key.ts';
import { DerReader } from './der-reader.ts';

const PBES2 = '2a864886f70d01050d';
const PBKDF2 = '2a864886f70d01050c';
const HASHES: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['2a864886f70d0207', 'SHA-1'],
  ['2a864886f70d0209', 'SHA-256'],
  ['2a864886f70d020a', 'SHA-384'],
  ['2a864886f70d020b', 'SHA-512'],
]);
/** AES-CBC: the bits of the key. */
const CIPHERS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ['608648016503040102', 128],
  ['608648016503040116', 192],
  ['60864801650304012a', 256],
]);
/** OpenSSL writes 2,048. */
const MAX_ITERATIONS = 1_000_000;

interface Encryption {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly hash: string;
  readonly keyBits: number;
  readonly iv: Uint8Array;
}

/** @returns The PKCS#8 inside. @throws FairleadError `usage`, `limit`, `protocol`. */
export async function decryptPbes2(bytes: Uint8Array, passphrase: Uint8Array): Promise<Uint8Array> {
  const info = new DerReader(bytes).enter();
  const { salt, iterations, hash, keyBits, iv } = readEncryption(info.enter());
  const ciphertext = info.value(TAG.OCTET_STRING);
  if (iterations > MAX_ITERATIONS) throw tooMany(iterations, `${MAX_ITERATIONS} are allowed`);
  const secret = await crypto.subtle.importKey('raw', passphrase, 'PBKDF2', false, ['deriveBits']);
  let derived: ArrayBuffer;
  try {
    derived = await crypto.subtle.deriveBits({ name: 'PBKDF2', salt, iterations, hash }, secret, keyBits);
  } catch {
    throw tooMany(iterations, 'the platform does not take as many');
  }
  const key = await crypto.subtle.importKey('raw', derived, 'AES-CBC', false, ['decrypt']);
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, key, ciphertext));
  } catch {
    throw wrongPassphrase();
  }
}

function readEncryption(algorithm: DerReader): Encryption {
  if (algorithm.identifier() !== PBES2) throw unsupported();
  const parameters = algorithm.enter();
  const derivation = parameters.enter();
  if (derivation.identifier() !== PBKDF2) throw unsupported();
  const { salt, iterations, hash } = readDerivation(derivation.enter());
  const scheme = parameters.enter();
  const keyBits = CIPHERS.get(scheme.identifier());
  if (keyBits === undefined) throw unsupported();
  return { salt, iterations, hash, keyBits, iv: scheme.value(TAG.OCTET_STRING) };
}

function readDerivation(parameters: DerReader): Pick<Encryption, 'salt' | 'iterations' | 'hash'> {
  const salt = parameters.value(TAG.OCTET_STRING);
  const iterations = parameters.smallInteger();
  // The length of the key may stand here; the cipher gives it too.
  if (parameters.tag === TAG.INTEGER) parameters.integer();
  if (parameters.tag === undefined) return { salt, iterations, hash: 'SHA-1' };
  const hash = HASHES.get(parameters.enter().identifier());
  if (hash === undefined) throw unsupported();
  return { salt, iterations, hash };
}

function unsupported(): FairleadError {
  return usage(
    'The private key is encrypted in a way that is not supported: PBES2 with PBKDF2 and AES-CBC is',
  );
}

function tooMany(iterations: number, why: string): FairleadError {
  return new FairleadError(
    'limit',
    `The private key is encrypted with ${iterations} iterations of PBKDF2: ${why}`,
  );
}
