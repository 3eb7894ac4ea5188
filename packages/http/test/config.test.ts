// The settings: what is wrong with one is told by name and place, and its content never shows.
import { describe, expect, it, vi } from 'vitest';
import { ConfigSource } from '../src/settings/config.ts';
import { ENV, post, sampleApp, TOKEN } from './sample.ts';

const SECRET = 'hush-hush-4711';
const app = sampleApp({ log: [] });

const BAD: [variable: string, value: unknown, place: RegExp][] = [
  ['FAIRLEAD_TOKENS', `[{"name":"${SECRET}`, /FAIRLEAD_TOKENS is not valid JSON/],
  [
    'FAIRLEAD_CONNECTIONS',
    { main: { url: 'demo://h', pool: { max: 2, shards: 3 } } },
    /FAIRLEAD_CONNECTIONS\.main\.pool/,
  ],
  [
    'FAIRLEAD_CONNECTIONS',
    { main: { url: 'demo://h', pool: { max: SECRET } } },
    /FAIRLEAD_CONNECTIONS\.main\.pool/,
  ],
  ['FAIRLEAD_TOKENS', `{"token":"${SECRET}"}`, /FAIRLEAD_TOKENS is wrong/],
  [
    'FAIRLEAD_TOKENS',
    [{ name: 'a', token: SECRET, scopes: [SECRET, ''] }],
    /FAIRLEAD_TOKENS\[0\]\.scopes\[1\]/,
  ],
  ['FAIRLEAD_TOKENS', [{ name: 'a', token: `${SECRET} x`, scopes: [] }], /FAIRLEAD_TOKENS\[0\]\.token/],
  ['FAIRLEAD_CONNECTIONS', SECRET, /FAIRLEAD_CONNECTIONS is not valid JSON/],
  ['FAIRLEAD_CONNECTIONS', { main: { url: `not a url ${SECRET}` } }, /FAIRLEAD_CONNECTIONS\.main\.url/],
  ['FAIRLEAD_CONNECTIONS', { main: { url: `demo://u:${SECRET}@` } }, /FAIRLEAD_CONNECTIONS\.main\.url/],
  [
    'FAIRLEAD_CONNECTIONS',
    { main: { url: `ftp://u:${SECRET}@h` } },
    /FAIRLEAD_CONNECTIONS\.main\.url.*demo:/,
  ],
  ['FAIRLEAD_CONNECTIONS', { main: { uri: `demo://u:${SECRET}@h` } }, /FAIRLEAD_CONNECTIONS\.main\.url/],
  [
    'FAIRLEAD_CONNECTIONS',
    { main: { url: `spare://u:${SECRET}@h` } },
    /FAIRLEAD_CONNECTIONS\.main\.url.*port/,
  ],
  ['FAIRLEAD_CONNECTIONS', { main: { url: `demo://u:${SECRET}@h:25` } }, /FAIRLEAD_CONNECTIONS\.main\.url/],
  ['FAIRLEAD_CONNECTIONS', { [`demo://u:${SECRET}@h`]: 'main' }, /FAIRLEAD_CONNECTIONS\.\? is wrong/],
  ['FAIRLEAD_CONNECTIONS', `{"x":{"a ${SECRET}":1,"a ${SECRET}":2}}`, /FAIRLEAD_CONNECTIONS\.x\.\? is wrong/],
  ['FAIRLEAD_TOKENS', [{ [SECRET]: ['demo:read'] }], /FAIRLEAD_TOKENS\[0\]/],
  [
    'FAIRLEAD_TOKENS',
    [{ name: 'a', token: TOKEN, scopes: [], [SECRET]: 1 }],
    /FAIRLEAD_TOKENS\[0\] is wrong: it holds a member that is not known here/,
  ],
  ['FAIRLEAD_LIMITS', { maxRow: 1 }, /FAIRLEAD_LIMITS is wrong: Unrecognized key: .*maxRow/],
  ['FAIRLEAD_CONNECTIONS', { main: SECRET }, /FAIRLEAD_CONNECTIONS\.main\.url/],
  ['FAIRLEAD_CONNECTIONS', [SECRET], /FAIRLEAD_CONNECTIONS is wrong/],
  [
    'FAIRLEAD_CONNECTIONS',
    `{"main":"demo://u:${SECRET}@h","main":"demo://u:${SECRET}@other"}`,
    /FAIRLEAD_CONNECTIONS\.main is wrong: it stands more than once/,
  ],
  [
    'FAIRLEAD_TOKENS',
    `[{"name":"a","token":"${SECRET}","token":"b"}]`,
    /FAIRLEAD_TOKENS\[0\]\.token is wrong/,
  ],
  ['FAIRLEAD_TARGETS', '['.repeat(200), /FAIRLEAD_TARGETS is nested deeper than 100/],
  ['FAIRLEAD_TARGETS', ['10.0.0.1/8:*'], /FAIRLEAD_TARGETS\[0\].*bits set behind its prefix/],
  ['FAIRLEAD_LIMITS', '{"timeoutMs":1e400}', /FAIRLEAD_LIMITS\.timeoutMs/],
  ['FAIRLEAD_LIMITS', { timeoutMs: -1 }, /FAIRLEAD_LIMITS\.timeoutMs/],
  ['FAIRLEAD_LIMITS', { timeoutMs: Number.NaN }, /FAIRLEAD_LIMITS\.timeoutMs/],
  ['FAIRLEAD_LIMITS', { maxTimeoutMs: 2 ** 31 }, /FAIRLEAD_LIMITS\.maxTimeoutMs/],
  ['FAIRLEAD_TARGETS', [`${SECRET}`], /FAIRLEAD_TARGETS\[0\]/],
  ['FAIRLEAD_TARGETS', `"${SECRET}:1"`, /FAIRLEAD_TARGETS is wrong/],
  ['FAIRLEAD_LIMITS', { timeoutMs: 0 }, /FAIRLEAD_LIMITS\.timeoutMs/],
  ['FAIRLEAD_LIMITS', { maxRow: 5 }, /FAIRLEAD_LIMITS/],
  ['FAIRLEAD_CORS', ['https://app.example.com/'], /FAIRLEAD_CORS\[0\]/],
];

