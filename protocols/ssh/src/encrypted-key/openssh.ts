// Decrypts the private section of OpenSSH's format (PROTOCOL.key): bcrypt_pbkdf, then AES.
/// <reference path="./bcrypt-pbkdf.d.ts" />
import { concat } from '@fairlead/bytes';
import { FairleadError, usage } from '@fairlead/errors';
import bcrypt from 'bcrypt-pbkdf';
import { damagedKey } from '../keys/identity.ts';
import { type EncryptedSection, wrongPassphrase } from '../keys/private/openssh-key.ts';
import { SshReader } from '../wire/ssh-reader.ts';

/** More than any tool writes by default; it takes some 4 s. */
export const MAX_ROUNDS = 256;
const BLOCK_BYTES = 16;
const CIPHER = /^aes(128|192|256)-(ctr|cbc|gcm)(@openssh\.com)?$/;

/** @throws FairleadError `usage`, `limit`, `protocol`. */
export async function decryptOpenssh(
  { cipher, kdf, kdfOptions, ciphertext, tag }: EncryptedSection,
  passphrase: Uint8Array,
  maxRounds: number,
): Promise<Uint8Array> {
  const [, bits, mode, suffix] = CIPHER.exec(cipher) ?? [];
  if (bits === undefined || (mode === 'gcm') !== (suffix !== undefined)) {
    throw usage(
      'The private key is encrypted with a cipher that is not supported: convert it with `ssh-keygen -p -Z aes256-ctr`',
    );
  }
  if (kdf !== 'bcrypt')
    throw usage('The private key is encrypted with another function for passphrases than bcrypt');
  const keyBytes = Number(bits) / 8;
  const ivBytes = mode === 'gcm' ? 12 : BLOCK_BYTES;
  const derived = derive(kdfOptions, passphrase, maxRounds, keyBytes + ivBytes);
  const iv = derived.slice(keyBytes);
  const name = `AES-${mode?.toUpperCase()}`;
  if (mode !== 'gcm' && (tag.length > 0 || ciphertext.length % BLOCK_BYTES > 0)) throw damagedKey();
  const usages = mode === 'cbc' ? ['decrypt', 'encrypt'] : ['decrypt'];
  const key = await crypto.subtle.importKey('raw', derived.subarray(0, keyBytes), name, false, usages);
  if (mode === 'gcm') return decrypt({ name, iv }, key, concat([ciphertext, tag]));
  if (mode === 'ctr') return decrypt({ name, counter: iv, length: 128 }, key, ciphertext);
  return decrypt({ name, iv }, key, concat([ciphertext, await paddingAfter(ciphertext, key)]));
}

/** OpenSSH's CBC has no padding, WebCrypto's wants some: the block that holds nothing but padding, behind the ciphertext. */
async function paddingAfter(ciphertext: Uint8Array, key: CryptoKey): Promise<Uint8Array> {
  const iv = ciphertext.slice(-BLOCK_BYTES);
  if (iv.length === 0) throw damagedKey();
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, new Uint8Array()));
}

async function decrypt(
  algorithm: { name: string; iv?: Uint8Array; counter?: Uint8Array; length?: number },
  key: CryptoKey,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, ciphertext));
  } catch {
    throw wrongPassphrase();
  }
}

function derive(options: Uint8Array, passphrase: Uint8Array, maxRounds: number, length: number): Uint8Array {
  const reader = new SshReader(options);
  const salt = reader.string();
  const rounds = reader.u32();
  reader.end();
  if (rounds > maxRounds) {
    throw new FairleadError(
      'limit',
      `The private key is encrypted with ${rounds} rounds of bcrypt: ${maxRounds} are allowed`,
    );
  }
  const derived = new Uint8Array(length);
  const status = bcrypt.pbkdf(passphrase, passphrase.length, salt, salt.length, derived, length, rounds);
  if (status !== 0) throw damagedKey();
  return derived;
}
