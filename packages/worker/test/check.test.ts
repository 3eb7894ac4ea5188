// The check of a configuration: broken ones by a table, each with its key and its fix; what is unwise; and no secret anywhere.
import { describe, expect, inject, it } from 'vitest';
import schema from '../settings.schema.json' with { type: 'json' };
import { checkSettings, type Finding, settingsJsonSchema } from '../src/check/index.ts';
import { SCOPE_KINDS } from '../src/check/scopes.ts';
import { ROUTES } from '../src/routes.ts';

const HUSH = 'hush-hush-4711';
const TOKEN = 'v3ryL0ng-4nd-R4nd0m-enough-2f8c';
const closed = inject('closedPort');
const silent = inject('silentPort');

const token = { name: 'ci', token: TOKEN, scopes: ['pg:write:main'] };
/** Nothing is wrong with it. */
const SOUND = {
  FAIRLEAD_TOKENS: [token],
  FAIRLEAD_CONNECTIONS: { main: 'postgres://app:pw@db.example/shop' },
};
const connections = (entry: unknown) => ({ ...SOUND, FAIRLEAD_CONNECTIONS: { main: entry } });
const tokens = (change: object) => ({ ...SOUND, FAIRLEAD_TOKENS: [{ ...token, ...change }] });

const FINGERPRINT = `SHA256:${'A'.repeat(43)}`;

