// What a hostile server can make a verification do: everything is bounded, whatever it sends.
import { afterEach, expect, it, vi } from 'vitest';
import { readCertificate } from '../../src/x509/index.ts';
import { authority, faultOf, server, verify as verifyMade } from './chains.ts';
import { element, sequence } from './der-writer.ts';
import {
  extension,
  generalName,
  makeCertificate,
  makeKey,
  nameOf,
  type TestCertificate,
  type TestKeyKind,
} from './make-certificate.ts';

afterEach(() => vi.restoreAllMocks());

const root = await authority();

it.each<[TestKeyKind, number]>([
  ['ec-p256', 32],
  ['ec-p521', 16],
])(
  'authorities of one name that sign for each other by %s cost %i signatures at most',
  async (kind, most) => {
    const keys = await Promise.all(Array.from({ length: 9 }, () => makeKey(kind)));
    const subject = nameOf('CN=Mesh');
    const ring: TestCertificate[] = [];
    for (const [at, key] of keys.entries()) {
      const signer = { key: keys[(at + 1) % keys.length] ?? key, subject };
      ring.push(await authority({ subject, key, signer }));
    }
    const leaf = await makeCertificate({ signer: ring[0] ?? root });
    const verify = vi.spyOn(crypto.subtle, 'verify');
    const fault = await faultOf([leaf, ...ring.reverse()], { anchors: [root] });
    expect(fault.reason).toBe('unknown_issuer');
    expect(verify.mock.calls.length).toBeGreaterThan(9);
    expect(verify.mock.calls.length).toBeLessThanOrEqual(most);
  },
);

it('a straight path of P-521 as long as a chain may be', async () => {
  const key = await makeKey('ec-p521');
  const chain: TestCertificate[] = [await authority({ key })];
  for (let at = 0; at < 9; at++) {
    const [signer = root] = chain;
    chain.unshift(await authority({ subject: `CN=${at}`, signer, key: await makeKey('ec-p521') }));
  }
  const [lowest = root] = chain;
  const anchor = chain.pop() ?? root;
  await verifyMade([await server(lowest), ...chain], { anchors: [anchor] });
});

it('cross-signs of one authority that lead nowhere cost one signature each', async () => {
  const crosses: TestCertificate[] = [];
  const middle = await authority({ subject: 'CN=Middle', signer: root });
  for (let at = 0; at < 8; at++) {
    const signer = await authority({ subject: `CN=Unknown ${at}` });
    crosses.push(await authority({ subject: 'CN=Middle', key: middle.key, signer }));
  }
  const verify = vi.spyOn(crypto.subtle, 'verify');
  const leaf = await server(middle);
  await expect(faultOf([leaf, ...crosses], { anchors: [root] })).resolves.toMatchObject({
    reason: 'unknown_issuer',
  });
  expect(verify.mock.calls.length).toBeLessThanOrEqual(8);
});

it('many names, many extensions, a long subject: read, and told in few words', async () => {
  const wide = await server(root, { san: Array.from({ length: 4000 }, (_, at) => `n${at}.x`) });
  const fault = await faultOf([wide], { anchors: [root] });
  expect(fault).toMatchObject({ reason: 'name_mismatch' });
  expect(JSON.stringify(fault.certificate).length + fault.message.length).toBeLessThan(4000);
  const parts = Array.from({ length: 3000 }, () => 'CN=aaaaaaaaaa').join(',');
  const long = await server(root, { subject: parts });
  const other = await faultOf([long], { anchors: [root], name: 'x.y' });
  expect(JSON.stringify(other.certificate).length + other.message.length).toBeLessThan(4000);
  const extensions = Array.from({ length: 3000 }, (_, at) => extension(`1.2.3.${at}`, sequence()));
  readCertificate((await server(root, { extensions })).der);
  const name = generalName(`DNS:${'a'.repeat(50_000)}`);
  const one = await faultOf([await server(root, { san: [name] })], { anchors: [root] });
  expect(JSON.stringify(one.certificate).length + one.message.length).toBeLessThan(4000);
});

it('an element in an element, thousands deep, is no recursion', () => {
  let nested = element(5);
  for (let depth = 0; depth < 3000; depth++) nested = sequence(nested);
  expect(() => readCertificate(nested)).toThrow(expect.objectContaining({ alert: 'bad_certificate' }));
});
