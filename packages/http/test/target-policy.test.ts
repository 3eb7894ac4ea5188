// The target policy as tables: every spelling of an inside address, and what each pattern lets through.
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { checkTarget, targetsSchema } from '../src/targets/target-policy.ts';

const EVERYTHING = ['*:*', '0.0.0.0/0:*', '[::]/0:*'];

/** The address that would be dialled, or the code and words of the refusal. */
function check(patterns: string[], hostname: string, port = 5432): string {
  try {
    const address = checkTarget(targetsSchema.parse(patterns), { hostname, port });
    return `${address.hostname} ${address.port}`;
  } catch (error) {
    if (isFairleadError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const INSIDE: [hostname: string, kind: string][] = [
  ['127.0.0.1', 'loopback'],
  ['127.1', 'loopback'],
  ['127.0.1', 'loopback'],
  ['2130706433', 'loopback'],
  ['0x7f000001', 'loopback'],
  ['0x7f.1', 'loopback'],
  ['0177.0.0.1', 'loopback'],
  ['017700000001', 'loopback'],
  ['127.0.0.1.', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['１２７.０.０.１', 'loopback'],
  ['①②⑦.0.0.1', 'loopback'],
  ['127。0。0。1', 'loopback'],
  ['::1', 'loopback'],
  ['[::1]', 'loopback'],
  ['0:0:0:0:0:0:0:1', 'loopback'],
  ['[0000:0000::0001]', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['[::ffff:7f00:1]', 'loopback'],
  ['::FFFF:7F00:0001', 'loopback'],
  ['::127.0.0.1', 'reserved'],
  ['[::7f00:1]', 'reserved'],
  ['::ffff:0:127.0.0.1', 'IPv4-translated'],
  ['64:ff9b::127.0.0.1', 'NAT64'],
  ['64:ff9b::a9fe:a9fe', 'NAT64'],
  ['64:ff9b:1::10.0.0.1', 'NAT64'],
  ['2002:7f00:1::', '6to4'],
  ['2002:a00:1::1', '6to4'],
  ['2001:0:7f00:1::', 'Teredo'],
  ['::', 'unspecified'],
  ['0.0.0.0', 'unspecified'],
  ['0', 'unspecified'],
  ['0x0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['10.0.0.1', 'private'],
  ['10.1', 'private'],
  ['0xa000001', 'private'],
  ['012.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['192.168.257', 'private'],
  ['3232235777', 'private'],
  ['::ffff:10.0.0.1', 'private'],
  ['fc00::1', 'private'],
  ['fd00:ec2::254', 'private'],
  ['FD12:3456::1', 'private'],
  ['fec0::1', 'private'],
  ['169.254.169.254', 'link-local'],
  ['169.254.43518', 'link-local'],
  ['0xa9fea9fe', 'link-local'],
  ['2852039166', 'link-local'],
  ['0251.0376.0251.0376', 'link-local'],
  ['::ffff:169.254.169.254', 'link-local'],
  ['::ffff:a9fe:a9fe', 'link-local'],
  ['fe80::1', 'link-local'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['100.100.100.200', 'carrier-grade NAT'],
  ['168.63.129.16', 'cloud platform'],
  ['192.0.0.192', 'reserved'],
  ['192.0.2.1', 'reserved'],
  ['198.18.0.1', 'reserved'],
  ['198.51.100.7', 'reserved'],
  ['203.0.113.9', 'reserved'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.250', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['ff02::1', 'multicast'],
  ['100::1', 'reserved'],
  ['2001:db8::1', 'reserved'],
  ['2001:2::1', 'reserved'],
  ['3fff::1', 'reserved'],
  ['5f00::1', 'reserved'],
  ['4000::1', 'reserved'],
  ['localhost', 'local network'],
  ['LOCALHOST', 'local network'],
  ['localhost.', 'local network'],
  ['LocalHost.', 'local network'],
  ['ｌｏｃａｌｈｏｓｔ', 'local network'],
  ['db.localhost', 'local network'],
  ['localhost.localdomain', 'local network'],
  ['printer.local', 'local network'],
  ['metadata.google.internal', 'local network'],
  ['Metadata.Google.Internal.', 'local network'],
  ['ip-10-0-0-1.ec2.internal', 'local network'],
  ['router.lan', 'local network'],
  ['nas.home.arpa', 'local network'],
  ['db.corp', 'local network'],
  ['kubernetes.default.svc', 'local network'],
  ['kubernetes.default', 'local network'],
  ['postgres.shop.svc.cluster.local', 'local network'],
  ['postgres.shop.svc.cluster.local.', 'local network'],
  ['x.consul', 'local network'],
  ['postgres.service', 'local network'],
  ['db-1.node', 'local network'],
  ['dns.podman', 'local network'],
  ['host.containers', 'local network'],
  ['host.docker.internal', 'local network'],
  ['host.containers.internal', 'local network'],
  ['10-0-0-1.shop.pod', 'local network'],
  ['10-0-0-1.shop.pod.cluster.local', 'local network'],
  ['redis.production', 'local network'],
  ['redis.staging', 'local network'],
  ['db.tailnet', 'local network'],
  ['vm1.openstacklocal', 'local network'],
  ['vm1.novalocal', 'local network'],
  ['db.kubernetes', 'local network'],
  ['X.CONSUL.', 'local network'],
  ['redis.service.dc1.consul', 'local network'],
  ['db.intranet', 'local network'],
  ['db.private', 'local network'],
  ['nas.home', 'local network'],
  ['mx.mail', 'local network'],
  ['1.0.0.127.in-addr.arpa', 'local network'],
  ['_dns.resolver.arpa', 'local network'],
  ['web.docker', 'local network'],
  ['c1.lxd', 'local network'],
  ['db.k8s', 'local network'],
  ['db.a', 'local network'],
  ['db.internal_zone', 'local network'],
  ['expyuzz4wqqyqhjn.onion', 'special-use'],
  ['EXPYUZZ4WQQYQHJN.Onion.', 'special-use'],
  ['db.invalid', 'special-use'],
  ['db.test', 'special-use'],
  ['db.example', 'special-use'],
  ['db.alt', 'special-use'],
  ['ｘ。ａｌｔ', 'special-use'],
  ['x.i2p', 'special-use'],
  ['metadata', 'single-label'],
  ['redis', 'single-label'],
];

describe('an inside address', () => {
  it.each(INSIDE)('%s is refused though everything is allowed', (hostname, kind) => {
    const answer = check(EVERYTHING, hostname);
    expect(answer).toContain('policy: ');
    expect(answer).toContain(`is a ${kind}`);
  });

  it.each(INSIDE)('%s is refused when the policy is empty', (hostname) => {
    expect(check([], hostname)).toContain('FAIRLEAD_TARGETS is not set');
  });
});

const MALFORMED = [
  '10.0.0.1,a.example',
  'a.example,10.0.0.1',
  "a'b.example",
  'a*.example',
  '',
  ' ',
  '.',
  '..',
  'a..b',
  'localhost..',
  '[::1',
  '::1]',
  '[[::1]]',
  '[fe80::1%25eth0]',
  'fe80::1%eth0',
  '%31%32%37.0.0.1',
  '127.0.0.1%00',
  'a\u0000b.example',
  'a.example\r\nX: y',
  'a\tb.example',
  'user@a.example',
  'a.example/x',
  'a.example?x',
  'a.example#x',
  'a.example\\x',
  '1.2.3.4.5',
  '256.0.0.1',
  '0x100000000',
  '4294967296',
  '1::2::3',
  'a.example:80',
  '08.0.0.1',
  `${'a'.repeat(64)}.example`,
  `${'a.'.repeat(127)}example`,
];

describe('a malformed address', () => {
  it.each(MALFORMED)('%j is refused as such', (hostname) => {
    expect(check(EVERYTHING, hostname)).toMatch(/^usage: /);
  });

  it.each([0, -1, 65_536, 1.5, Number.NaN])('port %s is refused', (port) => {
    expect(check(EVERYTHING, 'db.example.com', port)).toMatch(/^usage: port/);
  });

  it('port 25 is refused by the platform’s rule', () => {
    expect(check(EVERYTHING, 'mx.example.com', 25)).toMatch(/^policy: port 25/);
  });
});

const PATTERNS: [pattern: string, hostname: string, port: number, dialled: string | undefined][] = [
  ['db.example.com:5432', 'db.example.com', 5432, 'db.example.com'],
  ['db.example.com:5432', 'DB.Example.COM.', 5432, 'db.example.com'],
  ['DB.example.com.:5432', 'db.example.com', 5432, 'db.example.com'],
  ['db.example.com:5432', 'db.example.com', 5433, undefined],
  ['db.example.com:5432', 'xdb.example.com', 5432, undefined],
  ['db.example.com:5432', 'db.example.com.evil.example', 5432, undefined],
  ['db.example.com:*', 'db.example.com', 65_535, 'db.example.com'],
  ['*.example.com:6379-6380', 'a.example.com', 6379, 'a.example.com'],
  ['*.example.com:6379-6380', 'a.b.example.com', 6380, 'a.b.example.com'],
  ['*.example.com:6379-6380', 'a.example.com', 6381, undefined],
  ['*.example.com:6379-6380', 'example.com', 6379, undefined],
  ['*.example.com:6379-6380', 'badexample.com', 6379, undefined],
  ['*:443', 'anything.example.com', 443, 'anything.example.com'],
  ['*:443', 'x.dev', 443, 'x.dev'],
  ['*:443', 'xn--e1afmkfd.xn--p1ai', 443, 'xn--e1afmkfd.xn--p1ai'],
  ['*:443', 'local.example.com', 443, 'local.example.com'],
  ['*:443', 'notlocal.com', 443, 'notlocal.com'],
  ['*:443', '93.184.215.14', 443, '93.184.215.14'],
  ['*:443', '2606:4700::1111', 443, '2606:4700::1111'],
  ['bücher.example:5432', 'xn--bcher-kva.example', 5432, 'xn--bcher-kva.example'],
  ['xn--bcher-kva.example:5432', 'BÜCHER.example', 5432, 'xn--bcher-kva.example'],
  ['93.184.0.0/16:5432', '93.184.215.14', 5432, '93.184.215.14'],
  ['93.184.0.0/16:5432', '0x5db8d70e', 5432, '93.184.215.14'],
  ['93.184.0.0/16:5432', '::ffff:93.184.215.14', 5432, '93.184.215.14'],
  ['93.184.0.0/16:5432', '93.185.0.1', 5432, undefined],
  ['93.184.0.0/16:5432', '93.184.0.1.example', 5432, undefined],
  ['[2606:4700::]/32:*', '[2606:4700::1111]', 5432, '2606:4700::1111'],
  ['[2606:4700::/32]:*', '2606:4700::1111', 5432, '2606:4700::1111'],
  ['[2606:4700::]/32:*', '2606:4701::1', 5432, undefined],
  ['[2606:4700::]/32:*', '93.184.215.14', 5432, undefined],
];

const NAMED_EXACTLY: typeof PATTERNS = [
  ['127.0.0.1:5432', '127.1', 5432, '127.0.0.1'],
  ['127.0.0.1:5432', '::ffff:7f00:1', 5432, '127.0.0.1'],
  ['127.0.0.1:5432', '127.0.0.2', 5432, undefined],
  ['127.0.0.1:5432', 'localhost', 5432, undefined],
  ['localhost:5432', 'LOCALHOST.', 5432, 'localhost'],
  ['localhost:5432', '127.0.0.1', 5432, undefined],
  ['10.0.0.0/8:*', '10.9.8.7', 5432, '10.9.8.7'],
  ['10.0.0.0/7:*', '10.9.8.7', 5432, undefined],
  ['0.0.0.0/1:*', '10.9.8.7', 5432, undefined],
  ['169.254.169.254:80', '0xa9fea9fe', 80, '169.254.169.254'],
  ['[fd00::]/8:*', 'fd00::5', 5432, 'fd00::5'],
  ['[::1]:5432', '0:0::1', 5432, '::1'],
  ['[2001:db8::]/32:*', '2001:db8::7', 5432, '2001:db8::7'],
  ['*.internal:5432', 'db.internal', 5432, undefined],
  ['db.internal:5432', 'db.internal', 5432, 'db.internal'],
  ['redis:6379', 'Redis', 6379, 'redis'],
  ['kubernetes.default.svc:443', 'kubernetes.default.svc.', 443, 'kubernetes.default.svc'],
  ['*.default.svc:443', 'kubernetes.default.svc', 443, undefined],
  ['*:*', 'redis', 6379, undefined],
];

describe('a pattern', () => {
  it.each([...PATTERNS, ...NAMED_EXACTLY])('%s with %s port %s: %s', (pattern, hostname, port, dialled) => {
    const answer = check([pattern], hostname, port);
    if (dialled === undefined) expect(answer).toMatch(/^policy: /);
    else expect(answer).toBe(`${dialled} ${port}`);
  });

  it.each([
    '',
    'db.example.com',
    ':5432',
    'db.example.com:',
    'db.example.com:0',
    'db.example.com:65536',
    'db.example.com:9-8',
    'db.example.com:x',
    'db.*.com:1',
    '**:1',
    '*example.com:1',
    '*.10.0.0.1:1',
    '10.0.0.0/33:1',
    '[::]/129:1',
    'db.example.com/8:1',
    'a b:1',
    'http://x:1',
    '[::ffff:10.0.0.0]/8:1',
    '[::ffff:10.0.0.0]/104:1',
  ])('%j is none', (text) => {
    expect(targetsSchema.safeParse([text]).success).toBe(false);
  });

  it.each([
    ['10.0.0.1/8:*', /bits set behind its prefix/],
    ['192.0.2.129/25:5432', /bits set behind its prefix/],
    ['0.0.0.1/0:*', /bits set behind its prefix/],
    ['[2001:db8::1]/32:*', /bits set behind its prefix/],
    ['[2001:db8::1/127]:*', /bits set behind its prefix/],
    ['010.0.0.0/8:*', /four decimal numbers/],
    ['10.1:5432', /four decimal numbers/],
    ['0x7f000001:5432', /four decimal numbers/],
    ['2130706433:5432', /four decimal numbers/],
    ['10.0.0.0/8', /write host:port/],
  ])('%s is refused with the reason', (text, reason) => {
    const { error } = targetsSchema.safeParse([text]);
    expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringMatching(reason)]);
    expect(error?.issues[0]?.message).not.toContain(text);
  });

  it.each([
    '10.0.0.0/8:*',
    '10.0.0.1/32:*',
    '192.0.2.128/25:1',
    '[2001:db8::]/32:*',
    '[2001:db8::/127]:*',
    '0.0.0.0/0:*',
  ])('%s is taken', (text) => expect(targetsSchema.safeParse([text]).success).toBe(true));
});
