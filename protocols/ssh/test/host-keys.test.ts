// Which keys a host may have: known_hosts line by line, fingerprints, functions, certificates. No key is accepted by default.
import { toBase64 } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import type { HostKeyFacts, HostKeyOptions } from '../src/host-keys/policy.ts';
import { fingerprintOf } from '../src/keys/public-key.ts';
import { errorOf } from './support/expect-error.ts';
import { edKey, HOST, policyOf, rsaKey, verdict } from './support/host-keys.ts';
import { PUBLIC } from './support/key-files.ts';
import { blobOf } from './support/key-lines.ts';

const { ed25519: ED, rsa2048: RSA, ecdsa256: EC, ca: CA, dsa: DSA, rsa1024: SHORT } = PUBLIC;
const fingerprint = await fingerprintOf(edKey.blob);

async function hashed(name: string): Promise<string> {
  const salt = Uint8Array.from({ length: 20 }, (_, at) => at + 1);
  const key = await crypto.subtle.importKey('raw', salt, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
  const hash = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(name));
  return `|1|${toBase64(salt)}|${toBase64(new Uint8Array(hash))}`;
}

describe('the options of host keys', () => {
  it.each([
    ['none', {}, "Say in exactly one way how the host's key is known"],
    ['two', { fingerprint, insecureAcceptAnyHostKey: true }, 'Say in exactly one way'],
    ['none but false', { insecureAcceptAnyHostKey: false }, 'Say in exactly one way'],
    ['no boolean', { insecureAcceptAnyHostKey: 'yes' }, 'Say in exactly one way'],
    ['no fingerprint', { fingerprint: 'MD5:00:11' }, 'SHA256:'],
    ['a fingerprint in hexadecimal', { fingerprint: `SHA256:${'0'.repeat(64)}` }, 'SHA256:'],
    ['an empty list', { fingerprint: [] }, 'an empty list'],
    ['no function', { verifyHostKey: true }, 'is a function'],
    ['no text', { knownHosts: ['line'] }, 'is the text of a known_hosts file'],
    [
      'an empty known_hosts',
      { knownHosts: '' },
      'knownHosts has no usable key of bastion.example (lines with keys: 0). ',
    ],
    ['a known_hosts of others', { knownHosts: `other.example ${ED}` }, '(lines with keys: 1). '],
    [
      'a key of an unknown type',
      { knownHosts: `${HOST} ${DSA}` },
      '; of this host: 1 with a key that is not supported)',
    ],
    ['only revoked keys', { knownHosts: `@revoked ${HOST} ${ED}` }, '; of this host: 1 with a revoked key)'],
  ])('are refused with %s', async (_name, options, words) => {
    const error = await errorOf(() => policyOf(options as HostKeyOptions));
    expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(error.message).toContain(words);
  });

  it('may accept every key, but none that has not signed', async () => {
    const { verify } = await policyOf({ insecureAcceptAnyHostKey: true });
    await verify(edKey);
    const forged = { ...edKey, exchangeHash: new Uint8Array(32) };
    const fresh = await policyOf({ insecureAcceptAnyHostKey: true });
    expect(await errorOf(() => fresh.verify(forged))).toMatchObject({ code: 'protocol', blame: 'peer' });
  });

  it('may have a fingerprint, or several', async () => {
    await (await policyOf({ fingerprint })).verify(edKey);
    await (await policyOf({ fingerprint: [`SHA256:${'A'.repeat(43)}`, `${fingerprint}=`] })).verify(edKey);
    const other = await policyOf({ fingerprint });
    const error = await errorOf(() => other.verify(rsaKey));
    expect(error).toMatchObject({ code: 'auth', blame: 'peer', peer: { hostname: HOST, port: 22 } });
    const got = await fingerprintOf(rsaKey.blob);
    expect(error.message).toContain(
      `${HOST}: The host's key is ${got} (ssh-rsa), expected was ${fingerprint}`,
    );
  });

  it('may have a function', async () => {
    const seen: HostKeyFacts[] = [];
    const policy = await policyOf({ verifyHostKey: async (key) => seen.push(key) === 1 }, HOST, 2222);
    await policy.verify(edKey);
    // It is not asked again at each rekey.
    await policy.verify(edKey);
    expect(seen).toEqual([
      { type: 'ssh-ed25519', fingerprint, blob: edKey.blob, hostname: HOST, port: 2222 },
    ]);
  });

  it.each([
    ['false', () => false],
    ['something else than true', () => 'yes'],
    ['an error', () => Promise.reject(new Error('no database'))],
  ])('refuse the key where the function gives %s', async (_name, verifyHostKey) => {
    const { verify } = await policyOf({ verifyHostKey: verifyHostKey as () => boolean });
    expect((await errorOf(() => verify(edKey))).code).toBe('auth');
  });
});

