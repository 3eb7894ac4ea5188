// Public authorities as Node has them: every one is read, verifies itself, and is named as OpenSSL names it.
import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { verifySignature } from '../../src/crypto/index.ts';
import { anchorsOf, readPem, summaryOf } from '../../src/x509/index.ts';
import { certificateScheme } from '../../src/x509/read/signature-algorithm.ts';

it('are all read', async () => {
  const anchors = anchorsOf(rootCertificates);
  expect(anchors).toHaveLength(rootCertificates.length);
  expect(anchorsOf(rootCertificates.join('\n'))).toHaveLength(rootCertificates.length);
  for (const [at, { certificate }] of anchors.entries()) {
    if (certificate === undefined) throw new Error('An anchor has no certificate');
    const other = new X509Certificate(rootCertificates[at] ?? '');
    const summary = await summaryOf(certificate);
    expect(summary.fingerprint256).toBe(other.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(Date.parse(summary.validTo)).toBe(Date.parse(other.validTo));
    expect(certificate.extensions.basicConstraints?.ca).toBe(true);
    const cn = /^CN=(.*)$/m.exec(other.subject)?.[1];
    if (cn !== undefined)
      expect(summary.subject.replaceAll('\\', '')).toContain(`CN=${cn.replaceAll('\\', '')}`);
    const scheme = certificateScheme(certificate.signatureAlgorithm, certificate.publicKey.kind);
    if (scheme === undefined || certificate.weakness !== undefined) continue;
    const { publicKey, tbs, signature } = certificate;
    expect(await verifySignature(publicKey, scheme, tbs, signature), summary.subject).toBe(true);
  }
});

it('PEM: comments between blocks are passed over, everything else that is not whole is refused', () => {
  const [one = '', two = ''] = rootCertificates;
  expect(readPem(`# a comment\n${one}\nsubject=CN=x\n${two}`, 'CERTIFICATE')).toHaveLength(2);
  expect(readPem(one.replaceAll('\n', '\r\n'), 'CERTIFICATE')).toHaveLength(1);
  for (const broken of [
    '',
    'no PEM',
    one.slice(0, -30),
    one.slice(30),
    one.replace('MII', '*II'),
    one.replace(/.=?=?\n-----END/, '\n-----END'),
    one.replaceAll('CERTIFICATE', 'PRIVATE KEY'),
    `${one}\n${two.replaceAll('CERTIFICATE', 'RSA PRIVATE KEY')}`,
    `${one}-----BEGIN CERTIFICATE-----`,
    one.replace('\n', '\nProc-Type: 4,ENCRYPTED\n'),
  ]) {
    expect(() => readPem(broken, 'CERTIFICATE'), broken.slice(0, 60)).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  }
});

it('an authority that cannot be read is told by its place', () => {
  const [one = ''] = rootCertificates;
  const cut = `-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----`;
  expect(() => anchorsOf([one, cut])).toThrow(/Certificate 2 of tls\.ca/);
});
