// Private keys behind a passphrase, as ssh-keygen and openssl write them. Those that cost too much are refused before.
import { describe, expect, it } from 'vitest';
import { decryptPrivateKey } from '../src/encrypted-key/index.ts';
import {
  ENCRYPTED_REFUSED,
  OPENSSH_ENCRYPTED,
  OPENSSH_ENCRYPTED_PUBLIC,
  PBES2,
} from './support/encrypted-key-files.ts';
import { errorOf } from './support/expect-error.ts';
import { OPENSSH, PUBLIC, REFUSED } from './support/key-files.ts';
import { blobOf } from './support/key-lines.ts';

const PASSPHRASE = 'secret pass';

describe('an encrypted key', () => {
  it.each(Object.keys(OPENSSH_ENCRYPTED) as (keyof typeof OPENSSH_ENCRYPTED)[])(
    'of OpenSSH with %s',
    async (cipher) => {
      const file = OPENSSH_ENCRYPTED[cipher];
      const { blob } = await decryptPrivateKey(file, PASSPHRASE);
      expect(blob).toEqual(blobOf(OPENSSH_ENCRYPTED_PUBLIC[cipher]));
      const error = await errorOf(() => decryptPrivateKey(file, 'another'));
      expect(error).toMatchObject({
        code: 'usage',
        message: 'The passphrase is not the one of the private key',
      });
    },
  );

  it.each(Object.keys(PBES2) as (keyof typeof PBES2)[])('of PKCS#8 with %s', async (name) => {
    const { blob } = await decryptPrivateKey(PBES2[name], PASSPHRASE);
    expect(blob).toEqual(blobOf(PUBLIC['ed25519 pkcs8']));
    const error = await errorOf(() => decryptPrivateKey(PBES2[name], 'another'));
    // By chance, 1 of 256, the padding of the wrong plaintext is right.
    expect(error.code).toBe('usage');
  });

  it('may be none', async () => {
    expect((await decryptPrivateKey(OPENSSH.ed25519, PASSPHRASE)).blob).toEqual(blobOf(PUBLIC.ed25519));
  });

  it.each([
    ['chacha20', 'usage', 'a cipher that is not supported'],
    ['3des', 'usage', 'a cipher that is not supported'],
    ['300 rounds', 'limit', '300 rounds of bcrypt: 256 are allowed'],
    ['scrypt', 'usage', 'PBES2 with PBKDF2 and AES-CBC'],
    ['pkcs8 3des', 'usage', 'PBES2 with PBKDF2 and AES-CBC'],
    ['2000000 iterations', 'limit', '2000000 iterations of PBKDF2: 1000000 are allowed'],
  ] as const)('is refused with %s', async (name, code, words) => {
    const error = await errorOf(() => decryptPrivateKey(ENCRYPTED_REFUSED[name], PASSPHRASE));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain(PASSPHRASE);
  });

  it('is refused with more rounds than the caller allows', async () => {
    const error = await errorOf(() =>
      decryptPrivateKey(OPENSSH_ENCRYPTED['aes256-ctr'], PASSPHRASE, { maxRounds: 3 }),
    );
    expect(error).toMatchObject({
      code: 'limit',
      message: expect.stringContaining('4 rounds of bcrypt: 3 are allowed'),
    });
  });

  it.each([
    ['an empty passphrase', '', {}],
    ['a passphrase that is no text', 7, {}],
    ['no rounds', PASSPHRASE, { maxRounds: 0 }],
    ['more rounds than 256', PASSPHRASE, { maxRounds: 257 }],
  ])('is refused with %s', async (_name, passphrase, options) => {
    const call = () => decryptPrivateKey(OPENSSH_ENCRYPTED['aes256-ctr'], passphrase as string, options);
    expect((await errorOf(call)).code).toBe('usage');
  });

  it('is refused in the old way of PEM', async () => {
    const error = await errorOf(() => decryptPrivateKey(REFUSED['encrypted pkcs1'], PASSPHRASE));
    expect(error.message).toContain('ssh-keygen -p');
  });
});