/** Broken settings, the key of the fault, and what the fix says. */
const BROKEN: readonly (readonly [what: string, settings: object, key: string, fix: RegExp])[] = [
  ['queries in a list', { ...SOUND, FAIRLEAD_QUERIES: [] }, 'FAIRLEAD_QUERIES', /object of queries by name/],
  [
    'a query of an unknown connection',
    { ...SOUND, FAIRLEAD_QUERIES: { ships: { connection: 'mian', sql: 'select 1' } } },
    'FAIRLEAD_QUERIES.ships.connection',
    /Name a connection of FAIRLEAD_CONNECTIONS/,
  ],
  [
    'a query that writes',
    { ...SOUND, FAIRLEAD_QUERIES: { ships: { connection: 'main', sql: 'delete from ships' } } },
    'FAIRLEAD_QUERIES.ships.sql',
    /"readOnly": false/,
  ],
  [
    'keys of an issuer in clear',
    { ...SOUND, FAIRLEAD_JWT: { issuer: 'a', jwksUrl: 'http://id.example/keys', audience: 'b' } },
    'FAIRLEAD_JWT.jwksUrl',
    /https URL/,
  ],
  [
    'a resolver that is a host',
    { ...SOUND, FAIRLEAD_RESOLVER: { url: 'dns.example' } },
    'FAIRLEAD_RESOLVER.url',
    /dns-query/,
  ],
  [
    'an expiry without an offset',
    tokens({ expires: '2027-01-31' }),
    'FAIRLEAD_TOKENS[0].expires',
    /with its offset/,
  ],
  [
    'an origin with a path',
    tokens({ origins: ['https://a.example/x'] }),
    'FAIRLEAD_TOKENS[0].origins[0]',
    /without a path/,
  ],
  ['no JSON', { ...SOUND, FAIRLEAD_TOKENS: `[{"name":"${HUSH}` }, 'FAIRLEAD_TOKENS', /Write JSON/],
  [
    'a name twice',
    { ...SOUND, FAIRLEAD_CONNECTIONS: '{"main":"tcp://a:1","main":"tcp://b:1"}' },
    'FAIRLEAD_CONNECTIONS.main',
    /Keep one of the two/,
  ],
  [
    'a name in two variables',
    { ...SOUND, FAIRLEAD_CONNECTIONS_B: { main: 'postgres://h' } },
    'FAIRLEAD_CONNECTIONS_B.main',
    /Keep one of the two/,
  ],
  [
    'a list of connections',
    { ...SOUND, FAIRLEAD_CONNECTIONS: [] },
    'FAIRLEAD_CONNECTIONS',
    /object of named/,
  ],
  [
    'no URL',
    connections({ uri: 'postgres://h' }),
    'FAIRLEAD_CONNECTIONS.main.url',
    /Call the member "uri" by its name, "url"/,
  ],
  ['text that is no URL', connections(HUSH), 'FAIRLEAD_CONNECTIONS.main.url', /percent-encoded/],
  [
    'a misspelt scheme',
    connections('postgress://h'),
    'FAIRLEAD_CONNECTIONS.main.url',
    /Did you mean "postgres:"/,
  ],
  [
    'an unknown scheme',
    connections('oracle://h'),
    'FAIRLEAD_CONNECTIONS.main.url',
    /The schemes: ftp:.*gopher:.*redis:/,
  ],
  ['no host key', connections({ url: 'ssh://u@h' }), 'FAIRLEAD_CONNECTIONS.main.fingerprint', /ssh-keygen/],
  [
    'a command that quotes its parameter',
    connections({
      url: 'ssh://u@h',
      fingerprint: FINGERPRINT,
      commands: { x: { run: "echo '{a}'", params: { a: 'text' } } },
    }),
    'FAIRLEAD_CONNECTIONS.main.commands.x.run',
    /README/,
  ],
  ['no port', connections('tcp://h'), 'FAIRLEAD_CONNECTIONS.main.url', /host:port/],
  [
    'a misspelt member',
    connections({ url: 'redis://h', pasword: HUSH }),
    'FAIRLEAD_CONNECTIONS.main.pasword',
    /Did you mean "password"/,
  ],
  [
    'another client’s name of a member',
    connections({ url: 'mysql://h', user: HUSH }),
    'FAIRLEAD_CONNECTIONS.main.user',
    /Did you mean "username"/,
  ],
  [
    'a misspelt member of a part',
    connections({ url: 'irc://h', nick: 'a', flood: { brust: 3 } }),
    'FAIRLEAD_CONNECTIONS.main.flood.brust',
    /Did you mean "burst"/,
  ],
  [
    'a value that is none of the list',
    connections({ url: 'mqtt://h', broker: 'mosquito' }),
    'FAIRLEAD_CONNECTIONS.main.broker',
    /Write one of: .*mosquitto/,
  ],
  [
    'a value of another type',
    connections({ url: 'smtp://h', chunking: 'yes' }),
    'FAIRLEAD_CONNECTIONS.main.chunking',
    /Write a value of type boolean/,
  ],
  [
    'TLS that is neither on nor off',
    connections({ url: 'postgres://h', tls: 'yes' }),
    'FAIRLEAD_CONNECTIONS.main.tls',
    /Write true, false, or an object/,
  ],
  [
    'a misspelt limit of a pool',
    connections({ url: 'postgres://h', pool: { maxx: 3 } }),
    'FAIRLEAD_CONNECTIONS.main.pool',
    /true, false, or an object/,
  ],
  [
    'a pool where there is none',
    connections({ url: 'gopher://h', pool: true }),
    'FAIRLEAD_CONNECTIONS.main.pool',
    /true, false/,
  ],
  [
    'a secret that is not set',
    connections({ url: 'postgres://h', password: { secret: 'DB_PASSWORD' } }),
    'FAIRLEAD_CONNECTIONS.main.password',
    /wrangler secret put DB_PASSWORD/,
  ],
  [
    'a secret in place of its name',
    connections({ url: 'postgres://h', password: { secret: HUSH } }),
    'FAIRLEAD_CONNECTIONS.main.password',
    /not its text/,
  ],
  ['a token without scopes', tokens({ scopes: undefined }), 'FAIRLEAD_TOKENS[0].scopes', /list of scopes/],
  [
    'a misspelt member of a token',
    tokens({ scope: [] }),
    'FAIRLEAD_TOKENS[0].scope',
    /Did you mean "scopes"/,
  ],
  ['token and digest', tokens({ sha256: 'ab'.repeat(32) }), 'FAIRLEAD_TOKENS[0]', /exactly one/],
  [
    'a digest that is none',
    tokens({ token: undefined, sha256: HUSH }),
    'FAIRLEAD_TOKENS[0].sha256',
    /64 hexadecimal/,
  ],
  ['a token with a space', tokens({ token: `${HUSH} x` }), 'FAIRLEAD_TOKENS[0].token', /openssl rand/],
  [
    'what is no scope',
    tokens({ scopes: ['pg:read:ma*'] }),
    'FAIRLEAD_TOKENS[0].scopes[0]',
    /protocol:action:connection/,
  ],
  [
    'a misspelt protocol',
    tokens({ scopes: ['redsi:read'] }),
    'FAIRLEAD_TOKENS[0].scopes[0]',
    /Did you mean "redis"/,
  ],
  [
    'a misspelt action',
    tokens({ scopes: ['pg:raed'] }),
    'FAIRLEAD_TOKENS[0].scopes[0]',
    /Did you mean "read"/,
  ],
  [
    'a certificate without its key',
    connections({ url: 'rediss://h', tls: { cert: HUSH } }),
    'FAIRLEAD_CONNECTIONS.main.tls',
    /"ca": \{"secret": "DB_CA"\}/,
  ],
  [
    'a misspelt wish of TLS',
    connections({ url: 'imaps://h', tls: { serverName: 'h' } }),
    'FAIRLEAD_CONNECTIONS.main.tls.serverName',
    /Did you mean "servername"/,
  ],
  [
    'an authority that is no certificate',
    connections({ url: 'rediss://h', tls: { ca: HUSH } }),
    'FAIRLEAD_CONNECTIONS.main.tls.ca',
    /wrangler secret put/,
  ],
  [
    'a key in another form',
    connections({
      url: 'rediss://h',
      tls: { cert: inject('ownTls').client.cert, key: `-----BEGIN EC PRIVATE KEY-----\n${HUSH}` },
    }),
    'FAIRLEAD_CONNECTIONS.main.tls.key',
    /openssl pkcs8/,
  ],
  [
    'two tokens of one name',
    { ...SOUND, FAIRLEAD_TOKENS: [token, token] },
    'FAIRLEAD_TOKENS',
    /each name once/,
  ],
  [
    'a target without ports',
    { ...SOUND, FAIRLEAD_TARGETS: ['db.example'] },
    'FAIRLEAD_TARGETS[0]',
    /host:port/,
  ],
  [
    'a misspelt limit',
    { ...SOUND, FAIRLEAD_LIMITS: { maxRow: 5 } },
    'FAIRLEAD_LIMITS.maxRow',
    /Did you mean "maxRows"/,
  ],
  [
    'a limit of nothing',
    { ...SOUND, FAIRLEAD_LIMITS: { timeoutMs: 0 } },
    'FAIRLEAD_LIMITS.timeoutMs',
    /at least 1/,
  ],
  [
    'a path in an origin',
    { ...SOUND, FAIRLEAD_CORS: ['https://a.example/'] },
    'FAIRLEAD_CORS[0]',
    /without a path/,
  ],
];

