// Host keys and certificates as a server presents them: proven by a signature, of the agreed type, the same at each rekey.
import { describe, expect, it } from 'vitest';
import type { PresentedHostKey } from '../src/host-keys/types.ts';
import { HOST_CERTIFICATES } from './support/certificates.ts';
import { errorOf } from './support/expect-error.ts';
import { edKey, HASH, HOST, policyOf, presented, rsaKey, verdict } from './support/host-keys.ts';
import { PUBLIC } from './support/key-files.ts';
import { blobOf } from './support/key-lines.ts';

const { ed25519: ED, rsa2048: RSA, ca: CA, rsaca: RSA_CA, dsa: DSA, rsa1024: SHORT } = PUBLIC;

describe('a host key as it is presented', () => {
  const known = `${HOST} ${ED}\n${HOST} ${RSA}`;
  it('signs with RSA and SHA-2', async () => {
    expect(await verdict(known, rsaKey)).toBe('accepted');
    expect(await verdict(known, await presented('rsa2048', RSA, 'rsa-sha2-256'))).toBe('accepted');
  });

  const forged: readonly (readonly [string, PresentedHostKey])[] = [
    ['of another type than its algorithm', { ...edKey, algorithm: 'rsa-sha2-512' }],
    ['with an algorithm of certificates', { ...edKey, algorithm: 'ssh-ed25519-cert-v01@openssh.com' }],
    ['for SHA-1', { ...rsaKey, algorithm: 'ssh-rsa' }],
    ['with a signature of another hash', { ...rsaKey, algorithm: 'rsa-sha2-256' }],
    ['with a signature by another key', { ...edKey, signature: rsaKey.signature }],
    ['with a signature of something else', { ...edKey, exchangeHash: HASH.slice(1) }],
    ['that is cut', { ...edKey, blob: edKey.blob.subarray(0, -1) }],
    ['with bytes behind it', { ...edKey, blob: Uint8Array.of(...edKey.blob, 0) }],
    ['with bytes behind its signature', { ...edKey, signature: Uint8Array.of(...edKey.signature, 0) }],
    ['of 1,024 bits', { ...rsaKey, blob: blobOf(SHORT) }],
    ['DSA', { ...edKey, blob: blobOf(DSA), algorithm: 'ssh-dss' }],
  ];
  it.each(forged)('is refused %s', async (_name, key) => {
    for (const options of [{ knownHosts: known }, { insecureAcceptAnyHostKey: true }]) {
      const { verify } = await policyOf(options);
      expect(await errorOf(() => verify(key))).toMatchObject({ code: 'protocol', blame: 'peer' });
    }
  });

  it('is the same at each rekey', async () => {
    const { verify } = await policyOf({ knownHosts: known });
    await verify(edKey);
    await verify(edKey);
    const error = await errorOf(() => verify(rsaKey));
    expect(error).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('another key than when'),
    });
  });
});

describe('a certificate of a host', () => {
  const authority = `@cert-authority *.example ${CA}`;
  const name = 'ssh-ed25519-cert-v01@openssh.com';
  const rows: readonly (readonly [string, keyof typeof HOST_CERTIFICATES, string, string])[] = [
    ['of the authority', 'ed25519', authority, 'accepted'],
    ['with a glob as its principal', 'glob', authority, 'accepted'],
    ['by RSA with SHA-2', 'rsaca', `@cert-authority * ${RSA_CA}`, 'accepted'],
    ['that has expired', 'expired', authority, 'has expired at 2001-01-01'],
    ['that is not valid yet', 'future', authority, 'is valid only from 2090-01-01'],
    ['of other hosts', 'wrong', authority, 'is one of other hosts'],
    ['without principals', 'noprincipal', authority, 'is one of other hosts'],
    ['with a critical option', 'critical', authority, 'critical option'],
    ['by RSA with SHA-1', 'sha1', `@cert-authority * ${RSA_CA}`, 'is not signed as it has to be'],
    ['of a user', 'user', authority, 'is one of a user'],
    ['of another authority', 'otherca', authority, 'ssh-ed25519 certificate'],
    ['of an authority that is revoked', 'ed25519', `@revoked * ${CA}\n${authority}`, 'revoked the authority'],
    ['with a key that is revoked', 'ed25519', `@revoked * ${ED}\n${authority}`, 'revoked the host'],
    [
      'of an authority of other hosts',
      'ed25519',
      `@cert-authority web.example ${CA}\n${HOST} ${RSA}`,
      'expected was',
    ],
    ['of another authority, with a key that is known', 'otherca', `${authority}\n${HOST} ${ED}`, 'accepted'],
    ['that has expired, with a key that is known', 'expired', `${authority}\n${HOST} ${ED}`, 'has expired'],
  ];
  it.each(rows)('%s', async (_name, certificate, knownHosts, expected) => {
    const { verify } = await policyOf({ knownHosts });
    const key = await presented('ed25519', HOST_CERTIFICATES[certificate], name);
    if (expected === 'accepted') await verify(key);
    else
      expect(await errorOf(() => verify(key))).toMatchObject({
        code: 'auth',
        message: expect.stringContaining(expected),
      });
  });

  it('may have a key of any type', async () => {
    const rsa = await presented('rsa2048', HOST_CERTIFICATES.rsa, 'rsa-sha2-512-cert-v01@openssh.com');
    const ecdsa = await presented(
      'ecdsa384',
      HOST_CERTIFICATES.ecdsa,
      'ecdsa-sha2-nistp384-cert-v01@openssh.com',
    );
    expect(await verdict(authority, rsa)).toBe('accepted');
    expect(await verdict(authority, ecdsa)).toBe('accepted');
  });

  it('is refused where its authority did not sign it, or the host did not sign the exchange', async () => {
    const key = await presented('ed25519', HOST_CERTIFICATES.ed25519, name);
    const blob = key.blob.slice();
    const last = blob.length - 1;
    blob[last] = (blob[last] ?? 0) ^ 1;
    expect(await verdict(authority, { ...key, blob })).toBe('auth');
    expect(await verdict(authority, { ...key, signature: rsaKey.signature })).toBe('protocol');
  });
});
