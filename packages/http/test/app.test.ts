// The app around route modules: what each kind of wrong request is answered.
import { Hono } from 'hono';
import { describe, expect, it, vi } from 'vitest';
import { createApp, defineRoutes } from '../src/index.ts';
import { ENV, post, sampleApp, TOKEN } from './sample.ts';

const app = sampleApp({ log: [] });

async function send(path: string, init?: RequestInit, env: object = ENV) {
  const response = await app.request(path, init, env);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

describe('a good request', () => {
  it('reaches the route with its connection and options', async () => {
    const { status, body, headers } = await send('/demo/do', post({ word: 'x' }));
    expect(status).toBe(200);
    expect(body).toEqual({ name: 'main', options: { colour: 'blue' } });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('fairlead-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('names a connection by body, query or header', async () => {
    const expected = { name: 'other', options: {} };
    expect((await send('/demo/do', post({ word: 'x', connection: 'other' }))).body).toEqual(expected);
    expect((await send('/demo/do?connection=other', post({ word: 'x' }))).body).toEqual(expected);
    expect((await send('/demo/do', post({ word: 'x' }, { 'Fairlead-Connection': 'other' }))).body).toEqual(
      expected,
    );
  });
});

it("is taken in by an app of the caller's own", async () => {
  const own = new Hono().route('/', app);
  const response = await own.request('/demo/do', post({ word: 'x' }), ENV);
  expect(await response.json()).toEqual({ name: 'main', options: { colour: 'blue' } });
  expect(response.headers.get('fairlead-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  const unknown = await own.request('/demo/nowhere', post({}), ENV);
  expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  expect((await own.request('/demonstration')).status).toBe(404);
});

it.each(['/db/pg', '/pg/', '/'] as const)('takes no module with the prefix %s', (prefix) => {
  const routes = defineRoutes({
    prefix,
    protocol: 'demo',
    schemes: [],
    description: 'A demo',
    register: () => {},
  });
  expect(() => createApp({ routes: [routes] })).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: `the prefix of a route module is one segment such as /redis, not ${prefix}`,
    }),
  );
});

const BAD: [string, string, RequestInit, number, string, RegExp][] = [
  ['no token', '/demo/do', { method: 'POST' }, 401, 'unauthorized', /Authorization is missing/],
  ['a wrong token', '/demo/do', post({}, { Authorization: 'Bearer nope' }), 401, 'unauthorized', /not known/],
  [
    'basic credentials',
    '/demo/do',
    post({}, { Authorization: 'Basic eDp5' }),
    401,
    'unauthorized',
    /not of the form/,
  ],
  [
    'a token with a tail',
    '/demo/do',
    post({}, { Authorization: `Bearer ${TOKEN}x` }),
    401,
    'unauthorized',
    /not known/,
  ],
  ['a path unknown', '/demo/nowhere', post({}), 404, 'not_found', /nothing at this path/],
  ['a path outside', '/elsewhere', post({}), 404, 'not_found', /nothing at this path/],
  [
    'a wrong method',
    '/demo/do',
    { headers: { Authorization: `Bearer ${TOKEN}` } },
    405,
    'method_not_allowed',
    /POST/,
  ],
  [
    'a form',
    '/demo/do',
    post('a=b', { 'Content-Type': 'application/x-www-form-urlencoded' }),
    415,
    'unsupported_media_type',
    /application\/json/,
  ],
  [
    'a compressed body',
    '/demo/do',
    post('x', { 'Content-Encoding': 'gzip' }),
    415,
    'unsupported_media_type',
    /Content-Encoding/,
  ],
  ['broken JSON', '/demo/do', post('{"word": }'), 400, 'invalid', /not valid JSON/],
  ['an empty body', '/demo/do', post(''), 400, 'invalid', /body is empty/],
  [
    'no body',
    '/demo/do',
    { method: 'POST', headers: { Authorization: `Bearer ${TOKEN}` } },
    400,
    'invalid',
    /body/,
  ],
  ['a missing field', '/demo/do', post({}), 400, 'invalid', /^body\.word: .*string/],
  [
    'a wrong item',
    '/demo/do',
    post({ word: 'x', list: [1, 'two'] }),
    400,
    'invalid',
    /^body\.list\[1\]: .*number/,
  ],
  ['an unknown field', '/demo/do', post({ word: 'x', wrod: 1 }), 400, 'invalid', /wrod/],
  ['deep nesting', '/demo/do', post('['.repeat(65) + ']'.repeat(65)), 413, 'limit', /deeper than 64/],
  ['a large body', '/demo/do', post({ word: 'x'.repeat(4_194_304) }), 413, 'limit', /4194304 bytes/],
  ['an unknown connection', '/demo/do?connection=nope', post({ word: 'x' }), 404, 'not_found', /"nope"/],
  [
    'another protocol’s connection',
    '/demo/do?connection=alien',
    post({ word: 'x' }),
    404,
    'not_found',
    /"alien"/,
  ],
  [
    'two connections',
    '/demo/do?connection=main',
    post({ word: 'x', connection: 'other' }),
    400,
    'invalid',
    /two different/,
  ],
  [
    'an address of its own',
    '/demo/do',
    post({ word: 'x' }, { 'Fairlead-Url': 'demo://h.example:1' }),
    403,
    'policy',
    /FAIRLEAD_TARGETS is not set/,
  ],
  [
    'an address and a name',
    '/demo/do?connection=main',
    post({ word: 'x' }, { 'Fairlead-Url': 'demo://h:1' }),
    400,
    'invalid',
    /not both/,
  ],
  [
    'a long timeout',
    '/demo/do',
    post({ word: 'x' }, { 'Fairlead-Timeout-Ms': '300001' }),
    400,
    'invalid',
    /from 1 to 300000/,
  ],
  [
    'a timeout that is no number',
    '/demo/do',
    post({ word: 'x' }, { 'Fairlead-Timeout-Ms': '1e3' }),
    400,
    'invalid',
    /whole number/,
  ],
];

describe('a module whose routes cannot be loaded', () => {
  it('is an ordinary problem, and is loaded by the next request', async () => {
    vi.spyOn(console, 'error').mockImplementationOnce(() => {});
    let loads = 0;
    const flaky = defineRoutes({
      prefix: '/flaky',
      protocol: 'flaky',
      schemes: ['flaky:'],
      description: 'A protocol for tests',
      register(own) {
        loads += 1;
        if (loads === 1) throw new Error('hush');
        own.get('/', (c) => c.text('loaded'));
      },
    });
    const gateway = createApp({ routes: [flaky] });
    const init = { headers: { Authorization: `Bearer ${TOKEN}` } };
    const env = { FAIRLEAD_TOKENS: ENV.FAIRLEAD_TOKENS };
    const failed = await gateway.request('/flaky', init, env);
    const requestId = failed.headers.get('fairlead-request-id');
    expect(failed.headers.get('x-content-type-options')).toBe('nosniff');
    expect(failed.status).toBe(500);
    expect(await failed.json()).toMatchObject({ code: 'internal', requestId });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await (await gateway.request('/flaky', init, env)).text()).toBe('loaded');
  });
});

