// A chain that is explained instead of thrown.
import { expect, it } from 'vitest';
import { anchorsOf, checkChain, type Verification } from '../../src/x509/index.ts';
import { authority, NAME, server } from './chains.ts';
import { pem } from './make-certificate.ts';

const root = await authority();
const leaf = await server(root);
const verification: Verification = {
  trust: 'authorities',
  anchors: anchorsOf(root.pem),
  name: NAME,
  pins: [],
  now: Date.now(),
};

it('one that holds', async () => {
  const report = await checkChain([leaf.der, root.der], verification);
  expect(report.failure).toBeUndefined();
  expect(report.validUntil).toBeGreaterThan(Date.now());
  expect(report.certificates.map(({ certificate }) => certificate?.subject)).toEqual(
    ['CN=server', 'CN=Root,O=House'].map(reversed),
  );
});

it('one that does not, with what each certificate says', async () => {
  const report = await checkChain([leaf.der], { ...verification, name: 'other.example.com' });
  expect(report.validUntil).toBeUndefined();
  expect(report.failure).toMatchObject({ reason: 'name_mismatch', certificate: { subject: 'CN=server' } });
  expect(report.failure?.message).toContain('tls.servername');
});

it('one that cannot be read', async () => {
  const report = await checkChain([leaf.der, Uint8Array.of(1, 2, 3)], verification);
  expect(report.certificates[0]?.certificate?.subject).toBe('CN=server');
  expect(report.certificates[1]).toMatchObject({
    certificate: undefined,
    problem: expect.stringContaining('malformed'),
  });
  expect(report.failure).toMatchObject({ reason: 'protocol', certificate: undefined });
});

it('anchors: several texts, several certificates in one', async () => {
  const other = await authority({ subject: 'CN=Other' });
  expect(anchorsOf([root.pem, other.pem])).toHaveLength(2);
  expect(anchorsOf(`${root.pem}${other.pem}`)).toHaveLength(2);
  expect(() => anchorsOf(pem('CERTIFICATE', Uint8Array.of(5, 0)))).toThrow(
    expect.objectContaining({ code: 'usage' }),
  );
});

/** RFC 4514 begins at the end. */
function reversed(name: string): string {
  return name.split(',').reverse().join(',');
}
