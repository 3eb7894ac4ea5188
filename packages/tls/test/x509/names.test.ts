// Which certificates are for which names: by subjectAltName alone, exactly, with one wildcard label at most.
import { describe, expect, it } from 'vitest';
import { authority, faultOf, NAME, server, verify } from './chains.ts';
import { primitive } from './der-writer.ts';
import { generalName } from './make-certificate.ts';

const root = await authority();

/** Whether a certificate with this name is for what is dialled. */
async function isFor(san: string | Uint8Array, name: string): Promise<boolean> {
  const chain = [await server(root, { san: [san] })];
  return verify(chain, { anchors: [root], name }).then(
    () => true,
    (error: { reason?: string }) => {
      expect(error.reason).toBe('name_mismatch');
      return false;
    },
  );
}

describe('DNS names', () => {
  it.each([
    ['a.example.com', 'a.example.com', true],
    ['A.Example.COM', 'a.example.com', true],
    ['localhost', 'localhost', true],
    ['a.example.com', 'a.example.com.', true],
    ['a.example.com.', 'a.example.com', false],
    ['a.example.com.', 'a.example.com.', false],
    ['a.example.com', 'a.example.com..', false],
    ['example.com', 'a.example.com', false],
    ['a.example.com', 'example.com', false],
    ['*.example.com', 'a.example.com', true],
    ['*.EXAMPLE.com', 'a.example.com', true],
    ['*.example.com', 'my_db.example.com', true],
    ['*.example.com', 'xn--bcher-kva.example.com', true],
    ['*.example.com', 'a.b.example.com', false],
    ['*.example.com', 'example.com', false],
    ['*.example.com', '.example.com', false],
    ['*.example.com', '*.example.com', false],
    ['*.com', 'example.com', false],
    ['*', 'localhost', false],
    ['*.', 'localhost.', false],
    ['a*.example.com', 'ab.example.com', false],
    ['xn--*-1b3c148a.example.com', 'xn--bliss-1b3c148a.example.com', false],
    ['a.*.example.com', 'a.b.example.com', false],
    ['*.*.example.com', 'a.b.example.com', false],
    ['**.example.com', 'a.example.com', false],
    ['my_db.example.com', 'my_db.example.com', false],
    ['-a.example.com', '-a.example.com', false],
    ['a-.example.com', 'a-.example.com', false],
    ['', 'localhost', false],
    ['a..example.com', 'a..example.com', false],
    ['bücher.example.com', 'xn--bcher-kva.example.com', false],
    ['a.example.com\0.evil.net', 'a.example.com', false],
    ['a.example.com\0', 'a.example.com', false],
    ['a.example.com\n', 'a.example.com', false],
    ['10.0.0.1', '10.0.0.1', false],
    [`${'a'.repeat(64)}.example.com`, `${'a'.repeat(64)}.example.com`, false],
    [`${'a.'.repeat(126)}com`, `${'a.'.repeat(126)}com`, false],
  ])('%j, dialled %j: %s', async (san, name, verdict) => {
    expect(await isFor(`DNS:${san}`, name)).toBe(verdict);
  });
});

describe('IP addresses', () => {
  const V6 = `IP:20010db8${'00'.repeat(11)}01`;
  it.each([
    ['IP:10.0.0.1', '10.0.0.1', true],
    ['IP:10.0.0.1', '10.0.0.2', false],
    ['IP:10.0.0.1', '010.0.0.1', false],
    ['IP:10.0.0.1', '10.1', false],
    ['IP:10.0.0.1', '10.0.0.1.', false],
    ['IP:10.0.0.1', '167772161', false],
    ['IP:10.0.0.1', '0xa.0.0.1', false],
    ['IP:10.0.0.1', '::ffff:10.0.0.1', false],
    [`IP:${'00'.repeat(10)}ffff0a000001`, '::ffff:10.0.0.1', true],
    [V6, '2001:db8::1', true],
    [V6, '2001:DB8:0:0:0:0:0:1', true],
    [V6, '2001:0db8:0000:0000:0000:0000:0000:0001', true],
    [V6, '2001:db8::2', false],
    [V6, '2001:db8::1%eth0', false],
    [V6, '2001:db8:::1', false],
    [V6, '2001:db8::0::1', false],
    [V6, '[2001:db8::1]', false],
    [`IP:${'00'.repeat(15)}01`, '::1', true],
    [`IP:${'00'.repeat(16)}`, '::', true],
    [`IP:0001${'00'.repeat(14)}`, '1::', true],
    [`IP:${'0001'.repeat(8)}`, '1:1:1:1:1:1:1:1', true],
    [`IP:${'0001'.repeat(8)}`, '1:1:1:1:1:1:1:1::', false],
    [`IP:${'0001'.repeat(8)}`, '1:1:1:1:1:1:1:1:1', false],
  ])('%s, dialled %s: %s', async (san, name, verdict) => {
    expect(await isFor(san, name)).toBe(verdict);
  });

  it('of another length, and as another form, it is none', async () => {
    expect(await isFor(primitive(7, Uint8Array.of(10, 0, 0, 1, 255, 255, 255, 0)), '10.0.0.1')).toBe(false);
    expect(await isFor(primitive(6, new TextEncoder().encode('10.0.0.1')), '10.0.0.1')).toBe(false);
    expect(await isFor('IP:10.0.0.1', 'db.example.com')).toBe(false);
  });
});

it('the common name counts for nothing', async () => {
  const leaf = await server(root, { subject: `CN=${NAME}`, san: ['IP:10.0.0.1'] });
  expect(await faultOf([leaf], { anchors: [root] })).toMatchObject({ reason: 'name_mismatch' });
  const { san: _san, ...bare } = { san: [], subject: `CN=${NAME}` };
  const none = await server(root, { ...bare, onlyExtensions: [] });
  const fault = await faultOf([none], { anchors: [root] });
  expect(fault).toMatchObject({ reason: 'name_mismatch', alert: 'bad_certificate' });
  expect(fault.message).toContain('subjectAltName');
});

it('says which names there are, and what to do', async () => {
  const names = ['a.example.com', 'b.example.com'].map((name) => `DNS:${name}`);
  const few = await faultOf([await server(root, { san: names })], { anchors: [root] });
  expect(few.message).toBe(
    `The certificate is for DNS:a.example.com, DNS:b.example.com and not for ${NAME}: dial one of these names, or set tls.servername`,
  );
  expect(few.certificate?.names).toEqual(names);
  const all = Array.from({ length: 150 }, (_, at) => `DNS:n${at}.example.com`);
  const many = await faultOf([await server(root, { san: all })], { anchors: [root] });
  expect(many.message).toContain('and 142 more');
  expect(many.certificate?.names).toHaveLength(101);
});

it('texts of a certificate break no line', async () => {
  const san = [
    'DNS:a\r\nb\u2028c',
    generalName('URI:x\u001b[31m'),
    'DirName:CN=e\u202ef,O=a\nb',
    'email:a@b',
  ];
  const leaf = await server(root, { subject: 'CN=a\nb,O= #"+;<>\\ ', san });
  const { certificate, message } = await faultOf([leaf], { anchors: [root] });
  const texts = [message, certificate?.subject, ...(certificate?.names ?? [])].join('|');
  expect(texts).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  expect(certificate?.subject).toBe('O=\\ #\\"\\+\\;\\<\\>\\\\\\ ,CN=a\\0ab');
});
