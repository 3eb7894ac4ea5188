// The routes on connections that a mooring keeps: in Node, with the mooring's objects in this process.
import { createApp } from '@fairlead/http';
import { type MooringObject, mooring } from '@fairlead/mooring';
import { describe, expect, it, vi } from 'vitest';
import { connect, seat } from '../../src/mooring/index.ts';
import { sftpRoutes, sshRoutes } from '../../src/route/index.ts';
import { COMMANDS, server, url } from './harness.ts';

/** Whose logins nobody else's tests add to. */
const pooledUrl = url.replace('//app:', '//pooled:');

const Mooring = mooring([seat]);

/** A gateway whose pool no other test has. */
function gateway(pool: object = {}) {
  const objects = new Map<string, MooringObject>();
  const get = (name: string): MooringObject => {
    const object = objects.get(name) ?? new Mooring({}, {});
    objects.set(name, object);
    return object;
  };
  const app = createApp({ routes: [sshRoutes, sftpRoutes] });
  const { fingerprint, root } = server;
  const env = {
    MOORING: { idFromName: (name: string) => name, get },
    FAIRLEAD_TOKENS: [{ name: 'all', token: 'all', scopes: ['*'] }],
    FAIRLEAD_CONNECTIONS: { main: { url: pooledUrl, fingerprint, root, commands: COMMANDS, pool } },
  };
  const headers = { Authorization: 'Bearer all', 'Content-Type': 'application/json' };
  const request = async (path: string, init: RequestInit = {}) => {
    const response = await app.request(path, { ...init, headers }, env);
    return { status: response.status, text: await response.text() };
  };
  const exec = async (json: object) => {
    const { text } = await request('/ssh/exec', { method: 'POST', body: JSON.stringify(json) });
    return JSON.parse(text);
  };
  const counts = async () => (await exec({ run: 'counts' })).stdout.split(' ').map(Number);
  const stats = () => [...objects.values()].map((object) => object.stats());
  /** The client of a stream is closed behind its last byte. */
  const settled = () => vi.waitFor(() => expect(stats()).toMatchObject([{ inUse: 0 }]), 3000);
  return { request, exec, counts, stats, settled };
}

describe('a pool', () => {
  it('logs in once for many requests, commands and files alike', async () => {
    const { request, exec, counts, stats, settled } = gateway();
    const [logins = 0, sessions = 0] = await counts();
    expect(await exec({ command: 'say', params: { text: 'a b' } })).toMatchObject({ code: 0, stdout: 'a b' });
    expect(await request('/sftp/get?path=ten')).toEqual({ status: 200, text: '0123456789' });
    await settled();
    expect((await request('/sftp/get?path=big')).text.length).toBe(3_000_000);
    await settled();
    expect((await request('/sftp/get?path=nope')).status).toBe(404);
    const body = 'x'.repeat(300_000);
    expect((await request('/sftp/put?path=/pooled', { method: 'PUT', body })).status).toBe(200);
    expect(await exec({ command: 'fail' })).toMatchObject({ code: 3, stderr: 'err\n' });
    expect(await counts()).toEqual([logins, sessions + 7]);
    expect(stats()).toMatchObject([{ idle: 1, inUse: 0 }]);
  });

  it('has a connection for each request at a time, up to its most', async () => {
    const { exec, stats } = gateway({ max: 2 });
    const texts = Array.from({ length: 6 }, (_, i) => `text ${i}`);
    const answers = await Promise.all(texts.map((text) => exec({ command: 'say', params: { text } })));
    expect(answers.map(({ stdout }) => stdout)).toEqual(texts);
    expect(stats()).toMatchObject([{ idle: 2, inUse: 0 }]);
  });

  it('ends a connection on which something was left open', async () => {
    const { exec, stats } = gateway();
    expect(await exec({ command: 'hang' })).toMatchObject({ code: 'timeout', status: 504 });
    expect(await exec({ command: 'endless' })).toMatchObject({ code: 'limit' });
    expect(await exec({ command: 'fail' })).toMatchObject({ code: 3 });
    expect(stats()).toMatchObject([{ inUse: 0 }]);
  });

  it('tells a login that fails', async () => {
    const app = createApp({ routes: [sshRoutes] });
    const env = {
      MOORING: { idFromName: (name: string) => name, get: () => new Mooring({}, {}) },
      FAIRLEAD_TOKENS: [{ name: 'all', token: 'all', scopes: ['*'] }],
      FAIRLEAD_CONNECTIONS: { main: { url, fingerprint: `SHA256:${'A'.repeat(43)}` } },
    };
    const init = {
      method: 'POST',
      body: '{"run":"id"}',
      headers: { Authorization: 'Bearer all', 'Content-Type': 'application/json' },
    };
    const response = await app.request('/ssh/exec', init, env);
    expect(await response.json()).toMatchObject({ status: 502, code: 'auth' });
  });
});

it('lends its connections to no client that listens at the server', async () => {
  const object = new Mooring({}, {});
  const namespace = { idFromName: (name: string) => name, get: () => object };
  const { fingerprint } = server;
  await using ssh = await connect(namespace as never, pooledUrl, { fingerprint });
  await expect(ssh.listen({ port: 0 })).rejects.toMatchObject({ code: 'usage' });
  expect((await (await ssh.exec('printf ahoy')).output()).code).toBe(0);
});