describe('a wrong setting', () => {
  it.each(BAD)('%s %j', async (variable, value, place) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const env = { ...ENV, [variable]: value };
    const response = await app.request('/demo/do', post({ word: 'x' }), env);
    const text = await response.text();
    const logged = log.mock.calls.flat().join('\n');
    log.mockRestore();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'config', detail: expect.stringMatching(place) });
    expect(text).not.toContain(SECRET);
    expect(logged).toMatch(place);
    expect(logged).not.toContain(SECRET);
  });
});

describe('settings', () => {
  it('may be text or parsed JSON, and a connection may be a bare URL', async () => {
    const env = { ...ENV, FAIRLEAD_CONNECTIONS: { main: 'demo://h.example' } };
    const response = await app.request('/demo/do', post({ word: 'x' }), env);
    expect(await response.json()).toEqual({ name: 'main', options: {} });
  });

  it('are parsed once and again when they change', async () => {
    const source = new ConfigSource([]);
    const first = await source.read({ FAIRLEAD_LIMITS: '{"timeoutMs":5}' });
    expect(await source.read({ FAIRLEAD_LIMITS: '{"timeoutMs":5}' })).toBe(first);
    expect((await source.read({ FAIRLEAD_LIMITS: '{"timeoutMs":6}' })).limits.timeoutMs).toBe(6);
    expect(first.limits).toMatchObject({ timeoutMs: 5, maxBodyBytes: 4_194_304 });
  });

  it('give the only connection of a protocol as default, and ask for a name where several fit', async () => {
    const only = { ...ENV, FAIRLEAD_CONNECTIONS: { odd: 'demo://h.example', alien: 'spare://h.example:1' } };
    expect(await (await app.request('/demo/do', post({ word: 'x' }), only)).json()).toMatchObject({
      name: 'odd',
    });
    const two = { ...ENV, FAIRLEAD_CONNECTIONS: { a: 'demo://h.example', b: 'demo://h.example' } };
    const response = await app.request('/demo/do', post({ word: 'x' }), two);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('?connection=') });
  });
});

describe('CORS', () => {
  const origin = { Origin: 'https://app.example.com' };
  const preflight = { method: 'OPTIONS', headers: { ...origin, 'Access-Control-Request-Method': 'POST' } };

  it('is off by default', async () => {
    const response = await app.request('/demo/do', preflight, ENV);
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('answers the listed origins before any token is looked at', async () => {
    const env = { ...ENV, FAIRLEAD_CORS: '["https://app.example.com"]' };
    const response = await app.request('/demo/do', preflight, env);
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    const other = await app.request(
      '/demo/do',
      { ...preflight, headers: { ...preflight.headers, Origin: 'https://evil.example' } },
      env,
    );
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    const failed = await app.request('/demo/do', post({}, origin), env);
    expect(failed.status).toBe(400);
    expect(failed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  });
});
