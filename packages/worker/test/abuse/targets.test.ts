// Abuse by addresses: every spelling of what is inside, in every place that takes an address, though the list allows everything.
import { type Attempt, as, ENV, post, refuses } from './gateway.ts';

const refused = (what: string, path: string, init: RequestInit, detail: RegExp): Attempt => ({
  what,
  path,
  init,
  status: 403,
  code: 'policy',
  detail,
});

const LOOPBACK = /is a loopback address; it is refused unless/;
const PRIVATE = /is a private address; it is refused unless/;
const LINK_LOCAL = /is a link-local address/;
const LOCAL = /is a local network address/;
const LABEL = /is a single-label address/;
const SPECIAL = /is a special-use address/;

const SPELLINGS: readonly (readonly [host: string, detail: RegExp])[] = [
  ['127.0.0.1', LOOPBACK],
  ['127.1', LOOPBACK],
  ['127.0.1', LOOPBACK],
  ['2130706433', LOOPBACK],
  ['0x7f000001', LOOPBACK],
  ['0x7F.0.0.1', LOOPBACK],
  ['0177.0.0.1', LOOPBACK],
  ['017700000001', LOOPBACK],
  ['127.0.0.1.', LOOPBACK],
  ['127.255.255.255', LOOPBACK],
  ['[::1]', LOOPBACK],
  ['[0:0:0:0:0:0:0:1]', LOOPBACK],
  ['[::ffff:127.0.0.1]', LOOPBACK],
  ['[::ffff:7f00:1]', LOOPBACK],
  ['%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1', LOOPBACK],
  ['127%E3%80%820%E3%80%820%E3%80%821', LOOPBACK],
  ['0.0.0.0', /is a unspecified address/],
  ['0', /is a unspecified address/],
  ['[::]', /is a unspecified address/],
  ['10.0.0.1', PRIVATE],
  ['012.0.0.1', PRIVATE],
  ['0xa000001', PRIVATE],
  ['172.16.0.1', PRIVATE],
  ['172.31.255.255', PRIVATE],
  ['192.168.1.1', PRIVATE],
  ['192.168.257', PRIVATE],
  ['[::ffff:10.0.0.1]', PRIVATE],
  ['[fd00::1]', /is a private \(unique local\) address/],
  ['[fc00:ec2::254]', /is a private \(unique local\) address/],
  ['[fec0::1]', /site-local|reserved/],
  ['169.254.169.254', LINK_LOCAL],
  ['0xa9fea9fe', LINK_LOCAL],
  ['2852039166', LINK_LOCAL],
  ['169.254.43518', LINK_LOCAL],
  ['[::ffff:a9fe:a9fe]', LINK_LOCAL],
  ['[fe80::1]', LINK_LOCAL],
  ['100.100.100.200', /carrier-grade NAT/],
  ['168.63.129.16', /cloud platform/],
  ['192.0.0.192', /is a reserved address/],
  ['192.0.2.1', /is a reserved address/],
  ['198.18.0.1', /is a reserved address/],
  ['203.0.113.1', /is a reserved address/],
  ['240.0.0.1', /is a reserved address/],
  ['224.0.0.1', /is a multicast address/],
  ['255.255.255.255', /is a broadcast address/],
  ['[ff02::1]', /is a multicast address/],
  ['[64:ff9b::a00:1]', /is a NAT64 address/],
  ['[64:ff9b:1::a00:1]', /NAT64|reserved/],
  ['[2002:a00:1::]', /is a 6to4 address/],
  ['[2001:0:a00:1::]', /is a Teredo address/],
  ['[::10.0.0.1]', /reserved|unspecified|private/],
  ['[2001:db8::1]', /is a reserved address/],
  ['localhost', LOCAL],
  ['LOCALHOST', LOCAL],
  ['localhost.', LOCAL],
  ['db.localhost', LOCAL],
  ['localhost.localdomain', LOCAL],
  ['metadata.google.internal', LOCAL],
  ['metadata.google.internal.', LOCAL],
  ['instance-data.ec2.internal', LOCAL],
  ['host.docker.internal', LOCAL],
  ['kubernetes.default', LOCAL],
  ['kubernetes.default.svc', LOCAL],
  ['kubernetes.default.svc.cluster.local', LOCAL],
  ['10-0-0-1.shop.pod.cluster.local', LOCAL],
  ['redis.service.consul', LOCAL],
  ['dns.podman', LOCAL],
  ['redis.production', LOCAL],
  ['printer.local', LOCAL],
  ['router.lan', LOCAL],
  ['nas.home', LOCAL],
  ['nas.home.arpa', LOCAL],
  ['wiki.corp', LOCAL],
  ['1.0.0.127.in-addr.arpa', LOCAL],
  ['db.k8s', LOCAL],
  ['metadata', LABEL],
  ['redis', LABEL],
  ['x.test', SPECIAL],
  ['x.example', SPECIAL],
  ['x.invalid', SPECIAL],
  ['x.onion', SPECIAL],
  ['x.alt', SPECIAL],
];

refuses(
  'spellings of what is inside',
  SPELLINGS.map(([host, detail]) => refused(host, `/tcp/ping/${host}:6379`, as('all-token'), detail)),
);

const own = (url: string) => as('all-token', { 'Fairlead-Url': url });
const sql = (url: string) => post('{"sql":"select 1"}', { 'Fairlead-Url': url });
const neon = (url: string) => post('{"query":"select 1"}', { 'Neon-Connection-String': url });

