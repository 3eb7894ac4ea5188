// Mozilla's roots: whole, distinct, and the keys that they should be.
import { describe, expect, it } from 'vitest';
import { verifySignature } from '../../src/crypto/index.ts';
import { publicRoots } from '../../src/roots/index.ts';
import { readCertificate, readPem } from '../../src/x509/index.ts';
import { certificateScheme } from '../../src/x509/read/signature-algorithm.ts';

/** Signed by itself, which shows that the key is this one. */
const ISRG_ROOT_X2 = `-----BEGIN CERTIFICATE-----
MIICGzCCAaGgAwIBAgIQQdKd0XLq7qeAwSxs6S+HUjAKBggqhkjOPQQDAzBPMQsw
CQYDVQQGEwJVUzEpMCcGA1UEChMgSW50ZXJuZXQgU2VjdXJpdHkgUmVzZWFyY2gg
R3JvdXAxFTATBgNVBAMTDElTUkcgUm9vdCBYMjAeFw0yMDA5MDQwMDAwMDBaFw00
MDA5MTcxNjAwMDBaME8xCzAJBgNVBAYTAlVTMSkwJwYDVQQKEyBJbnRlcm5ldCBT
ZWN1cml0eSBSZXNlYXJjaCBHcm91cDEVMBMGA1UEAxMMSVNSRyBSb290IFgyMHYw
EAYHKoZIzj0CAQYFK4EEACIDYgAEzZvVn4CDCuwJSvMWSj5cz3es3mcFDR0HttwW
+1qLFNvicWDEukWVEYmO6gbf9yoWHKS5xcUy4APgHoIYOIvXRdgKam7mAHf7AlF9
ItgKbppbd9/w+kHsOdx1ymgHDB/qo0IwQDAOBgNVHQ8BAf8EBAMCAQYwDwYDVR0T
AQH/BAUwAwEB/zAdBgNVHQ4EFgQUfEKWrt5LSDv6kviejM9ti6lyN5UwCgYIKoZI
zj0EAwMDaAAwZQIwe3lORlCEwkSHRhtFcP9Ymd70/aTSVaYgLXTWNLxBo1BfASdW
tL4ndQavEi51mI38AjEAi/V3bNTIZargCyzuFJ0nN6T5U6VR5CmD1/iQMVtCnwr1
/q4AaOeMSQ+2b1tbFfLn
-----END CERTIFICATE-----`;

const ALGORITHMS = {
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  'ec-p256': { name: 'ECDSA', namedCurve: 'P-256' },
  'ec-p384': { name: 'ECDSA', namedCurve: 'P-384' },
  'ec-p521': { name: 'ECDSA', namedCurve: 'P-521' },
};

describe('publicRoots()', () => {
  it('has the authorities that people need, each once', () => {
    const names = publicRoots().map(({ subject }) => new TextDecoder('latin1').decode(subject));
    for (const name of ['ISRG Root X1', 'Amazon Root CA 1', 'GTS Root R1', 'DigiCert Global Root G2']) {
      expect(names.filter((text) => text.includes(name))).not.toEqual([]);
    }
    expect(names.filter((text) => text.includes('TUBITAK'))).toEqual([]);
    expect(names.length).toBeGreaterThan(100);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is decoded once', () => {
    expect(publicRoots()).toBe(publicRoots());
  });

  it('has keys that the platform can import', async () => {
    for (const { publicKey } of publicRoots()) {
      const { kind, spki } = publicKey;
      if (kind === 'ed25519' || kind === 'rsa-pss') throw new Error(`a root with a key of ${kind}`);
      const key = await crypto.subtle.importKey('spki', spki, ALGORITHMS[kind], false, ['verify']);
      expect(key.type).toBe('public');
    }
  });

  it("has the key that an authority's own certificate is signed with", async () => {
    const [der = new Uint8Array(0)] = readPem(ISRG_ROOT_X2, 'CERTIFICATE');
    const { subject, tbs, signature, signatureAlgorithm } = readCertificate(der);
    const root = publicRoots().find((anchor) => anchor.subject.toString() === subject.toString());
    if (!root) throw new Error('ISRG Root X2 is not in the list');
    const scheme = certificateScheme(signatureAlgorithm, root.publicKey.kind);
    if (!scheme) throw new Error('no scheme');
    expect(await verifySignature(root.publicKey, scheme, tbs, signature)).toBe(true);
    expect(await verifySignature(root.publicKey, scheme, tbs.with(9, 1), signature)).toBe(false);
  });
});
