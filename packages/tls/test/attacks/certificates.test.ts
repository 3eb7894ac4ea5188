// Attacks by an authority whose names are constrained, and by texts of PEM that cost time.
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { readPem } from '../../src/x509/index.ts';
import { authority, faultOf, NAME, server, verify } from '../x509/chains.ts';
import { element, oid, sequence, set } from '../x509/der-writer.ts';
import { generalName, makeCertificate, makeKey } from '../x509/make-certificate.ts';

const ORGANIZATION = '2.5.4.10';

/** A Name with one organization, as a string of that tag. */
const nameIn = (tag: number, bytes: readonly number[]): Uint8Array =>
  sequence(set(sequence(oid(ORGANIZATION), element(tag, Uint8Array.from(bytes)))));

const codes = (text: string): number[] => [...text].map((character) => character.codePointAt(0) ?? 0);

describe('a name that is excluded, in another kind of string', () => {
  it.each([
    ['PrintableString', 0x13, codes('Evil')],
    ['PrintableString, other case and spaces', 0x13, codes('  eVIL ')],
    ['TeletexString', 0x14, codes('Evil')],
    ['BMPString', 0x1e, codes('Evil').flatMap((code) => [0, code])],
    ['UniversalString', 0x1c, codes('Evil').flatMap((code) => [0, 0, 0, code])],
    ['VisibleString', 0x1a, codes('Evil')],
    ['OCTET STRING', 0x04, codes('Evil')],
    ['UTF8String of full width', 0x0c, [...new TextEncoder().encode('Ｅｖｉｌ')]],
  ])('%s', async (_kind, tag, bytes) => {
    const root = await authority({ nameConstraints: { excluded: [generalName('DirName:O=Evil')] } });
    await verify([await server(root, { subject: 'O=Good' })], { anchors: [root] });
    const leaf = await server(root, { subject: nameIn(tag, bytes) });
    expect(await faultOf([leaf], { anchors: [root] })).toMatchObject({ reason: 'constraint' });
  });

  it('Latin-1 in a TeletexString', async () => {
    const root = await authority({ nameConstraints: { excluded: [generalName('DirName:O=Évil')] } });
    const leaf = await server(root, { subject: nameIn(0x14, codes('Évil')) });
    expect(await faultOf([leaf], { anchors: [root] })).toMatchObject({ reason: 'constraint' });
  });

  it('does not concern those who have no such constraint', async () => {
    const root = await authority({ nameConstraints: { permitted: [generalName('DNS:example.com')] } });
    await verify([await server(root, { subject: nameIn(0x1c, [0, 0, 0, 65]) })], { anchors: [root] });
  });
});

it('a mail address in the subject is excluded too, though there are alternative names', async () => {
  const root = await authority({ nameConstraints: { excluded: [generalName('email:evil.net')] } });
  await verify([await server(root, { subject: 'emailAddress=x@good.net' })], { anchors: [root] });
  const leaf = await server(root, { subject: 'emailAddress=x@evil.net' });
  expect(await faultOf([leaf], { anchors: [root] })).toMatchObject({ reason: 'constraint' });
});

describe('an authority below a constrained one', () => {
  it('does not get rid of the constraints by the names of those above it', async () => {
    const root = await authority({ subject: 'CN=Root' });
    const nameConstraints = { permitted: [generalName('DNS:allowed.test')] };
    const narrow = await authority({ subject: 'CN=Narrow', signer: root, nameConstraints });
    const key = await makeKey();
    // By its own name once more, by the root's name, and by the root's name signed by itself.
    const own = await authority({ subject: 'CN=Narrow', signer: narrow, key });
    const asRoot = await authority({ subject: 'CN=Root', signer: narrow, key });
    const alone = await authority({ subject: 'CN=Root', key });
    for (const above of [[own], [asRoot], [alone], [own, asRoot, alone]]) {
      const [issuer = own] = above;
      const leaf = await server(issuer, { san: ['DNS:db.example.com'] });
      await faultOf([leaf, ...above, narrow], { anchors: [root] });
      await faultOf([leaf, ...above, narrow, root], { anchors: [root] });
    }
  });

  it('is none though its certificate is trusted as it is', async () => {
    const trusted = await makeCertificate({ subject: 'CN=self', san: [`DNS:${NAME}`] });
    await verify([trusted], { anchors: [trusted] });
    const below = await server(trusted, { san: ['DNS:other.test'] });
    const twin = await makeCertificate({ subject: 'CN=self', key: trusted.key, san: ['DNS:other.test'] });
    for (const chain of [[below], [below, trusted], [twin], [twin, trusted]]) {
      const fault = await faultOf(chain, { anchors: [trusted], name: 'other.test' });
      expect(fault).toMatchObject({ reason: 'constraint' });
    }
  });
});

describe('texts of PEM', () => {
  it.each([
    ['spaces', `-----BEGIN CERTIFICATE-----${' '.repeat(1_000_000)}`],
    ['spaces in front of a wrong end', `-----BEGIN CERTIFICATE-----${' '.repeat(1_000_000)}-`],
    ['base64', `-----BEGIN CERTIFICATE-----\n${'A'.repeat(1_000_000)}`],
    ['beginnings', '-----BEGIN CERTIFICATE-----\n'.repeat(30_000)],
  ])('cost no more time than they are long: %s', (_what, text) => {
    const start = performance.now();
    expect(() => readPem(text, 'CERTIFICATE')).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('are never shown', async () => {
    const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ';
    for (const text of [
      `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`,
      `-----BEGIN CERTIFICATE-----\n${secret}!\n-----END CERTIFICATE-----`,
      secret,
    ]) {
      try {
        readPem(text, 'CERTIFICATE');
        expect.unreachable();
      } catch (error) {
        if (!isFairleadError(error)) throw error;
        expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(secret.slice(0, 8));
      }
    }
  });
});
