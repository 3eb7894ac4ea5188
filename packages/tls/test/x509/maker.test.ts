// The certificates that the other tests make: OpenSSL, by way of Node, reads them as they were meant.
import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeCertificate, makeKey, type TestKeyKind } from './make-certificate.ts';

it.each<[TestKeyKind, boolean]>([
  ['ec-p256', false],
  ['ec-p384', false],
  ['ec-p521', false],
  ['ed25519', false],
  ['rsa', false],
  ['rsa', true],
])('%s, PSS %s', async (kind, pss) => {
  const root = await makeCertificate({ subject: 'O=House,CN=Root', key: await makeKey(kind), ca: true, pss });
  const leaf = await makeCertificate({
    signer: root,
    san: ['DNS:db.example.com', 'IP:10.0.0.1'],
    extKeyUsage: ['1.3.6.1.5.5.7.3.1'],
    pss,
  });
  const read = new X509Certificate(leaf.pem);
  expect(read.verify(new X509Certificate(root.der).publicKey)).toBe(true);
  expect(read.subjectAltName).toBe('DNS:db.example.com, IP Address:10.0.0.1');
  expect(new X509Certificate(root.der).ca).toBe(true);
});
