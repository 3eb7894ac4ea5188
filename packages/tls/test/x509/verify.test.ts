// Chains that hold, and each reason for which one does not: the reason, the alert, the certificate in question.
import { describe, expect, it } from 'vitest';
import { authority, faultOf, NAME, server, verify } from './chains.ts';
import { element, octets, sequence } from './der-writer.ts';
import {
  type CertificateOptions,
  extension,
  makeCertificate,
  makeKey,
  type TestKeyKind,
} from './make-certificate.ts';

const HOUR = 3_600_000;
const small = await makeKey('rsa-1024');
const root = await authority();
const middle = await authority({ subject: 'CN=Middle', signer: root });

describe('holds', () => {
  it('a server below a trusted authority, and what it tells', async () => {
    const leaf = await server(root, {
      serial: Uint8Array.of(0, 0xab),
      notAfter: new Date(Date.now() + HOUR),
    });
    const chain = await verify([leaf], { anchors: [root] });
    expect(chain.publicKey).toMatchObject({ kind: 'ec-p256', bits: 256, spki: leaf.key.spki });
    expect(chain.endPointHash).toBe('SHA-256');
    expect(chain.certificates).toHaveLength(1);
    expect(chain.certificates[0]).toMatchObject({
      subject: 'CN=server',
      issuer: 'O=House,CN=Root',
      names: [`DNS:${NAME}`],
      serialNumber: 'ab',
      der: leaf.der,
    });
    expect(chain.certificates[0]?.fingerprint256).toMatch(/^[0-9a-f]{64}$/);
    expect(chain.validUntil).toBe(Date.parse(chain.certificates[0]?.validTo ?? ''));
  });

  it('any order behind the first, doubles, the authority itself, and one that has nothing to do with it', async () => {
    const lower = await authority({ subject: 'CN=Lower', signer: middle });
    const other = await authority({ subject: 'CN=Other' });
    const leaf = await server(lower);
    const chain = await verify([leaf, root, other, middle, lower, middle], { anchors: [other, root] });
    expect(chain.certificates).toHaveLength(6);
  });

  it('two authorities of one name: the one whose key signed is found', async () => {
    const twin = await authority();
    await verify([await server(root)], { anchors: [twin, root] });
    const leaf = await server(middle);
    const otherMiddle = await authority({ subject: 'CN=Middle', signer: twin });
    await verify([leaf, otherMiddle, middle], { anchors: [root] });
  });

  it('more authorities of one name than attempts', async () => {
    const key = await makeKey();
    const twins = await Promise.all(Array.from({ length: 40 }, () => authority({ key })));
    const twin = await authority({ key: await makeKey() });
    await verify([await server(twin)], { anchors: [...twins, twin] });
  });

  it('a cross-sign: the path that holds is found behind the one that does not', async () => {
    const old = await authority({ subject: 'CN=Old', notAfter: new Date(Date.now() - 60_000) });
    const crossed = await authority({ key: root.key, signer: old });
    await verify([await server(middle), middle, crossed], { anchors: [old, root] });
  });

  it('a certificate that is trusted as it is, signed by itself', async () => {
    const own = await makeCertificate({ san: [`DNS:${NAME}`] });
    await verify([own], { anchors: [own] });
  });

  it.each<[TestKeyKind, CertificateOptions]>([
    ['ec-p256', { hash: 'SHA-384' }],
    ['ec-p384', {}],
    ['ec-p521', { hash: 'SHA-512' }],
    ['ed25519', {}],
    ['rsa', {}],
    ['rsa', { pss: true, hash: 'SHA-512' }],
  ])('signed by %s %o', async (kind, options) => {
    const own = await authority({ key: await makeKey(kind), ...options });
    const leaf = await server(own, { key: await makeKey(kind), ...options });
    const chain = await verify([leaf], { anchors: [own] });
    expect(chain.endPointHash).toBe(kind === 'ed25519' ? undefined : (options.hash ?? 'SHA-256'));
  });

  it('to the second: from the first moment through the last', async () => {
    const from = Date.UTC(2026, 2, 1);
    const to = Date.UTC(2026, 3, 1);
    const own = await authority({ notBefore: new Date(from), notAfter: new Date(to) });
    const leaf = await server(own, { notBefore: new Date(from), notAfter: new Date(to) });
    for (const now of [from, to, to + 999]) await verify([leaf], { anchors: [own], now });
    expect(await faultOf([leaf], { anchors: [own], now: from - 1 })).toMatchObject({
      reason: 'not_yet_valid',
    });
    expect(await faultOf([leaf], { anchors: [own], now: to + 1000 })).toMatchObject({ reason: 'expired' });
  });

  it('an authority of a path length, with one below that signed for itself', async () => {
    const own = await authority({ subject: 'CN=Length', pathLength: 1 });
    const lower = await authority({ subject: 'CN=Lower', signer: own, pathLength: 0 });
    const again = await authority({ subject: 'CN=Lower', signer: lower, pathLength: 0 });
    await verify([await server(again), again, lower], { anchors: [own] });
  });
});

