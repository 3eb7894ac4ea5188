// JWTs as bearer tokens: what is accepted, what is refused with which words, and how the issuer's keys are kept.
import { deferred } from '@fairlead/client';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asker, token } from './narrowed.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a JWT', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const stranger = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  const settings = {
    issuer: 'https://id.example/',
    jwksUrl: 'https://id.example/keys',
    audience: 'fairlead',
  };

  const claims: JWTPayload = {
    iss: 'https://id.example/',
    aud: 'fairlead',
    sub: 'anna',
    exp: NOW / 1000 + 60,
    scope: 'openid admin demo:read:main *',
  };

  function sign(
    changes: Readonly<Record<string, unknown>> = {},
    key: CryptoKey = privateKey,
    header: object = {},
  ): Promise<string> {
    const payload = Object.fromEntries(
      Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== null),
    );
    return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(key);
  }

  let serve: (url: string, init?: RequestInit) => Promise<Response>;
  let fetches = 0;
  // Settings differ by their number, so that each test has an issuer of its own, of which nothing is kept.
  let number = 0;
  const asked = (changes: object = {}) => {
    number += 1;
    return asker({ FAIRLEAD_JWT: { ...settings, maxRows: 1000 + number, ...changes } });
  };

  beforeEach(() => {
    fetches = 0;
    serve = async () => Response.json({ keys: [jwk] });
    vi.spyOn(globalThis, 'fetch').mockImplementation((url, init) => {
      fetches += 1;
      return serve(String(url), init);
    });
  });

  it('has the scopes of its claim, of those that are some', async () => {
    const ask = asked();
    const jwt = await sign();
    expect(await ask({ token: jwt })).toMatchObject({ status: 200 });
    expect((await ask({ token: jwt, path: '/rows/limits' })).body.name).toBe('jwt:anna');
    // Neither `admin` nor `*` counts.
    const other = await ask({ token: await sign({ scope: 'demo:read:other admin * demo' }) });
    expect(other).toMatchObject({
      status: 403,
      body: { needs: 'demo:read:main', detail: expect.stringMatching(/"jwt:anna"/) },
    });
    expect((await ask({ token: await sign({ scope: ['demo:read'] }) })).status).toBe(200);
    expect((await ask({ token: await sign({ scope: null }) })).status).toBe(403);
    expect((await ask({ token: await sign({ scope: { demo: 'read' } }) })).status).toBe(403);
    expect(fetches).toBe(1);
  });

  it('may have other claims for scopes and name', async () => {
    const ask = asked({ scopesClaim: 'permissions', nameClaim: 'client_id' });
    const jwt = await sign({ permissions: ['demo:read'], client_id: 'ci', scope: null, sub: null });
    expect((await ask({ token: jwt, path: '/rows/limits' })).body.name).toBe('jwt:ci');
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['that has expired', { exp: NOW / 1000 - 31 }, /has expired/],
    ['without an end', { exp: null }, /claim "exp" of the JWT is missing/],
    ['that is not valid yet', { nbf: NOW / 1000 + 31 }, /claim "nbf"/],
    ['of another issuer', { iss: 'https://id.example' }, /claim "iss"/],
    ['without an issuer', { iss: null }, /claim "iss" of the JWT is missing/],
    ['for others', { aud: ['a', 'b'] }, /claim "aud"/],
    ['for nobody', { aud: null }, /claim "aud" of the JWT is missing/],
    ['without a name', { sub: null }, /claim "sub" of the JWT is missing/],
    ['with an empty name', { sub: '' }, /claim "sub" of the JWT is not a text/],
    ['with a name too long', { sub: 'x'.repeat(129) }, /not a text of 1 to 128/],
  ])('%s is refused', async (_what, changes, detail) => {
    const answer = await asked()({ token: await sign(changes) });
    expect(answer).toMatchObject({
      status: 401,
      body: { code: 'unauthorized', detail: expect.stringMatching(detail) },
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['a little late', { exp: NOW / 1000 - 29 }],
    ['a little early', { nbf: NOW / 1000 + 29 }],
    ['for us and others', { aud: ['other', 'fairlead'] }],
  ])('%s is accepted', async (_what, changes) => {
    expect((await asked()({ token: await sign(changes) })).status).toBe(200);
  });

  it('of another key, none, or a shared secret is refused', async () => {
    const ask = asked();
    const [, payload] = (await sign()).split('.');
    const part = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '');
    const secret = new TextEncoder().encode(JSON.stringify(jwk));
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret);
    for (const jwt of [
      await sign({}, stranger.privateKey),
      await sign({}, stranger.privateKey, { jwk: await exportJWK(stranger.publicKey) }),
      await sign({}, stranger.privateKey, { jku: 'https://evil.example/keys' }),
      await sign({}, privateKey, { crit: ['exp'], exp: 1 }).catch(
        () => `${part({ alg: 'ES256', crit: ['x'] })}.${payload}.AAAA`,
      ),
      forged,
      `${part({ alg: 'none' })}.${payload}.`,
      `${part({ alg: 'None', kid: 'one' })}.${payload}.`,
      `${(await sign()).slice(0, -4)}AAAA`,
      'eyJ.e.e',
    ]) {
      const answer = await ask({ token: jwt });
      expect(answer.status, jwt).toBe(401);
      expect(answer.body.detail).toMatch(/malformed, or not signed|algorithm of the JWT/);
    }
    expect(fetches).toBe(1);
  });

  it('of a new key makes the keys be fetched again, but not often', async () => {
    const ask = asked();
    await ask({ token: await sign() });
    const fresh = await generateKeyPair('ES256', { extractable: true });
    const next = { ...(await exportJWK(fresh.publicKey)), kid: 'two', alg: 'ES256' };
    serve = async () => Response.json({ keys: [jwk, next] });
    const jwt = await sign({}, fresh.privateKey, { kid: 'two' });
    for (let i = 0; i < 5; i++) expect((await ask({ token: jwt })).status).toBe(401);
    expect(fetches).toBe(1);
    vi.setSystemTime(NOW + 30_000);
    expect((await ask({ token: jwt })).status).toBe(200);
    expect(fetches).toBe(2);
  });

  it('of unknown keys, many at once, makes them be fetched once, however slow the issuer is', async () => {
    const ask = asked();
    await ask({ token: await sign() });
    vi.setSystemTime(NOW + 30_000);
    const answer = deferred<void>();
    serve = async () => {
      await answer.promise;
      return Response.json({ keys: [jwk] });
    };
    const forged = await sign({}, stranger.privateKey, { kid: 'none' });
    const flood = Array.from({ length: 20 }, () => ask({ token: forged }));
    // Those with a known key do not wait for it.
    expect((await ask({ token: await sign() })).status).toBe(200);
    answer.resolve();
    expect((await Promise.all(flood)).map(({ status }) => status)).toEqual(Array(20).fill(401));
    expect(fetches).toBe(2);
  });

  it('waits for keys that another request fetches', async () => {
    const ask = asked();
    // So that all of them have the same settings.
    serve = () => Promise.reject(new TypeError('Network connection lost.'));
    const jwt = await sign();
    await ask({ token: jwt });
    vi.setSystemTime(NOW + 5_000);
    const answer = deferred<void>();
    serve = async () => {
      await answer.promise;
      return Response.json({ keys: [jwk] });
    };
    const all = Array.from({ length: 5 }, () => ask({ token: jwt }));
    setTimeout(() => answer.resolve(), 50);
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(fetches).toBe(2);
  });

  it('is a 401 where it names a key of its issuer’s that cannot be used', async () => {
    const ask = asked();
    const broken = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'broken' };
    const short = { kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'short' };
    serve = async () => Response.json({ keys: [jwk, broken, short] });
    for (const header of [{ kid: 'broken' }, { kid: 'short', alg: 'RS256' }]) {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const answer = await ask({ token: `${part({ alg: 'ES256', ...header })}.${part(claims)}.AAAA` });
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    }
  });

  it.each<[string, () => Promise<Response>]>([
    ['cannot be reached', () => Promise.reject(new TypeError('Network connection lost.'))],
    ['answers 500', async () => new Response('', { status: 500 })],
    [
      'sends one elsewhere',
      async () => new Response(null, { status: 302, headers: { Location: 'https://evil.example' } }),
    ],
    ['answers no JSON', async () => new Response('<html>')],
    ['answers no keys', async () => Response.json({ key: [] })],
    ['answers too much', async () => new Response(`{"keys":[${' '.repeat(300_000)}]}`)],
  ])('is no 401 when its issuer %s', async (_what, answer) => {
    const ask = asked();
    serve = answer;
    const jwt = await sign();
    const refused = await ask({ token: jwt });
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable', safeToRetry: true } });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.text).not.toContain('id.example');
    await ask({ token: jwt });
    expect(fetches).toBe(1);
    serve = async () => Response.json({ keys: [jwk] });
    vi.setSystemTime(NOW + 5000);
    expect((await ask({ token: jwt })).status).toBe(200);
  });

  it('is verified with old keys for an hour while its issuer is away', async () => {
    const ask = asked();
    const jwt = await sign({ exp: NOW / 1000 + 86_400 });
    await ask({ token: jwt });
    serve = () => Promise.reject(new TypeError('Network connection lost.'));
    vi.setSystemTime(NOW + 3_599_000);
    expect((await ask({ token: jwt })).status).toBe(200);
    expect(fetches).toBe(2);
    vi.setSystemTime(NOW + 3_605_000);
    expect((await ask({ token: jwt })).status).toBe(503);
  });

  it('is an opaque token where there is no issuer, and opaque tokens never get to it', async () => {
    const jwt = await sign();
    const tokens = { FAIRLEAD_TOKENS: [token({}), { name: 'shaped', token: jwt, scopes: ['demo'] }] };
    expect((await asker(tokens)({ token: jwt })).status).toBe(200);
    const both = asked();
    expect((await both({ env: tokens })).status).toBe(200);
    expect((await both({ token: 'eyJust-a-token', env: tokens })).body.detail).toBe(
      'The token is not known.',
    );
    expect(fetches).toBe(0);
  });

  it('has a rate for each name', async () => {
    const ask = asked({ rate: { limit: 1, periodSeconds: 60 } });
    const anna = await sign();
    expect((await ask({ token: anna })).status).toBe(200);
    expect((await ask({ token: await sign({ jti: 'another' }) })).status).toBe(429);
    expect((await ask({ token: await sign({ sub: 'ben' }) })).status).toBe(200);
  });

  it.each<[string, object]>([
    ['HS256', { algorithms: ['HS256'] }],
    ['none', { algorithms: ['none'] }],
    ['no algorithm', { algorithms: [] }],
    ['keys in clear', { jwksUrl: 'http://id.example/keys' }],
    ['a password in its URL', { jwksUrl: 'https://a:b@id.example/keys' }],
    ['no audience', { audience: [] }],
    ['no issuer', { issuer: undefined }],
    ['an unknown member', { secret: 'x' }],
  ])('whose setting has %s is refused', async (_what, changes) => {
    const { status, body } = await asked(changes)({ token: await sign() });
    expect([status, body.code, body.detail.includes('FAIRLEAD_JWT')]).toEqual([500, 'config', true]);
  });
});
