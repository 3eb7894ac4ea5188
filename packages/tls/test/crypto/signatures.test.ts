// Every scheme signs and verifies, and goes with its own keys alone.
import { describe, expect, it } from 'vitest';
import { readSigningKey, SCHEMES, verifySignature } from '../../src/crypto/index.ts';
import type { KeyKind, SignatureScheme } from '../../src/crypto/types.ts';
import { makeKey } from './keys.ts';

const KINDS: readonly KeyKind[] = ['ec-p256', 'ec-p384', 'ec-p521', 'ed25519', 'rsa', 'rsa-pss'];
const DATA = new TextEncoder().encode('what is signed');

function named(name: string): SignatureScheme {
  const found = [...SCHEMES.values()].find((scheme) => scheme.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

describe.each(KINDS)('a key of %s', (kind) => {
  it('signs by each of its schemes and verifies that alone', async () => {
    const { publicKey, pem } = await makeKey(kind);
    const key = await readSigningKey(pem, publicKey);
    expect(key.kind).toBe(kind);
    expect(key.schemes.length).toBeGreaterThan(0);
    for (const scheme of key.schemes) {
      const signature = await key.sign(scheme, DATA);
      expect(await verifySignature(publicKey, scheme, DATA, signature)).toBe(true);
      expect(await verifySignature(publicKey, scheme, DATA.with(0, 0), signature)).toBe(false);
      const last = signature.length - 1;
      const changed = signature.with(last, (signature[last] ?? 0) ^ 1);
      expect(await verifySignature(publicKey, scheme, DATA, changed)).toBe(false);
      expect(await verifySignature(publicKey, scheme, DATA, signature.subarray(1))).toBe(false);
      for (const other of SCHEMES.values()) {
        if (other === scheme) continue;
        expect(await verifySignature(publicKey, other, DATA, signature)).toBe(false);
      }
    }
  });

  it('refuses what is no key', async () => {
    const { publicKey, pem } = await makeKey(kind);
    const key = await readSigningKey(pem, publicKey);
    const [scheme] = key.schemes;
    if (!scheme) throw new Error('no scheme');
    const signature = await key.sign(scheme, DATA);
    const { spki } = publicKey;
    for (const broken of [new Uint8Array(0), spki.subarray(1), spki.subarray(0, -1), spki.with(0, 0x31)]) {
      expect(await verifySignature({ ...publicKey, spki: broken }, scheme, DATA, signature)).toBe(false);
    }
  });
});

describe('schemes', () => {
  it('have no PKCS#1 in handshakes of TLS 1.3, and there one curve each', () => {
    const inTls13 = [...SCHEMES.values()].flatMap(({ name, tls13Keys }) =>
      tls13Keys.map((key) => `${name} ${key}`),
    );
    expect(inTls13.sort()).toEqual([
      'ecdsa_secp256r1_sha256 ec-p256',
      'ecdsa_secp384r1_sha384 ec-p384',
      'ecdsa_secp521r1_sha512 ec-p521',
      'ed25519 ed25519',
      'rsa_pss_pss_sha256 rsa-pss',
      'rsa_pss_pss_sha384 rsa-pss',
      'rsa_pss_pss_sha512 rsa-pss',
      'rsa_pss_rsae_sha256 rsa',
      'rsa_pss_rsae_sha384 rsa',
      'rsa_pss_rsae_sha512 rsa',
    ]);
  });

  it('keep to the parameters of a key of RSASSA-PSS', async () => {
    const { publicKey, pem } = await makeKey('rsa-pss');
    const key = await readSigningKey(pem, publicKey);
    expect(key.schemes.map(({ name }) => name)).toEqual(['rsa_pss_pss_sha256']);
    const free = { ...publicKey, spki: withoutParameters(publicKey.spki) };
    const freeKey = await readSigningKey(pem, free);
    const scheme = named('rsa_pss_pss_sha384');
    const signature = await freeKey.sign(scheme, DATA);
    expect(await verifySignature(free, scheme, DATA, signature)).toBe(true);
    expect(await verifySignature(publicKey, scheme, DATA, signature)).toBe(false);
  });
});

/** The key as OpenSSL makes it where nothing is asked for: 65 bytes of AlgorithmIdentifier become 11. */
function withoutParameters(spki: Uint8Array): Uint8Array {
  const bits = spki.subarray(4 + 2 + 65);
  const algorithm = [0x30, 11, ...spki.subarray(6, 6 + 11)];
  const length = algorithm.length + bits.length;
  return Uint8Array.of(0x30, 0x82, length >> 8, length & 0xff, ...algorithm, ...bits);
}