/** What works and is unwise. */
const UNWISE: readonly (readonly [what: string, settings: object, key: string, fix: RegExp])[] = [
  [
    'no token',
    { FAIRLEAD_CONNECTIONS: SOUND.FAIRLEAD_CONNECTIONS },
    'FAIRLEAD_TOKENS',
    /Set FAIRLEAD_TOKENS/,
  ],
  ['a scope for all', tokens({ scopes: ['*'] }), 'FAIRLEAD_TOKENS[0].scopes[0]', /Name what/],
  ['a short token', tokens({ token: 'abc' }), 'FAIRLEAD_TOKENS[0].token', /openssl rand/],
  ['a token of one letter', tokens({ token: 'a'.repeat(64) }), 'FAIRLEAD_TOKENS[0].token', /openssl rand/],
  [
    'a scope for no connection',
    tokens({ scopes: ['pg:write:mian'] }),
    'FAIRLEAD_TOKENS[0].scopes[0]',
    /Did you mean "main"/,
  ],
  [
    'a scope for another protocol’s',
    tokens({ scopes: ['redis:read:main'] }),
    'FAIRLEAD_TOKENS[0].scopes[0]',
    /no connections of redis/,
  ],
  [
    'plain Postgres',
    connections(`postgres://u:${HUSH}@h?sslmode=disable`),
    'FAIRLEAD_CONNECTIONS.main.url',
    /sslmode=require/,
  ],
  [
    'plain Redis',
    connections({ url: 'redis://h', password: HUSH }),
    'FAIRLEAD_CONNECTIONS.main.url',
    /rediss:/,
  ],
  [
    'plain mail',
    connections({ url: `smtp://u:${HUSH}@h`, tls: false }),
    'FAIRLEAD_CONNECTIONS.main.url',
    /TLS is the default/,
  ],
  [
    'plain FTP',
    connections({ url: `ftp://u:${HUSH}@h`, tls: false }),
    'FAIRLEAD_CONNECTIONS.main.url',
    /TLS is the default/,
  ],
  [
    'any host key',
    connections({ url: 'ssh://u@h', insecureAcceptAnyHostKey: true }),
    'FAIRLEAD_CONNECTIONS.main.insecureAcceptAnyHostKey',
    /ssh-keyscan/,
  ],
  [
    'readers in the writer’s role',
    tokens({ scopes: ['pg:read'] }),
    'FAIRLEAD_CONNECTIONS.main.readUrl',
    /"readUrl"/,
  ],
  ['any target', { ...SOUND, FAIRLEAD_TARGETS: ['*:443'] }, 'FAIRLEAD_TARGETS[0]', /List the hosts/],
  [
    'times that cannot be',
    { ...SOUND, FAIRLEAD_LIMITS: { maxTimeoutMs: 5 } },
    'FAIRLEAD_LIMITS.timeoutMs',
    /Raise/,
  ],
  [
    'a misspelt setting',
    { ...SOUND, FAIRLEAD_TARGET: [] },
    'FAIRLEAD_TARGET',
    /Did you mean "FAIRLEAD_TARGETS"/,
  ],
];

