// Abuse by JWTs: forged, altered, old, early, for others, of other keys; and an issuer that does not do its part.
import { generateKeyPair, importJWK, SignJWT } from 'jose';
import { describe, expect, inject, it, vi } from 'vitest';
import { type Attempt, as, ENV, expectRefusal, refuses, send } from './gateway.ts';

const issuer = inject('issuer');
const privateKey = await importJWK(issuer.privateKey, 'ES256');
const stranger = await generateKeyPair('ES256');
const rsa = await generateKeyPair('RS256');
const now = Math.floor(Date.now() / 1000);

const settings = {
  issuer: 'https://id.example/',
  jwksUrl: `http://127.0.0.1:${issuer.port}/keys`,
  audience: 'fairlead',
};
const env = (changes: object = {}) => ({ ...ENV, FAIRLEAD_JWT: { ...settings, ...changes } });

const claims = {
  iss: settings.issuer,
  aud: 'fairlead',
  sub: 'anna',
  exp: now + 600,
  scope: 'redis:read:cache',
};

function sign(
  changes: object = {},
  key: Parameters<SignJWT['sign']>[0] = privateKey,
  header: object = {},
): Promise<string> {
  const payload = Object.fromEntries(
    Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(key);
}

const part = (value: object): string =>
  btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const good = await sign();
const [head = '', payload = '', signature = ''] = good.split('.');

const NOT_SIGNED = /^The JWT is malformed, or not signed by a key of its issuer\.$/;
const ALGORITHM = /^The algorithm of the JWT is not allowed here\.$/;

const refused = (what: string, jwt: string, detail: RegExp, settled: object = env()): Attempt => ({
  what,
  path: '/redis/get/k',
  init: as(jwt),
  env: settled,
  status: 401,
  code: 'unauthorized',
  detail,
  headers: { 'WWW-Authenticate': /^Bearer/ },
});

/** Scopes that do not reach `redis:read:cache`: words that other systems know, other spellings, other rights. */
const SCOPES = [
  'admin',
  '*',
  'redis',
  'pg:read:*',
  'redis:read:main',
  'REDIS:READ:CACHE',
  'redis:read:cache:x',
  'openid',
];
const scoped = await Promise.all(SCOPES.map((scope) => sign({ scope })));

const secret = new TextEncoder().encode('a secret that everybody knows, of 32 bytes');

refuses('JWTs', [
  refused('no algorithm', `${part({ alg: 'none' })}.${payload}.`, ALGORITHM),
  refused('no algorithm in large letters', `${part({ alg: 'NONE', kid: 'one' })}.${payload}.`, ALGORITHM),
  refused(
    'no algorithm, with a signature',
    `${part({ alg: 'none', kid: 'one' })}.${payload}.${signature}`,
    ALGORITHM,
  ),
  refused('no member for the algorithm', `${part({ kid: 'one' })}.${payload}.${signature}`, NOT_SIGNED),
  refused(
    'a list of algorithms',
    `${part({ alg: ['ES256'], kid: 'one' })}.${payload}.${signature}`,
    NOT_SIGNED,
  ),
  refused('a shared secret', await sign({}, secret, { alg: 'HS256' }), ALGORITHM),
  refused(
    'the public key as a secret',
    await sign({}, new TextEncoder().encode(JSON.stringify(issuer.privateKey.x)), { alg: 'HS256' }),
    ALGORITHM,
  ),
  refused('an algorithm that is not listed', good, ALGORITHM, env({ algorithms: ['RS256'] })),
  refused('a key of somebody else', await sign({}, stranger.privateKey), NOT_SIGNED),
  refused(
    'a key of somebody else, inside',
    await sign({}, stranger.privateKey, { jwk: { kty: 'EC' } }),
    NOT_SIGNED,
  ),
  refused(
    'a key elsewhere',
    await sign({}, stranger.privateKey, { jku: 'https://evil.example/keys' }),
    NOT_SIGNED,
  ),
  refused(
    'a certificate elsewhere',
    await sign({}, stranger.privateKey, { x5u: 'https://evil.example/cert' }),
    NOT_SIGNED,
  ),
  refused('a key that is not there', await sign({}, stranger.privateKey, { kid: 'two' }), NOT_SIGNED),
  refused('a key by path', await sign({}, stranger.privateKey, { kid: '../../dev/null' }), NOT_SIGNED),
  refused('a key of another kind', await sign({}, rsa.privateKey, { alg: 'RS256' }), NOT_SIGNED),
  refused(
    'an extension that is not known',
    `${part({ alg: 'ES256', kid: 'one', crit: ['x'], x: 1 })}.${payload}.${signature}`,
    NOT_SIGNED,
  ),
  refused(
    'a payload that is not encoded',
    `${part({ alg: 'ES256', kid: 'one', b64: false, crit: ['b64'] })}.${payload}.${signature}`,
    NOT_SIGNED,
  ),
  refused('other claims', `${head}.${part({ ...claims, scope: '*:*' })}.${signature}`, NOT_SIGNED),
  refused('another signature', `${head}.${payload}.${signature.slice(0, -4)}AAAA`, NOT_SIGNED),
  refused('a signature of zeros', `${head}.${payload}.${'A'.repeat(86)}`, NOT_SIGNED),
  refused('half a signature', `${head}.${payload}.${signature.slice(0, 43)}`, NOT_SIGNED),
  refused('no signature', `${head}.${payload}.`, NOT_SIGNED),
  refused('claims that are no object', `${head}.${part([])}.${signature}`, NOT_SIGNED),
  refused('claims that are no JSON', `${head}.AAAA.${signature}`, NOT_SIGNED),
  refused('a header that is no JSON', `eyJ9.${payload}.${signature}`, NOT_SIGNED),
  refused('an end that is over', await sign({ exp: now - 31 }), /^The JWT has expired\.$/),
  refused('an end in milliseconds’ place', await sign({ exp: `${now + 600}` }), /claim "exp"/),
  refused('no end', await sign({ exp: undefined }), /claim "exp" of the JWT is missing/),
  refused('a beginning to come', await sign({ nbf: now + 100 }), /claim "nbf"/),
  refused(
    'another issuer',
    await sign({ iss: 'https://evil.example/' }),
    /claim "iss" of the JWT is not the right one/,
  ),
  refused('an issuer that begins so', await sign({ iss: 'https://id.example/evil' }), /claim "iss"/),
  refused('no issuer', await sign({ iss: undefined }), /claim "iss" of the JWT is missing/),
  refused('another audience', await sign({ aud: 'other' }), /claim "aud" of the JWT is not the right one/),
  refused('an audience that begins so', await sign({ aud: ['fairlead-admin', 'fair'] }), /claim "aud"/),
  refused('no audience', await sign({ aud: undefined }), /claim "aud" of the JWT is missing/),
  refused('no name', await sign({ sub: undefined }), /claim "sub" of the JWT is missing/),
  refused('a number as a name', await sign({ sub: 5 }), /claim "sub"/),
  refused('five parts, as if it were encrypted', `${good}.AAAA.AAAA`, /token is not known/),
  refused('a JWT in quotes', `"${good}"`, /token is not known/),
  refused('a very long one', `${head}.${'A'.repeat(20_000)}.${signature}`, /not of the form/),
  refused('an opaque token that is not known', 'nope', /token is not known/),
  ...SCOPES.map(
    (scope, i): Attempt => ({
      ...refused(`the scope ${scope}`, scoped[i] ?? '', /redis:read:cache/),
      status: 403,
      code: 'forbidden',
      headers: {},
    }),
  ),
]);

describe('a JWT that is right', () => {
  it('comes through, to where a server would be', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const response = await send('/redis/get/k', as(await sign({ scope: 'openid redis:read:cache' })), env());
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([500, 'internal']);
    log.mockRestore();
  });
});

describe('an issuer', () => {
  it.each(['fails', 'redirects', 'huge', 'html', 'breaks-off'])(
    'whose keys are at /%s is answered 503',
    async (path) => {
      await expectRefusal({
        ...refused(path, good, /keys of the issuer of JWTs cannot be fetched/),
        env: env({ jwksUrl: `http://127.0.0.1:${issuer.port}/${path}` }),
        status: 503,
        code: 'unavailable',
        headers: { 'Retry-After': /^5$/ },
      });
    },
  );

  it('without keys knows nobody', async () => {
    const jwksUrl = `http://127.0.0.1:${issuer.port}/none`;
    await expectRefusal({ ...refused('none', good, NOT_SIGNED), env: env({ jwksUrl }) });
  });

  it('that stalls or trickles is left after five seconds', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const before = Date.now();
    const answers = await Promise.all(
      ['stalls', 'trickles'].map((path) =>
        send('/redis/get/k', as(good), env({ jwksUrl: `http://127.0.0.1:${issuer.port}/${path}` })),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
    expect(Date.now() - before).toBeLessThan(8_000);
    vi.restoreAllMocks();
  });
});
