// Problems: statuses of every code, and what a caller must never see.
import { type ErrorCode, FairleadError } from '@fairlead/errors';
import { describe, expect, it, vi } from 'vitest';
import { ENV, post, sampleApp } from './sample.ts';

const HOST = 'db.internal.example';
const PEER = { hostname: HOST, port: 7000, tls: false };

async function answer(error: unknown, headers: Record<string, string> = {}, env: object = ENV) {
  const script = { log: [], use: () => Promise.reject(error) };
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const response = await sampleApp(script).request('/demo/do', post({ word: 'x' }, headers), env);
  const text = await response.text();
  const logged = log.mock.calls.flat().join('\n');
  log.mockRestore();
  return { status: response.status, text, logged, body: JSON.parse(text), log: script.log };
}

const STATUSES: [ErrorCode, number][] = [
  ['connect_failed', 502],
  ['connect_timeout', 504],
  ['tls_failed', 502],
  ['connection_lost', 502],
  ['closed', 502],
  ['timeout', 504],
  ['aborted', 499],
  ['protocol', 502],
  ['auth', 502],
  ['server', 400],
  ['policy', 403],
  ['limit', 413],
  ['usage', 400],
];

describe('a FairleadError', () => {
  it.each(STATUSES)('%s is answered %s, and the client is closed', async (code, status) => {
    const {
      status: actual,
      body,
      log,
    } = await answer(new FairleadError(code, 'words', { safeToRetry: true }));
    expect(actual).toBe(status);
    expect(body).toMatchObject({ code, status, safeToRetry: true, type: `/problems/${code}` });
    expect(log).toEqual(['open', 'close']);
  });

  it('keeps the server’s own words and fields', async () => {
    const server = { code: '42601', message: 'syntax error', fields: { hint: 'none' } };
    expect((await answer(new FairleadError('server', 'syntax error', { server }))).body.server).toEqual(
      server,
    );
  });

  it('takes the module’s status for single server codes', async () => {
    const server = { code: 'BUSY', message: 'busy' };
    expect((await answer(new FairleadError('server', 'busy', { server }))).body).toMatchObject({
      status: 503,
    });
  });
});

describe('a failure of TLS', () => {
  const certificate = {
    subject: `CN=${HOST}`,
    issuer: 'CN=Test CA',
    names: [`DNS:${HOST}`, 'DNS:other.example'],
    validFrom: '2026-01-01T00:00:00Z',
    validTo: '2027-01-01T00:00:00Z',
    fingerprint256: 'ab'.repeat(32),
  };

  it('says why, with the certificate, and hides a named connection’s host in it', async () => {
    const error = new FairleadError('tls_failed', 'wrong name', { reason: 'name_mismatch', certificate });
    expect((await answer(error)).body).toMatchObject({
      code: 'tls_failed',
      reason: 'name_mismatch',
      certificate: {
        ...certificate,
        subject: 'CN=connection "main"',
        names: ['DNS:connection "main"', 'DNS:other.example'],
      },
    });
  });

  it('says which alert the server sent', async () => {
    const error = new FairleadError('tls_failed', 'no', { reason: 'alert', alert: 'certificate_required' });
    const { body } = await answer(error);
    expect(body).toMatchObject({ reason: 'alert', alert: 'certificate_required' });
    expect(body).not.toHaveProperty('certificate');
  });

  it('is the only one that does', async () => {
    const { body } = await answer(new FairleadError('connect_failed', 'no', { reason: 'alert' }));
    expect(body).not.toHaveProperty('reason');
  });
});

describe('a named connection', () => {
  it.each([
    [`could not reach ${HOST}:7000 (plain, 10 ms)`, 'could not reach connection "main" (plain, 10 ms)'],
    [`${HOST}: no such name`, 'connection "main": no such name'],
    [`no answer from DB.internal.EXAMPLE.`, 'no answer from connection "main".'],
    ['login with s3cret-pw failed', 'login with *** failed'],
    ['mydb.internal.example.org stays', 'mydb.internal.example.org stays'],
  ])('hides its address: %s', async (message, detail) => {
    const { body, text, logged } = await answer(new FairleadError('connect_failed', message, { peer: PEER }));
    expect(body.detail).toBe(detail);
    expect(body.peer).toBeUndefined();
    expect(JSON.parse(logged)).toMatchObject({
      level: 'warn',
      connection: 'main',
      status: 502,
      error: { message: detail },
    });
    expect(text).not.toContain('s3cret-pw');
  });

  it('hides its user when the login is refused', async () => {
    const server = { code: '28P01', message: 'password authentication failed for user "app"' };
    const { body, text } = await answer(new FairleadError('auth', server.message, { server, peer: PEER }));
    expect(body.detail).toBe('The server refused the credentials of connection "main".');
    expect(text).not.toContain('app"');
  });

  it('hides its address in the server’s words too', async () => {
    const server = { code: 'MOVED', message: `MOVED 1 ${HOST}:7000`, fields: { node: HOST } };
    const { text } = await answer(new FairleadError('server', server.message, { server }));
    expect(text).not.toContain(HOST);
  });
});