describe('who signed', () => {
  it('nobody that is trusted', async () => {
    const leaf = await server(root);
    const fault = await faultOf([leaf], { anchors: [middle] });
    expect(fault).toMatchObject({ reason: 'unknown_issuer', alert: 'unknown_ca' });
    expect(fault.certificate?.subject).toBe('CN=server');
    expect(fault.message).toContain('O=House,CN=Root');
    expect(fault.message).toContain('tls.ca');
  });

  it('itself', async () => {
    const fault = await faultOf([await makeCertificate({ san: [`DNS:${NAME}`] })], { anchors: [root] });
    expect(fault).toMatchObject({ reason: 'unknown_issuer' });
    expect(fault.message).toContain('signed by itself');
  });

  it('another key of the same name', async () => {
    const fault = await faultOf([await server(await authority())], { anchors: [root] });
    expect(fault).toMatchObject({ reason: 'unknown_issuer', alert: 'unknown_ca' });
    expect(fault.message).toContain('of the same name');
  });

  it('a signature of one wrong bit', async () => {
    const leaf = await server(root);
    const der = leaf.der.slice();
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    expect(await faultOf([{ ...leaf, der }], { anchors: [root] })).toMatchObject({
      reason: 'unknown_issuer',
    });
  });

  it('SHA-1', async () => {
    const leaf = await server(root, { hash: 'SHA-1' });
    expect(await faultOf([leaf], { anchors: [root] })).toMatchObject({ reason: 'usage' });
  });

  it('the far end of the longest path is the one in question', async () => {
    const fault = await faultOf([await server(middle), middle], {
      anchors: [await authority({ subject: 'CN=Else' })],
    });
    expect(fault.certificate?.subject).toBe('CN=Middle');
  });
});

describe('when', () => {
  it('the server, an authority that was sent, one that is trusted', async () => {
    const past = { notAfter: new Date(Date.now() - 2000) };
    const future = { notBefore: new Date(Date.now() + HOUR) };
    const oldMiddle = await authority({ subject: 'CN=Middle', signer: root, ...past });
    const oldRoot = await authority({ subject: 'CN=OldRoot', ...past });
    expect(await faultOf([await server(root, past)], { anchors: [root] })).toMatchObject({
      reason: 'expired',
      alert: 'certificate_expired',
      certificate: { subject: 'CN=server' },
    });
    expect(await faultOf([await server(root, future)], { anchors: [root] })).toMatchObject({
      reason: 'not_yet_valid',
    });
    expect(await faultOf([await server(oldMiddle), oldMiddle], { anchors: [root] })).toMatchObject({
      reason: 'expired',
      certificate: { subject: 'CN=Middle' },
    });
    expect(await faultOf([await server(oldRoot)], { anchors: [oldRoot] })).toMatchObject({
      reason: 'expired',
      certificate: { subject: 'CN=OldRoot' },
    });
  });
});