describe('a bad request', () => {
  it.each(BAD)('%s', async (_name, path, init, status, code, detail) => {
    const { body, headers, status: actual } = await send(path, init);
    expect(actual).toBe(status);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ status, code, type: `/problems/${code}`, requestId: expect.any(String) });
    expect(body.detail).toMatch(detail);
  });

  it('learns which methods are allowed', async () => {
    const { headers } = await send('/demo/do', { headers: { Authorization: `Bearer ${TOKEN}` } });
    expect(headers.get('allow')).toBe('POST, OPTIONS');
    const options = await send('/demo/do', {
      method: 'OPTIONS',
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
    expect(options.status).toBe(204);
    expect(options.headers.get('allow')).toBe('POST, OPTIONS');
    expect(options.headers.get('content-type')).toBeNull();
    expect(options.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('gets every fault of a body at once', async () => {
    const { body } = await send('/demo/do', post({ word: 5, list: ['a', 'b'] }));
    expect(body.errors.map((fault: { path: string }) => fault.path)).toEqual([
      'body.word',
      'body.list[0]',
      'body.list[1]',
    ]);
  });

  it('carries the module’s own members', async () => {
    const { body } = await send('/demo/do?connection=nope', post({ word: 'x' }));
    expect(body.error).toBe(body.detail);
  });
});