describe('known_hosts', () => {
  type Row = readonly [about: string, text: string, expected: string, hostname?: string, port?: number];
  const rows: readonly Row[] = [
    ['a name', `${HOST} ${ED}`, 'accepted'],
    ['a name in capitals', `BASTION.Example ${ED}`, 'accepted'],
    ['a hostname in capitals', `${HOST} ${ED}`, 'accepted', 'Bastion.EXAMPLE'],
    ['a comment behind the key', `${HOST} ${ED} a comment of words`, 'accepted'],
    ['tabs and spaces', `  ${HOST}\t \t${ED.replace(' ', '\t')}  `, 'accepted'],
    ['CR LF', `# comment\r\n\r\n${HOST} ${ED}\r\n`, 'accepted'],
    ['a list', `10.0.0.1,${HOST},other ${ED}`, 'accepted'],
    ['a list with gaps', `,,${HOST}, ${ED}`, 'accepted'],
    ['a star', `*.example ${ED}`, 'accepted'],
    ['a star for everything', `* ${ED}`, 'accepted'],
    ['question marks', `b?stion.exampl? ${ED}`, 'accepted'],
    ['a glob that is too short', `bastion.exampl ${ED}`, 'usage'],
    ['a glob with many stars', `*a*i*n*.*x*e ${ED}`, 'accepted'],
    ['a glob that does not fit', `*.org ${ED}`, 'usage'],
    ['a negation', `*.example,!${HOST} ${ED}`, 'usage'],
    ['a negation in front', `!b*,*.example ${ED}`, 'usage'],
    ['a negation of others', `*.example,!web.example ${ED}`, 'accepted'],
    ['nothing but a negation', `!web.example ${ED}`, 'usage'],
    ['a port', `[${HOST}]:2222 ${ED}`, 'accepted', HOST, 2222],
    ['another port', `[${HOST}]:2222 ${ED}`, 'usage', HOST, 2223],
    ['a port where 22 is meant', `[${HOST}]:2222 ${ED}`, 'usage'],
    ['the bare name for another port', `${HOST} ${ED}`, 'accepted', HOST, 2222],
    ['the bare name beside the port', `[${HOST}]:2222 ${RSA}\n${HOST} ${ED}`, 'auth', HOST, 2222],
    ['a port by glob', `[*.example]:22?? ${ED}`, 'accepted', HOST, 2222],
    ['an IPv6 address', `::1 ${ED}`, 'accepted', '::1'],
    ['an IPv6 address with port', `[::1]:2222 ${ED}`, 'accepted', '::1', 2222],
    ['a key of the same host', `${HOST} ${RSA}`, 'auth'],
    ['several keys', `${HOST} ${RSA}\n${HOST} ${EC}\n${HOST} ${ED}`, 'accepted'],
    ['a revoked key', `${HOST} ${ED}\n@revoked ${HOST} ${ED}`, 'auth'],
    ['a revoked key of everyone', `@revoked * ${ED}\n${HOST} ${ED}`, 'auth'],
    ['a revoked key of others', `@revoked web.example ${ED}\n${HOST} ${ED}`, 'accepted'],
    ['a key revoked by the bare name', `@revoked ${HOST} ${ED}\n[${HOST}]:2222 ${RSA}`, 'auth', HOST, 2222],
    ['an unknown marker', `@odd ${HOST} ${ED}`, 'usage'],
    ['an authority for a bare key', `@cert-authority ${HOST} ${CA}`, 'auth'],
    ['the key as its own authority', `@cert-authority ${HOST} ${ED}`, 'auth'],
    ['no key', HOST, 'usage'],
    ['no base64', `${HOST} ssh-ed25519 AAAA*`, 'usage'],
    ['another type than the key', `${HOST} ${ED.replace('ssh-ed25519', 'ssh-rsa')}`, 'usage'],
    ['an RSA key of 1,024 bits', `${HOST} ${SHORT}`, 'usage'],
    ['malformed lines between', `x\n${HOST} ssh-ed25519\n\u0000\n${HOST} ${ED}`, 'accepted'],
    ['a line that is commented out', `#${HOST} ${ED}`, 'usage'],
    ['a line of 20,000 characters', `${'x'.repeat(20_000)},${HOST} ${ED}`, 'usage'],
    ['more than 1 MiB', `${HOST} ${ED}\n`.repeat(20_000), 'limit'],
  ];
  it.each(rows.map(([about, ...row]) => [about, row] as const))(
    'with %s',
    async (_about, [text, expected, hostname, port]) => {
      expect(await verdict(text, edKey, hostname, port)).toBe(expected);
    },
  );

  it('with hashed names', async () => {
    const [plain, withPort] = [await hashed(HOST), await hashed(`[${HOST}]:2222`)];
    expect(await verdict(`${plain} ${ED}`, edKey)).toBe('accepted');
    expect(await verdict(`${plain} ${ED}`, edKey, 'Bastion.example')).toBe('accepted');
    expect(await verdict(`${withPort} ${ED}`, edKey, HOST, 2222)).toBe('accepted');
    expect(await verdict(`${withPort} ${ED}`, edKey)).toBe('usage');
    expect(await verdict(`${plain} ${ED}`, edKey, 'web.example')).toBe('usage');
    expect(await verdict(`@revoked ${plain} ${ED}\n* ${ED}`, edKey)).toBe('auth');
    // One name a line; other versions and lengths are malformed.
    for (const names of [
      `${plain},${HOST}`,
      plain.replace('|1|', '|2|'),
      plain.slice(0, -4),
      '|1|',
      `${plain}|x`,
    ]) {
      expect(await verdict(`${names} ${ED}`, edKey), names).toBe('usage');
    }
  });

  it('names the host and all fingerprints where the key is another one', async () => {
    const { verify } = await policyOf(
      { knownHosts: `[${HOST}]:2222 ${RSA}\n[${HOST}]:2222 ${EC}` },
      HOST,
      2222,
    );
    const { code, message, peer } = await errorOf(() => verify(edKey));
    const [rsa, ec] = await Promise.all([RSA, EC].map((line) => fingerprintOf(blobOf(line))));
    expect({ code, peer }).toEqual({ code: 'auth', peer: { hostname: HOST, port: 2222, tls: false } });
    expect(message).toContain(
      `[${HOST}]:2222: The host's key is ${fingerprint} (ssh-ed25519), expected was ${rsa}, ${ec}`,
    );
  });

  it('puts the algorithms of known keys first, and those of certificates before them where there is an authority', async () => {
    const plain = [
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp521',
      'rsa-sha2-512',
      'rsa-sha2-256',
    ];
    const { algorithms } = await policyOf({ fingerprint });
    expect(algorithms).toEqual(plain);
    const byRsa = await policyOf({ knownHosts: `${HOST} ${RSA}` });
    expect(byRsa.algorithms).toEqual([...plain.slice(4), ...plain.slice(0, 4)]);
    const byAuthority = await policyOf({ knownHosts: `@cert-authority * ${CA}\n${HOST} ${EC}` });
    const certificates = plain.map((name) => `${name}-cert-v01@openssh.com`);
    expect(byAuthority.algorithms).toEqual([
      ...certificates,
      'ecdsa-sha2-nistp256',
      'ssh-ed25519',
      ...plain.slice(2),
    ]);
  });

  it('takes time that grows with its length alone', async () => {
    const hostname = `${'a'.repeat(240)}b`;
    const line = `${'*a'.repeat(4_000)}*c ${ED}\n`;
    const started = performance.now();
    await errorOf(() => policyOf({ knownHosts: line.repeat(100) }, hostname));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
