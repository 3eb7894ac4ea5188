// `GET /errors`: what failed in this isolate, bounded, with nothing of what callers sent, and only to who may see it.
import { FairleadError } from '@fairlead/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp, defineRoutes, operationRoutes, resolveTarget, streamWithClient } from '../src/index.ts';

const KEY = 'a-key-of-the-caller';

const demo = defineRoutes({
  prefix: '/demo',
  protocol: 'demo',
  actions: ['read'],
  schemes: ['demo:'],
  defaultPort: 7000,
  description: 'A protocol for tests',
  repeatable: 'any',
  register(app) {
    app.get('/get/:key', (c) => {
      resolveTarget(c, { action: 'read' });
      throw new FairleadError('connection_lost', `lost at ${c.req.param('key')}`, { safeToRetry: false });
    });
    app.get('/rows', (c) => {
      resolveTarget(c, { action: 'read' });
      return streamWithClient(
        c,
        async () => ({ close: async () => {} }),
        async function* () {
          yield '{"n":1}';
          throw new FairleadError('timeout', 'too slow');
        },
      );
    });
    app.get('/fine', (c) => c.text('fine'));
  },
});

const ENV = {
  FAIRLEAD_TOKENS: [
    { name: 'all', token: 'token-all', scopes: ['*'] },
    { name: 'one', token: 'token-one', scopes: ['demo', 'admin:metrics:spare'] },
    { name: 'none', token: 'token-none', scopes: ['demo:read:main'] },
  ],
  FAIRLEAD_CONNECTIONS: { main: 'demo://main.example.com', spare: 'demo://spare.example.com' },
};

function gateway() {
  const app = createApp({ routes: [demo, ...operationRoutes([demo])] });
  return async (path: string, token: string | undefined = 'all') => {
    const response = await app.request(path, { headers: { Authorization: `Bearer token-${token}` } }, ENV);
    const text = await response.text();
    const isJson = /\bjson$/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, text, body: isJson ? JSON.parse(text) : text };
  };
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('GET /errors', () => {
  it('tells what failed, the newest first, without a word of the caller’s', async () => {
    const get = gateway();
    await get('/demo/fine');
    const { body: problem } = await get(`/demo/get/${KEY}?value=${KEY}`);
    await get('/demo/rows?connection=spare', 'one');
    await get(`/demo/${KEY}/${KEY}`);
    const { body, text } = await get('/errors');
    expect(text).not.toContain(KEY);
    expect(text).not.toContain('example.com');
    expect(body).toMatchObject({ scope: 'isolate', isolate: { requests: 4 } });
    expect(Math.abs(Date.parse(body.isolate.startedAt) - Date.now())).toBeLessThan(60_000);
    const common = { method: 'GET', protocol: 'demo', time: expect.any(String), ms: expect.any(Number) };
    expect(body.errors).toHaveLength(3);
    expect(body.errors).toEqual(
      expect.arrayContaining([
        {
          ...common,
          requestId: problem.requestId,
          path: '/demo/get/:key',
          connection: 'main',
          token: 'all',
          status: 502,
          code: 'connection_lost',
          safeToRetry: false,
        },
        expect.objectContaining({
          path: '/demo/rows',
          connection: 'spare',
          token: 'one',
          status: 200,
          code: 'timeout',
        }),
        expect.objectContaining({ path: '/demo/*', status: 404, code: 'not_found', safeToRetry: true }),
      ]),
    );
    const times = body.errors.map(({ time }: { time: string }) => time);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('keeps a hundred, of which who has no token can fill twenty', async () => {
    const get = gateway();
    for (let i = 0; i < 90; i += 1) await get('/demo/nowhere');
    for (let i = 0; i < 50; i += 1) await get('/demo/nowhere', 'stranger');
    const { errors } = (await get('/errors')).body;
    expect(errors).toHaveLength(100);
    const strangers = errors.filter(({ token }: { token?: string }) => token === undefined);
    expect(strangers).toHaveLength(20);
    for (const one of strangers) expect(one).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  it('shows a token for one connection that one’s alone', async () => {
    const get = gateway();
    await get('/demo/rows?connection=main');
    await get('/demo/rows?connection=spare');
    await get('/demo/nowhere');
    for (const path of ['/errors', '/errors?connection=spare']) {
      const { body } = await get(path, 'one');
      expect(body.errors).toEqual([expect.objectContaining({ connection: 'spare' })]);
      expect(body.isolate).toEqual({ startedAt: expect.any(String) });
    }
    expect((await get('/errors?connection=main')).body.errors).toHaveLength(1);
  });

  it('needs its scope, a token and a connection that is there', async () => {
    const get = gateway();
    expect(await get('/errors', 'none')).toMatchObject({ status: 403, body: { needs: 'admin:metrics:*' } });
    expect(await get('/errors?connection=main', 'one')).toMatchObject({
      status: 403,
      body: { needs: 'admin:metrics:main' },
    });
    expect((await get('/errors?connection=absent')).status).toBe(404);
    expect((await get('/errors', 'stranger')).status).toBe(401);
  });
});