describe('what for', () => {
  const ANY_USE = '2.5.29.37.0';
  it.each<[string, CertificateOptions]>([
    ['clients', { extKeyUsage: ['1.3.6.1.5.5.7.3.2'] }],
    ['any use', { extKeyUsage: [ANY_USE] }],
    ['no digitalSignature', { keyUsage: [2] }],
    ['keyCertSign', { keyUsage: [0, 5] }],
    ['an authority', { ca: true, keyUsage: [0] }],
    ['a small key', { key: small }],
  ])('a server: %s', async (_what, options) => {
    expect(await faultOf([await server(root, options)], { anchors: [root] })).toMatchObject({
      reason: 'usage',
      alert: 'unsupported_certificate',
    });
  });

  it.each<[string, CertificateOptions, string]>([
    ['no authority', { ca: false, keyUsage: [5] }, 'constraint'],
    [
      'basicConstraints without cA',
      { ca: false, extensions: [extension('2.5.29.19', sequence(), true)] },
      'constraint',
    ],
    ['no keyCertSign', { keyUsage: [6] }, 'usage'],
    ['for clients', { extKeyUsage: ['1.3.6.1.5.5.7.3.2'] }, 'usage'],
    ['a small key', { key: small }, 'usage'],
    ['version 1', { version: 0, onlyExtensions: [] }, 'constraint'],
    ['without a subject', { subject: '' }, 'constraint'],
    ['an unknown critical extension', { extensions: [extension('1.2.3.4', octets(), true)] }, 'constraint'],
    ['critical policies', { extensions: [extension('2.5.29.32', sequence(), true)] }, 'constraint'],
    ['policyConstraints', { extensions: [extension('2.5.29.36', sequence())] }, 'constraint'],
  ])('an authority, sent or trusted: %s', async (_what, options, reason) => {
    const sent = await authority({ subject: 'CN=Sent', signer: root, ...options });
    expect(await faultOf([await server(sent), sent], { anchors: [root] })).toMatchObject({ reason });
    const trusted = await authority(options);
    expect(await faultOf([await server(trusted)], { anchors: [trusted] })).toMatchObject({ reason });
  });

  it('an unknown critical extension of a server, or name constraints', async () => {
    for (const id of ['1.2.3.4', '2.5.29.14', '2.5.29.35', '1.3.6.1.5.5.7.1.1', '1.3.6.1.4.1.11129.2.4.3']) {
      const value = id === '2.5.29.14' ? octets(octets()) : sequence();
      const leaf = await server(root, {
        extensions: [extension(id, value.subarray(id === '2.5.29.14' ? 2 : 0), true)],
      });
      expect(await faultOf([leaf], { anchors: [root] }), id).toMatchObject({ reason: 'constraint' });
    }
    const constrained = await server(root, { nameConstraints: { permitted: [element(0x82)] } });
    expect(await faultOf([constrained], { anchors: [root] })).toMatchObject({ reason: 'constraint' });
  });

  it('unknown and not critical is passed over', async () => {
    await verify([await server(root, { extensions: [extension('1.2.3.4', octets(), false)] })], {
      anchors: [root],
    });
  });

  it('keyUsage that is not DER is forgiven to authorities that are trusted, and to nobody else', async () => {
    for (const keyUsage of [element(3, Uint8Array.of(7, 0x06, 0)), element(3, Uint8Array.of(0, 0x06, 0))]) {
      const options = { keyUsage: false, extensions: [extension('2.5.29.15', keyUsage, true)] } as const;
      const trusted = await authority(options);
      await verify([await server(trusted)], { anchors: [trusted] });
      const sent = await authority({ subject: 'CN=Sent', signer: root, ...options });
      expect(await faultOf([await server(sent), sent], { anchors: [root] })).toMatchObject({
        reason: 'constraint',
      });
    }
  });

  it('no subject needs critical names', async () => {
    await verify([await server(root, { subject: '', sanCritical: true })], { anchors: [root] });
    expect(await faultOf([await server(root, { subject: '' })], { anchors: [root] })).toMatchObject({
      reason: 'constraint',
    });
  });

  it('an authority below one whose path length is used up', async () => {
    const own = await authority({ subject: 'CN=Length', pathLength: 0 });
    const lower = await authority({ subject: 'CN=Lower', signer: own });
    await verify([await server(own)], { anchors: [own] });
    const fault = await faultOf([await server(lower), lower], { anchors: [own] });
    expect(fault).toMatchObject({ reason: 'constraint', certificate: { subject: 'CN=Length' } });
  });

  it('a certificate that signed itself and is an authority is no server, even where it is trusted', async () => {
    const own = await authority({ san: [`DNS:${NAME}`], keyUsage: [0, 5] });
    expect(await faultOf([own], { anchors: [own] })).toMatchObject({ reason: 'usage' });
  });
});

