// What narrows a token beside its scopes: origins, rates, rows.
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

describe('a token of web pages', () => {
  const ask = asker({ FAIRLEAD_TOKENS: [token({ origins: ['https://app.example'] })] });

  it.each([
    ['no origin', undefined, 200],
    ['its own origin', 'https://app.example', 200],
    ['the gateway’s origin', 'http://localhost', 200],
    ['the gateway’s origin, behind a proxy that ends TLS', 'https://localhost', 200],
    ['another port of the gateway’s host', 'https://localhost:8443', 403],
    ['what only begins like the gateway’s origin', 'https://localhost.evil.test', 403],
    ['the gateway’s host with a user', 'https://evil@localhost', 403],
    ['another scheme', 'http://app.example', 403],
    ['another port', 'https://app.example:8443', 403],
    ['a domain below', 'https://evil.app.example', 403],
    ['a longer name', 'https://app.example.evil.test', 403],
    ['upper case', 'https://APP.example', 403],
    ['a page without an origin', 'null', 403],
    ['nothing', '', 403],
    ['two', 'https://app.example, https://evil.test', 403],
  ])('with %s', async (_what, origin, status) => {
    const answer = await ask({ headers: origin === undefined ? {} : { Origin: origin } });
    expect(answer.status).toBe(status);
    if (status === 403)
      expect(answer.body).toMatchObject({
        code: 'forbidden',
        detail: expect.stringMatching(/may not be used by pages/),
      });
  });

  it('is answered so that the page can read the refusal', async () => {
    const cors = { FAIRLEAD_CORS: ['https://other.example'] };
    const answer = await ask({ headers: { Origin: 'https://other.example' }, env: cors });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://other.example');
  });
});

describe('a token with a rate', () => {
  const limited = { FAIRLEAD_TOKENS: [token({ rate: { limit: 3, periodSeconds: 10 } })] };

  it('is refused beyond it, until the window ends', async () => {
    const ask = asker(limited);
    const first = await ask();
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-policy')).toBe('"isolate";q=3;w=10');
    expect(first.headers.get('ratelimit')).toBe('"isolate";r=2;t=10');
    vi.setSystemTime(NOW + 2500);
    await ask();
    expect((await ask({ path: '/rows/none/such' })).status).toBe(404);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('8');
    expect(refused.headers.get('ratelimit')).toBe('"isolate";r=0;t=8');
    expect(refused.body).toMatchObject({ code: 'rate_limited', safeToRetry: true, blame: 'local' });
    vi.setSystemTime(NOW + 9_999);
    expect((await ask()).status).toBe(429);
    vi.setSystemTime(NOW + 10_000);
    expect((await ask()).headers.get('ratelimit')).toBe('"isolate";r=2;t=10');
  });

  it('is not held up by a clock that was set back', async () => {
    const ask = asker(limited);
    for (let i = 0; i < 4; i++) await ask();
    vi.setSystemTime(NOW - 86_400_000);
    expect((await ask()).status).toBe(200);
  });

  it('costs the others nothing', async () => {
    const limiter = { limit: vi.fn(async () => ({ success: true })) };
    const answer = await asker({ FAIRLEAD_TOKENS: [token({})], RATE_LIMITER: limiter })();
    expect(answer.headers.get('ratelimit')).toBeNull();
    expect(limiter.limit).not.toHaveBeenCalled();
  });

  it('is counted by the platform’s binding as well', async () => {
    const limiter = { limit: vi.fn(async () => ({ success: false })) };
    const ask = asker({ ...limited, RATE_LIMITER: limiter });
    const refused = await ask();
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 'rate_limited', detail: expect.stringMatching(/in this location/) },
    });
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(limiter.limit).toHaveBeenCalledWith({ key: 'page' });
    for (let i = 0; i < 5; i++) await ask();
    // What this isolate refuses by itself is no call of the binding.
    expect(limiter.limit).toHaveBeenCalledTimes(3);
  });

  it('with a binding of another kind is the operator’s fault', async () => {
    const ask = asker({ ...limited, RATE_LIMITER: {} });
    expect(await ask()).toMatchObject({
      status: 500,
      body: { code: 'config', detail: expect.stringMatching(/RATE_LIMITER/) },
    });
  });
});

describe('a token with rows of its own', () => {
  const ask = asker({ FAIRLEAD_TOKENS: [token({ maxRows: 3 })] });
  const lines = { Accept: 'application/x-ndjson' };

  it('gets as many, in both forms', async () => {
    expect((await ask({ path: '/rows/3' })).body.rows).toHaveLength(3);
    expect((await ask({ path: '/rows/3', headers: lines })).text.split('\n')).toHaveLength(6);
    expect((await ask({ path: '/rows/limits' })).body).toEqual({ maxRows: 3, name: 'page' });
  });

  it('is refused more, in both forms', async () => {
    const document = await ask({ path: '/rows/4' });
    expect(document).toMatchObject({
      status: 413,
      body: { code: 'limit', detail: expect.stringMatching(/3 rows, the most that this token/) },
    });
    const stream = (await ask({ path: '/rows/4', headers: lines })).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(stream.slice(1, -1)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(stream.at(-1)).toMatchObject({ error: { code: 'limit', status: 413 } });
  });

  it('does not get more than the operator allows', async () => {
    const env = { FAIRLEAD_LIMITS: { maxRows: 2 } };
    expect((await ask({ path: '/rows/limits', env })).body.maxRows).toBe(2);
    expect((await ask({ path: '/rows/3', env })).body.detail).toMatch(
      /2 rows, the most that is sent as one JSON/,
    );
  });
});

describe('a token in a header of the module’s own', () => {
  const ask = asker({ FAIRLEAD_TOKENS: [token({})] });
  const bare = (headers: Record<string, string>, authorization?: string) =>
    ask({
      path: '/bare/1',
      headers: { ...headers, ...(authorization === undefined ? {} : { Authorization: authorization }) },
      token: null,
    });

  it.each<[string, Record<string, string>, string | undefined, number]>([
    ['the first header', { 'api-key': 'the-token' }, undefined, 200],
    ['the other one, in any case', { APIKEY: 'the-token' }, undefined, 200],
    ['a wrong token', { 'api-key': 'another' }, undefined, 401],
    ['an empty one', { 'api-key': '' }, undefined, 401],
    ['a scheme in front', { 'api-key': 'Bearer the-token' }, undefined, 401],
    ['two tokens', { 'api-key': 'the-token, the-token' }, undefined, 400],
    ['Authorization beside it, which counts', { 'api-key': 'the-token' }, 'Bearer another', 401],
    ['the same, the other way round', { 'api-key': 'another' }, 'Bearer the-token', 200],
    ['neither', {}, undefined, 401],
  ])('%s', async (_what, headers, authorization, status) => {
    expect((await bare(headers, authorization)).status).toBe(status);
  });

  it('is none for modules that name no such header', async () => {
    expect((await ask({ headers: { 'api-key': 'the-token' }, token: null })).status).toBe(401);
  });
});
