// OpenSSH's own format of private keys (PROTOCOL.key). Encrypted files are handed to the one who can decrypt them.
import { equalBytes } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import { protocolError } from '../../errors.ts';
import { SshReader } from '../../wire/ssh-reader.ts';
import { damagedKey, fidoKey } from '../identity.ts';
import { encodePublicKey, readPublicFields, toBase64Url } from '../public-key.ts';
import { SIGNATURE_METHODS } from '../signature-methods.ts';
import { readSeed } from './pkcs8.ts';
import { rsaJwk } from './rsa.ts';

const MAGIC = 'openssh-key-v1';
/** More than anyone keeps in one file; ssh-keygen writes one. */
const MAX_KEYS = 16;

/** An encrypted section, with what is said of its encryption. */
export interface EncryptedSection {
  readonly cipher: string;
  readonly kdf: string;
  readonly kdfOptions: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** What follows the section: a tag, where the cipher has one. */
  readonly tag: Uint8Array;
}

/** The keys of one file. @param decrypt Is asked only where the file is encrypted. @throws FairleadError `protocol`, `usage`. */
export async function readOpensshKeys(
  file: Uint8Array,
  decrypt: (section: EncryptedSection) => Promise<Uint8Array>,
): Promise<JsonWebKey[]> {
  const reader = new SshReader(file);
  if (reader.cstring() !== MAGIC) throw damagedKey();
  const [cipher, kdf, kdfOptions] = [reader.name(), reader.name(), reader.string()];
  const count = reader.u32();
  if (count === 0 || count > MAX_KEYS) throw usage(`The private key's file says that it holds ${count} keys`);
  const publicKeys = Array.from({ length: count }, () => reader.string());
  for (const blob of publicKeys) refuseByType(new SshReader(blob).name());
  const section = reader.string();
  const tag = reader.bytes();
  if (cipher === 'none') {
    if (tag.length > 0) throw damagedKey();
    return readSection(section, publicKeys, damagedKey);
  }
  const plain = await decrypt({ cipher, kdf, kdfOptions, ciphertext: section, tag });
  // With another passphrase the section is noise.
  return readSection(plain, publicKeys, wrongPassphrase);
}

/** The error for a passphrase that does not decrypt. */
export function wrongPassphrase() {
  return usage('The passphrase is not the one of the private key');
}

async function readSection(
  section: Uint8Array,
  publicKeys: readonly Uint8Array[],
  mismatch: () => Error,
): Promise<JsonWebKey[]> {
  const reader = new SshReader(section);
  const check = reader.u32();
  if (reader.u32() !== check) throw mismatch();
  const keys: JsonWebKey[] = [];
  for (const blob of publicKeys) {
    const jwk = await readPrivateFields(reader);
    reader.string(); // comment
    if (!equalBytes(encodePublicKey(jwk).blob, blob)) throw damagedKey();
    keys.push(jwk);
  }
  if (reader.bytes().some((byte, index) => byte !== ((index + 1) & 0xff))) throw damagedKey();
  return keys;
}

function readPrivateFields(reader: SshReader): Promise<JsonWebKey> | JsonWebKey {
  const type = reader.name();
  refuseByType(type);
  if (type === 'ssh-rsa') {
    const [n, e, d, qi] = [reader.mpint(), reader.mpint(), reader.mpint(), reader.mpint()];
    return rsaJwk({ n, e, d, qi, p: reader.mpint(), q: reader.mpint() });
  }
  const fields = readPublicFields(reader, type);
  const { fieldBytes } = SIGNATURE_METHODS.get(type) ?? {};
  // Behind an Ed25519 seed the public key stands once more.
  if (fieldBytes === undefined) return readSeed(reader.string().subarray(0, 32));
  const scalar = reader.mpint();
  const d = new Uint8Array(fieldBytes);
  if (scalar.length > fieldBytes) throw damagedKey();
  d.set(scalar, fieldBytes - scalar.length);
  return { ...fields, d: toBase64Url(d) };
}

function refuseByType(type: string): void {
  if (type.startsWith('sk-')) throw fidoKey();
  if (type === 'ssh-dss')
    throw usage('The private key is a DSA key, which servers have not accepted for years');
  const keyType = SIGNATURE_METHODS.get(type)?.keyType ?? (type === 'ssh-rsa' ? type : undefined);
  if (keyType !== type) throw protocolError('A private key has an unknown type');
}