describe('an address of the caller’s own', () => {
  const env = { ...ENV, FAIRLEAD_TARGETS: '["*.example.com:*", "[2606:4700::]/32:*", "93.184.0.0/16:*"]' };
  const headers = { 'Fairlead-Url': 'demo://user:p4ssw0rd@Own.Example.com.:7000/x' };

  it('is named in the problem, without its password', async () => {
    const peer = { hostname: 'own.example.com', port: 7000, tls: true };
    const { body, text } = await answer(
      new FairleadError('connect_failed', 'own.example.com:7000 p4ssw0rd', { peer }),
      headers,
      env,
    );
    expect(body).toMatchObject({ peer, detail: 'own.example.com:7000 ***' });
    expect(text).not.toContain('p4ssw0rd');
  });

  it.each([
    ['demo://own.example.com:1', 'demo://own.example.com:1'],
    ['demo://OWN.example.com', 'demo://own.example.com:7000'],
    ['demo://[2606:4700:0:0::1111]:7001/x', 'demo://[2606:4700::1111]:7001/x'],
    ['demo://u:p@0x5db8d70e', 'demo://u:p@93.184.215.14:7000'],
    ['demo://[::ffff:5db8:d70e]', 'demo://93.184.215.14:7000'],
    ['demo://u:p@ｏｗｎ.example.com:2/db?x=1', 'demo://u:p@own.example.com:2/db?x=1'],
  ])('%s is dialled as %s', async (own, dialled) => {
    const urls: string[] = [];
    const app = sampleApp({ log: [], open: (url) => urls.push(url) });
    const response = await app.request(
      '/demo/do',
      { ...post({ word: 'x' }, { 'Fairlead-Url': /[^ -~]/.test(own) ? encodeURI(own) : own }) },
      env,
    );
    expect(response.status).toBe(200);
    expect(urls).toEqual([dialled]);
  });

  it.each([
    ['demo://127.1:7000', 403, /loopback/],
    ['demo://[::ffff:7f00:1]:7000', 403, /loopback/],
    ['demo://%31%32%37.0.0.1:7000', 403, /loopback/],
    ['demo://own.example.com:7000?host=10.0.0.1', 400, /query parameter "host"/],
    ['demo://a.example,b.example:7000', 400, /./],
    ['http://own.example.com:7000', 400, /scheme demo: demos:/],
    ['demo:own.example.com', 400, /URL with a host/],
    ['own.example.com:7000', 400, /URL with a host/],
  ])('%s is answered %s', async (own, status, detail) => {
    const response = await sampleApp({ log: [] }).request(
      '/demo/do',
      post({ word: 'x' }, { 'Fairlead-Url': own }),
      env,
    );
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ detail: expect.stringMatching(detail) });
  });

  it('needs a scope that a named connection’s token does not have', async () => {
    const scoped = {
      ...env,
      FAIRLEAD_TOKENS: '[{"name":"t","token":"test-token-0123456789","scopes":["demo:write:main"]}]',
    };
    const response = await sampleApp({ log: [] }).request('/demo/do', post({ word: 'x' }, headers), scoped);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'forbidden', needs: 'demo:write:@' });
  });
});

describe('an unknown exception', () => {
  it('says nothing to the caller and all but the secrets to the log', async () => {
    const cause = new Error('Bearer abc.def at demo://user:s3cret-pw@db.internal.example');
    const { status, body, text, logged } = await answer(new TypeError('inner s3cret-pw detail', { cause }));
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'internal', safeToRetry: false });
    expect(text).not.toContain('inner');
    expect(JSON.parse(logged)).toMatchObject({ level: 'error', error: { message: 'inner *** detail' } });
    expect(logged).toContain('at ');
    expect(logged).toContain(body.requestId);
    expect(logged).not.toMatch(/s3cret|abc\.def/);
  });

  it('that is no Error is logged too', async () => {
    const { status, logged } = await answer(Object.assign(new Error('x'), { name: 'Odd' }));
    expect(status).toBe(500);
    expect(logged).toContain('Odd');
  });
});
