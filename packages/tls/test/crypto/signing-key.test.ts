// What a caller may hand in as a private key, and that no refusal repeats it.
import { describe, expect, it } from 'vitest';
import { readSigningKey } from '../../src/crypto/index.ts';
import type { PublicKey } from '../../src/crypto/types.ts';
import { makeKey, makePair, pemOf, publicKeyOf } from './keys.ts';

/** The error of handing in `key`. */
async function refusal(key: string | CryptoKey, leaf: PublicKey): Promise<{ code: string; message: string }> {
  return readSigningKey(key, leaf).then(
    () => ({ code: 'none', message: '' }),
    (error: { code: string; message: string }) => error,
  );
}

describe('a private key in PEM', () => {
  it('may stand among other texts and certificates', async () => {
    const { publicKey, pem } = await makeKey('ec-p256');
    const text = `Bag Attributes\r\n${pemOf('CERTIFICATE', new Uint8Array(99))}${pem.replaceAll('\n', '\r\n')}`;
    expect((await readSigningKey(text, publicKey)).schemes.map(({ name }) => name)).toEqual([
      'ecdsa_secp256r1_sha256',
    ]);
  });

  it.each([
    ['EC PRIVATE KEY', 'openssl pkcs8 -topk8 -nocrypt'],
    ['RSA PRIVATE KEY', 'openssl pkcs8 -topk8 -nocrypt'],
    ['ENCRYPTED PRIVATE KEY', 'passphrase'],
    ['OPENSSH PRIVATE KEY', 'OPENSSH PRIVATE KEY'],
    ['CERTIFICATE', 'BEGIN PRIVATE KEY'],
  ])('is refused as %s with what to do', async (label, way) => {
    const { publicKey, pem } = await makeKey('ec-p256');
    const error = await refusal(pem.replaceAll('PRIVATE KEY', label), publicKey);
    expect(error.code).toBe('usage');
    expect(error.message).toContain(way);
    expectNothingOf(pem, error.message);
  });

  it('is refused where it is empty, broken, doubled, or too long', async () => {
    const { publicKey, pem } = await makeKey('ec-p256');
    const broken = pem.replace(/\n(.{10})/, '\n!$1');
    for (const text of ['', 'no key', broken, pem + pem, pem.slice(0, 100), pem + ' '.repeat(100_000)]) {
      const error = await refusal(text, publicKey);
      expect(error.code).toBe('usage');
      expectNothingOf(pem, error.message);
    }
  });

  it('is refused where it is no PKCS#8, or of another kind', async () => {
    const { publicKey } = await makeKey('ec-p256');
    const rubbish = pemOf('PRIVATE KEY', crypto.getRandomValues(new Uint8Array(100)));
    for (const text of [rubbish, (await makeKey('ed25519')).pem, (await makeKey('ec-p384')).pem]) {
      const error = await refusal(text, publicKey);
      expect(error.code).toBe('usage');
      expectNothingOf(text, error.message);
    }
  });

  it.each(['ec-p256', 'ed25519', 'rsa'] as const)(
    "of %s is refused where it is not the certificate's",
    async (kind) => {
      const [one, other] = await Promise.all([makeKey(kind), makeKey(kind)]);
      const error = await refusal(one.pem, other.publicKey);
      expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('not the private key') });
      expectNothingOf(one.pem, error.message);
    },
  );
});

describe('a CryptoKey', () => {
  it('signs by the one scheme it was made for', async () => {
    const pair = await makePair('rsa');
    const leaf = await publicKeyOf('rsa', pair.publicKey);
    const key = await readSigningKey(pair.privateKey, leaf);
    expect(key.schemes.map(({ name }) => name)).toEqual(['rsa_pss_rsae_sha256']);
  });

  it('is refused where it is public, may not sign, or is of another kind', async () => {
    const pair = await makePair('ec-p256');
    const leaf = await publicKeyOf('ec-p256', pair.publicKey);
    const ecdh = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, [
      'deriveBits',
    ]);
    if (!('privateKey' in ecdh)) throw new Error('no pair');
    const others = [pair.publicKey, ecdh.privateKey, (await makePair('ec-p384')).privateKey];
    for (const key of others) expect(await refusal(key, leaf)).toMatchObject({ code: 'usage' });
  });
});

/** No run of eight characters of the key. */
function expectNothingOf(pem: string, message: string): void {
  const body = pem.replace(/-----.*-----/g, '').replace(/\s/g, '');
  for (let at = 0; at + 8 <= body.length; at++) expect(message).not.toContain(body.slice(at, at + 8));
}