refuses('places that take an address', [
  refused('Postgres', '/pg/query', sql('postgres://a:b@127.1:5432/x'), LOOPBACK),
  refused('Postgres by its other scheme', '/pg/query', sql('postgresql://a:b@0x7f.1/x'), LOOPBACK),
  refused('Postgres in percent-encoding', '/pg/query', sql('postgres://a:b@%31%30.0.0.1/x'), PRIVATE),
  refused('Postgres as Neon', '/pg/sql', neon('postgres://a:b@169.254.169.254/x'), LINK_LOCAL),
  refused('MySQL', '/mysql/query', sql('mysql://a:b@10.0.0.1/x'), PRIVATE),
  refused('Redis', '/redis/get/k', own('redis://[::1]'), LOOPBACK),
  refused('Redis with TLS', '/redis/get/k', own('rediss://[::ffff:a00:1]'), PRIVATE),
  refused('MQTT', '/mqtt/subscribe?topic=a', own('mqtt://localhost'), LOCAL),
  refused(
    'MQTT over a WebSocket',
    '/mqtt/subscribe?topic=a',
    own('ws://metadata.google.internal/mqtt'),
    LOCAL,
  ),
  refused('MQTT over a secure WebSocket', '/mqtt/subscribe?topic=a', own('wss://10.0.0.1/mqtt'), PRIVATE),
  refused('SMTP', '/smtp/probe/192.168.1.1:587', as('all-token'), PRIVATE),
  refused(
    'IRC',
    '/irc/send',
    post('{"target":"#a","messages":["x"]}', { 'Fairlead-Url': 'ircs://router.lan' }),
    LOCAL,
  ),
  refused('Gopher', '/gopher/fetch?url=gopher%3A%2F%2F0x7f.1%2F0x', as('all-token'), LOOPBACK),
]);

const usage = (what: string, path: string, init: RequestInit, detail: RegExp): Attempt => ({
  ...refused(what, path, init, detail),
  status: 400,
  code: 'usage',
});

refuses('addresses that are none', [
  usage('no port', '/tcp/ping/db.example.com', as('all-token'), /host:port/),
  usage('port 0', '/tcp/ping/db.example.com:0', as('all-token'), /out of range/),
  usage('port 65536', '/tcp/ping/db.example.com:65536', as('all-token'), /out of range/),
  usage('a port that is none', '/tcp/ping/db.example.com:http', as('all-token'), /port/),
  usage('a port below 0', '/tcp/ping/db.example.com:-1', as('all-token'), /./),
  refused('port 25', '/tcp/ping/mail.example.com:25', as('all-token'), /port 25/),
  usage('a line break', '/tcp/ping/a%0d%0ab.example.com:80', as('all-token'), /no host name has/),
  usage('a NUL', '/tcp/ping/a%00.example.com:80', as('all-token'), /./),
  usage('a space', '/tcp/ping/a%20b.example.com:80', as('all-token'), /./),
  usage('a zone', '/tcp/ping/[fe80::1%25eth0]:80', as('all-token'), /./),
  usage('user information', '/tcp/ping/a@127.0.0.1:80', as('all-token'), /./),
  usage('a path', '/tcp/ping/127.0.0.1%2F:80', as('all-token'), /./),
  usage('a list of hosts', '/pg/query', sql('postgres://a:b@db.example.com,10.0.0.1/x'), /host name/),
  usage(
    'a second host in the query',
    '/pg/query',
    sql('postgres://a:b@db.example.com/x?host=10.0.0.1'),
    /"host"/,
  ),
  usage(
    'an address in the query',
    '/pg/query',
    sql('postgres://a:b@db.example.com/x?hostaddr=10.0.0.1'),
    /"hostaddr"/,
  ),
  usage('a port in the query', '/pg/query', sql('postgres://a:b@db.example.com/x?port=22'), /"port"/),
  usage('a socket', '/pg/query', sql('postgres:///x?host=/var/run'), /URL with a host/),
  usage('another protocol', '/pg/query', sql('http://db.example.com/x'), /postgres:/),
  usage('a file', '/redis/get/k', own('file:///etc/passwd'), /redis:/),
  usage('two URLs', '/redis/get/k', own('redis://a.example.com, redis://b.example.com'), /more than once/),
  usage('no URL', '/redis/get/k', own('cache.example.com'), /URL with a host/),
  {
    what: 'a URL and a name',
    path: '/redis/get/k?connection=cache',
    init: own('redis://a.example.com'),
    status: 400,
    code: 'invalid',
    detail: /not both/,
  },
  {
    ...refused(
      'an address where none is allowed',
      '/tcp/ping/db.example.com:80',
      as('all-token'),
      /FAIRLEAD_TARGETS is not set/,
    ),
    env: { ...ENV, FAIRLEAD_TARGETS: [] },
  },
  {
    ...refused('a domain’s own name', '/tcp/ping/example.com:80', as('all-token'), /is not among/),
    env: { ...ENV, FAIRLEAD_TARGETS: ['*.example.com:*'] },
  },
  {
    ...refused('a longer name', '/tcp/ping/notexample.com:80', as('all-token'), /is not among/),
    env: { ...ENV, FAIRLEAD_TARGETS: ['example.com:*', '*.example.com:*'] },
  },
  {
    ...refused('a port beside the range', '/tcp/ping/a.example.com:5433', as('all-token'), /is not among/),
    env: { ...ENV, FAIRLEAD_TARGETS: ['*.example.com:5430-5432'] },
  },
]);