const check = (settings: object) => checkSettings({ ...settings }, { connect: false });
const find = (findings: readonly Finding[], key: string, fix: RegExp) =>
  findings.find((finding) => finding.key === key && fix.test(finding.fix));

describe('the check', () => {
  it('finds nothing in sound settings', async () => {
    expect(await check(SOUND)).toEqual([]);
    const entry = { url: { secret: 'URL' }, password: { secret: 'PW' }, pool: { max: 3 } };
    expect(await check({ ...connections(entry), URL: 'postgres://app@h', PW: HUSH })).toEqual([]);
  });

  it('finds nothing in TLS with an authority and a certificate, but that it ends soon', async () => {
    const { ca, client } = inject('ownTls');
    const entry = { url: 'redis://u:pw@h', tls: { ca: [ca], ...client } };
    // The test's certificates are good for a day.
    expect(
      await check({ ...connections(entry), FAIRLEAD_TOKENS: [{ ...token, scopes: ['redis:read:main'] }] }),
    ).toEqual(
      ['ca', 'cert'].map((member) => ({
        level: 'warning',
        key: `FAIRLEAD_CONNECTIONS.main.tls.${member}`,
        message: expect.stringMatching(/^the certificate CN=.+ ends on \d{4}-\d\d-\d\d, in [01] days?$/),
        fix: expect.any(String),
      })),
    );
  });

  it('finds nothing in SSH with a host key, whose files have scopes of their own', async () => {
    const entry = {
      url: 'ssh://u@h',
      fingerprint: FINGERPRINT,
      root: '/srv',
      commands: { uptime: 'uptime' },
    };
    const ssh = { ...token, scopes: ['ssh:exec:main', 'sftp:read:main'] };
    expect(await check({ ...connections(entry), FAIRLEAD_TOKENS: [ssh] })).toEqual([]);
  });

  it('knows the scopes of every protocol that the gateway speaks', async () => {
    for (const { protocol } of ROUTES) expect(SCOPE_KINDS.get(protocol)?.actions).not.toEqual([]);
    expect(Object.fromEntries(SCOPE_KINDS)).toMatchObject({
      pg: { actions: ['read', 'write'], connectionsOf: 'pg' },
      ssh: { actions: ['exec', 'shell', 'any'], connectionsOf: 'ssh' },
      sftp: { actions: ['read', 'write'], connectionsOf: 'ssh' },
      tcp: { actions: ['ping', 'tunnel', 'send'], connectionsOf: '*' },
      query: { actions: ['run'], connectionsOf: undefined },
      admin: { connectionsOf: '*' },
    });
  });

  it.each(BROKEN)('names the key and the fix: %s', async (_what, settings, key, fix) => {
    const findings = await check(settings);
    const found = find(findings, key, fix);
    expect(findings.map((finding) => [finding.key, finding.fix])).toContainEqual([
      key,
      expect.stringMatching(fix),
    ]);
    expect(found?.level).toBe('error');
    expect(JSON.stringify(findings)).not.toContain(HUSH);
  });

  it.each(UNWISE)('warns: %s', async (_what, settings, key, fix) => {
    const findings = await check(settings);
    expect(findings.map((finding) => [finding.key, finding.fix])).toContainEqual([
      key,
      expect.stringMatching(fix),
    ]);
    expect(findings.every(({ level }) => level === 'warning')).toBe(true);
    expect(JSON.stringify(findings)).not.toContain(HUSH);
  });

  it('tells everything at once', async () => {
    const findings = await check({
      FAIRLEAD_TOKENS: [{ nam: 'a', token, scopes: ['', 'x:y'] }, 5],
      FAIRLEAD_CONNECTIONS: {
        a: 'x',
        b: { url: 'redis://h', tls: 1, pol: 2 },
        c: { url: 'tcp://h:1', pool: 5 },
      },
      FAIRLEAD_CONNECTIONS_2: '{"a":"gopher://h","a":"gopher://h"}',
      FAIRLEAD_TARGETS: 'x',
      FAIRLEAD_LIMITS: { a: 1, timeoutMs: -1 },
      FAIRLEAD_CORS: [1, '2'],
    });
    expect(findings.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        'FAIRLEAD_TOKENS[0].nam',
        'FAIRLEAD_TOKENS[0].name',
        'FAIRLEAD_TOKENS[0].token',
        'FAIRLEAD_TOKENS[0].scopes[0]',
        'FAIRLEAD_TOKENS[1]',
        'FAIRLEAD_CONNECTIONS.a.url',
        'FAIRLEAD_CONNECTIONS.b.tls',
        'FAIRLEAD_CONNECTIONS.b.pol',
        'FAIRLEAD_CONNECTIONS.c.pool',
        'FAIRLEAD_CONNECTIONS_2.a',
        'FAIRLEAD_TARGETS',
        'FAIRLEAD_LIMITS.a',
        'FAIRLEAD_LIMITS.timeoutMs',
        'FAIRLEAD_CORS[0]',
        'FAIRLEAD_CORS[1]',
      ]),
    );
  });
});

