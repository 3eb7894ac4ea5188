// `GET /readyz`: without a token whether the settings are sound, with one whether the servers behind can be used.
import { FairleadError } from '@fairlead/errors';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConnectionCheck, createApp, defineRoutes, operationRoutes } from '../src/index.ts';
import { TOKEN } from './sample.ts';

const checked: string[] = [];
let outcome: (check: ConnectionCheck) => Promise<void> = async () => undefined;

const base = { schemes: ['demo:'], defaultPort: 7, description: 'For tests', register: () => undefined };
const demo = defineRoutes({
  ...base,
  prefix: '/demo',
  protocol: 'demo',
  readUrl: true,
  async check(check) {
    checked.push(check.url);
    await outcome(check);
  },
});
const spare = defineRoutes({ ...base, prefix: '/spare', protocol: 'spare', schemes: ['spare:'] });

const env = {
  FAIRLEAD_TOKENS: [
    { name: 'all', token: TOKEN, scopes: ['admin:connections'] },
    { name: 'one', token: 'token-one-0123456789', scopes: ['admin:connections:main'] },
    { name: 'none', token: 'token-none-0123456789', scopes: ['demo'] },
  ],
  FAIRLEAD_CONNECTIONS: {
    main: 'demo://user:s3cret-pw@db.internal.example',
    both: { url: 'demo://user:s3cret-pw@a.example', readUrl: 'demo://reader:s3cret-pw@b.example' },
    other: 'spare://spare.example:9',
  },
};

function newApp() {
  const routes = [demo, spare];
  return createApp({ routes: [...routes, ...operationRoutes(routes)] });
}

async function ask(path: string, token: string | undefined = TOKEN, app = newApp(), settings: object = env) {
  const headers = token === '' ? {} : { Authorization: `Bearer ${token}` };
  const response = await app.request(path, { headers }, settings);
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) };
}

beforeEach(() => {
  checked.length = 0;
  outcome = async () => undefined;
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

describe('GET /readyz', () => {
  it('needs no token, dials nothing, and tells no more than that the settings are sound', async () => {
    expect(await ask('/readyz', '')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    expect(checked).toEqual([]);
    const broken = await ask('/readyz', '', newApp(), { FAIRLEAD_TOKENS: '[' });
    expect(broken).toMatchObject({ status: 500, body: { code: 'config' } });
  });

  it('needs a token and a scope to look deeper', async () => {
    expect(await ask('/readyz?deep=1', '')).toMatchObject({ status: 401 });
    expect(await ask('/readyz?deep=1', 'token-none-0123456789')).toMatchObject({ status: 403 });
    expect(await ask('/readyz?deep=0', '')).toMatchObject({ status: 401 });
    expect(await ask('/readyz?deep=0')).toMatchObject({ status: 400 });
    expect(checked).toEqual([]);
  });
});

describe('GET /readyz?deep=1', () => {
  it('tries each role of each connection, and says which have no check', async () => {
    const { status, body } = await ask('/readyz?deep=1');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ok',
      connections: [
        { name: 'main', protocol: 'demo', state: 'ok', ms: expect.any(Number) },
        { name: 'both', protocol: 'demo', role: 'writer', state: 'ok', ms: expect.any(Number) },
        { name: 'both', protocol: 'demo', role: 'reader', state: 'ok', ms: expect.any(Number) },
        { name: 'other', protocol: 'spare', state: 'unchecked' },
      ],
    });
    expect(checked).toHaveLength(3);
  });

  it('is 503 where one fails, with its code and no word of the server', async () => {
    outcome = async ({ url }) => {
      if (url.includes('b.example'))
        throw new FairleadError('auth', 'no entry for reader at b.example with s3cret-pw');
    };
    const { status, text, body } = await ask('/readyz?deep=1');
    expect(status).toBe(503);
    expect(body.status).toBe('failed');
    expect(body.connections[2]).toMatchObject({
      name: 'both',
      role: 'reader',
      state: 'failed',
      code: 'auth',
    });
    expect(text).not.toMatch(/example|s3cret-pw|entry/);
  });

  it('shows a token for one connection that one alone', async () => {
    const { body } = await ask('/readyz?deep=1', 'token-one-0123456789');
    expect(body.connections).toMatchObject([{ name: 'main' }]);
    expect(checked).toHaveLength(1);
    expect(await ask('/readyz?deep=1&connection=both', 'token-one-0123456789')).toMatchObject({
      status: 403,
    });
  });

  it('keeps its answers for seconds, and checks once for many who ask at once', async () => {
    const app = newApp();
    outcome = () => new Promise((resolve) => setTimeout(resolve, 100));
    const asks = () => ask('/readyz?deep=1&connection=main', TOKEN, app);
    const answers = await Promise.all([asks(), asks(), asks()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await asks();
    expect(checked).toHaveLength(1);
    const changed = { ...env, FAIRLEAD_CONNECTIONS: { main: 'demo://elsewhere.example' } };
    await ask('/readyz?deep=1&connection=main', TOKEN, app, changed);
    expect(checked).toHaveLength(2);
  });

  it('ends a check that hangs', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      outcome = () => new Promise(() => {});
      const answer = ask('/readyz?deep=1&connection=main');
      await vi.advanceTimersByTimeAsync(6_000);
      expect(await answer).toMatchObject({ status: 503, body: { connections: [{ code: 'timeout' }] } });
    } finally {
      vi.useRealTimers();
    }
  });
});