describe('keys that are pinned', () => {
  const pinOf = async (spki: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(await crypto.subtle.digest('SHA-256', spki));

  it('one in the path does, wherever it stands', async () => {
    const leaf = await server(middle);
    for (const { key } of [leaf, middle, root]) {
      await verify([leaf, middle], { anchors: [root], pins: [new Uint8Array(32), await pinOf(key.spki)] });
    }
    const unused = await authority({ subject: 'CN=Unused' });
    const fault = await faultOf([leaf, middle, unused], {
      anchors: [root],
      pins: [await pinOf(unused.key.spki)],
    });
    expect(fault).toMatchObject({ reason: 'pin' });
  });

  it('the path that has it is looked for', async () => {
    const other = await authority({ subject: 'CN=Other' });
    const crossed = await authority({ subject: 'CN=Middle', key: middle.key, signer: other });
    const leaf = await server(middle);
    await verify([leaf, middle, crossed], { anchors: [root, other], pins: [await pinOf(other.key.spki)] });
  });

  it('alone: neither authority nor name nor date count, and no pin is no trust', async () => {
    const own = await makeCertificate({
      notAfter: new Date(Date.now() - HOUR / 2),
      version: 0,
      onlyExtensions: [],
    });
    const pins = [await pinOf(own.key.spki)];
    const chain = await verify([own], { anchors: [], trust: 'pins-only', pins });
    expect(chain.publicKey.spki).toEqual(own.key.spki);
    expect(
      await faultOf([own], { anchors: [], trust: 'pins-only', pins: [new Uint8Array(32)] }),
    ).toMatchObject({
      reason: 'pin',
      alert: 'certificate_unknown',
    });
    expect(await faultOf([own], { anchors: [], trust: 'pins-only' })).toMatchObject({ reason: 'pin' });
    const weak = await makeCertificate({ key: small });
    const weakPins = [await pinOf(small.spki)];
    expect(await faultOf([weak], { anchors: [], trust: 'pins-only', pins: weakPins })).toMatchObject({
      reason: 'usage',
    });
    const other = await makeCertificate();
    expect(await faultOf([other, own], { anchors: [], trust: 'pins-only', pins })).toMatchObject({
      reason: 'pin',
    });
  });
});

it('any name is still only what the authorities signed', async () => {
  const leaf = await server(root, { san: ['DNS:other.example.com'] });
  await verify([leaf], { anchors: [root], trust: 'any-name' });
  expect(await faultOf([leaf], { anchors: [middle], trust: 'any-name' })).toMatchObject({
    reason: 'unknown_issuer',
  });
});

it('no certificate, and too many', async () => {
  expect(await faultOf([], { anchors: [root] })).toMatchObject({ alert: 'decode_error' });
  const leaf = await server(root);
  await verify([leaf, ...Array<typeof root>(9).fill(root)], { anchors: [root] });
  expect(await faultOf([leaf, ...Array<typeof root>(10).fill(root)], { anchors: [root] })).toMatchObject({
    alert: 'bad_certificate',
  });
});