describe('the connections', () => {
  it('are tried at once, each within its time, and told by code and fix', async () => {
    const url = (scheme: string, port: number) => `${scheme}://user:${HUSH}@127.0.0.1:${port}`;
    const started = Date.now();
    const findings = await checkSettings(
      {
        FAIRLEAD_TOKENS: [{ ...token, scopes: ['tcp:ping'] }],
        FAIRLEAD_CONNECTIONS: {
          pg: `${url('postgres', closed)}/x?sslmode=disable`,
          mysql: `${url('mysql', closed)}/x?sslmode=disable`,
          redis: url('redis', closed),
          mqtt: url('mqtt', closed),
          smtp: { url: url('smtp', closed), tls: false, authWithoutTls: 'cleartext' },
          irc: { url: url('irc', closed), nick: 'a', allowCleartext: true },
          ssh: {
            url: url('ssh', closed),
            fingerprint: FINGERPRINT,
            root: '/',
            commands: { uptime: 'uptime' },
          },
          ftp: { url: url('ftp', closed), root: '/srv' },
          gopher: `gopher://127.0.0.1:${closed}`,
          tcp: `tcp://127.0.0.1:${silent}`,
          slow: `${url('postgres', silent)}/x?sslmode=disable`,
          typo: 'postgres://h?sslmode=maybe',
          wrong: { url: url('redis', closed), pasword: HUSH },
        },
      },
      // Long enough for the first import of each protocol on a busy machine.
      { timeoutMs: 3000 },
    );
    const told = Object.fromEntries(
      findings.map(({ key, message }) => [key.split('.')[1], /\((\w+)\)/.exec(message)?.[1]]),
    );
    const failed = 'connect_failed';
    expect(told).toEqual({
      pg: failed,
      mysql: failed,
      redis: failed,
      mqtt: failed,
      smtp: failed,
      irc: failed,
      ssh: failed,
      ftp: failed,
      gopher: failed,
      slow: 'connect_timeout',
      typo: 'usage',
      wrong: undefined,
    });
    expect(findings.every(({ level, fix }) => level === 'error' && fix !== '')).toBe(true);
    expect(JSON.stringify(findings)).not.toContain(HUSH);
    expect(Date.now() - started).toBeLessThan(15_000);
  }, 30_000);

  it('are not tried any more once the signal has fired', async () => {
    const settings = {
      ...SOUND,
      FAIRLEAD_CONNECTIONS: { main: `postgres://127.0.0.1:${silent}?sslmode=disable` },
    };
    const findings = await checkSettings(settings, { signal: AbortSignal.timeout(100) });
    expect(findings).toMatchObject([
      { key: 'FAIRLEAD_CONNECTIONS.main.url', message: expect.stringContaining('aborted') },
    ]);
  });

  it('are named by their keys, whatever their passwords are', async () => {
    const entry = { url: 'postgres://postgres:postgres@h.example', pool: { maximum: 3 } };
    const findings = await checkSettings({
      ...SOUND,
      FAIRLEAD_CONNECTIONS: { postgres: entry, main: 'postgress://h' },
    });
    const [schemeFault] = findings.filter(({ key }) => key === 'FAIRLEAD_CONNECTIONS.main.url');
    expect(schemeFault?.fix).toMatch(/Did you mean "postgres:"/);
    expect(findings.map(({ key }) => key)).toContain('FAIRLEAD_CONNECTIONS.postgres.pool');
  });

  it('are dialled by the connector, and a server’s words hold no secret', async () => {
    const dialled: unknown[] = [];
    const findings = await checkSettings(
      { ...SOUND, FAIRLEAD_CONNECTIONS: { main: { secret: 'URL' } }, URL: `postgres://u:${HUSH}@h.example` },
      {
        connector: async (address) => {
          dialled.push(address);
          throw new Error(`refused ${HUSH}`);
        },
      },
    );
    expect(dialled).toEqual([{ hostname: 'h.example', port: 5432 }]);
    expect(findings).toHaveLength(1);
    expect(JSON.stringify(findings)).not.toContain(HUSH);
  });
});

describe('the JSON Schema', () => {
  it('stands in the package as it is made from the schemas: npm run schema -w @fairlead/worker', async () => {
    expect(schema).toEqual(await settingsJsonSchema());
  });
});
