// The gateway outside of Cloudflare: workerd with the package's configuration, as a process and in a container of the package's
// Dockerfile, before the run's Redis.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PACKAGE = join(ROOT, 'packages', 'worker');
/** That of miniflare, whose `workerd` says where it is. */
const { default: BINARY }: { default: string } = createRequire(
  createRequire(import.meta.url).resolve('miniflare'),
)('workerd');
const TOKEN = 'self-hosted-token';

const { redis } = inject('servers');

/** The Worker's settings, as both get them from their environment. @param host Where the run's Redis is, seen from there. */
const environment = (host: string) => ({
  FAIRLEAD_TOKENS: JSON.stringify([{ name: 'all', token: TOKEN, scopes: ['*'] }]),
  FAIRLEAD_TARGETS: JSON.stringify([`127.0.0.1:${redis.good.plainPort}`]),
  FAIRLEAD_CONNECTIONS: JSON.stringify({
    private: { url: `redis://:default-password@${host}:${redis.good.plainPort}/8`, via: 'PRIVATE' },
    public: { url: `redis://:default-password@${host}:${redis.good.plainPort}/8` },
  }),
});

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'fairlead-self-hosting-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function ask(url: string, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(new URL(path, url), {
    headers: { Authorization: `Bearer ${TOKEN}`, ...headers },
  });
  return { status: response.status, text: await response.text() };
}

/** What holds for both. */
async function check(url: string): Promise<void> {
  expect(await ask(url, '/healthz')).toMatchObject({ status: 200 });
  expect(await ask(url, '/redis/ping?connection=private')).toEqual({
    status: 200,
    text: '{"result":"PONG"}',
  });
  // The network that everything else leaves by reaches public addresses alone.
  expect(await ask(url, '/redis/ping?connection=public')).toMatchObject({ status: 502 });
  const page = await fetch(new URL('/docs', url));
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page.text()).toContain('swagger-ui');
  const looked = await fetch(new URL('/console', url));
  expect(looked.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  const [, script = ''] = /src="(\/console\/assets\/[^"]+\.js)"/.exec(await looked.text()) ?? [];
  const file = await fetch(new URL(script, url));
  expect(file.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(file.headers.get('cache-control')).toContain('immutable');
  await file.arrayBuffer();
}

describe('workerd with the configuration of the package', () => {
  let workerd: ChildProcess;
  let url = '';

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const paths = [`documents=${join(PACKAGE, 'dist/assets')}`, `objects=${scratch}`];
    workerd = spawn(
      BINARY,
      [
        'serve',
        join(PACKAGE, 'dist/workerd.capnp'),
        `--socket-addr=http=127.0.0.1:${port}`,
        ...paths.map((path) => `--directory-path=${path}`),
      ],
      { env: environment('127.0.0.1'), stdio: 'ignore' },
    );
    // Not expect.poll(), which works in tests alone.
    await vi.waitFor(async () => expect((await fetch(url)).ok).toBe(true), {
      timeout: 20_000,
      interval: 100,
    });
  });
  afterAll(() => {
    workerd.kill('SIGKILL');
  });

  it('serves, and reaches private addresses by the binding PRIVATE alone', () => check(url));

  it('lets no address of a caller lead inside, whatever the policy allows', async () => {
    const own = `redis://:default-password@127.0.0.1:${redis.good.plainPort}`;
    const { status, text } = await ask(url, '/redis/ping', { 'Fairlead-Url': own });
    expect(status).toBe(502);
    expect(JSON.parse(text)).toMatchObject({ code: 'connect_failed' });
  });
});

describe('the Dockerfile of the package', () => {
  it('makes an image that serves', async () => {
    const context = join(scratch, 'image');
    cpSync(join(PACKAGE, 'self-hosting'), context, { recursive: true });
    for (const part of ['workerd.capnp', 'bundle', 'assets'])
      cpSync(join(PACKAGE, 'dist', part), join(context, 'node_modules/@fairlead/worker/dist', part), {
        recursive: true,
      });
    cpSync(BINARY, join(context, 'node_modules/@cloudflare/workerd-linux-64/bin/workerd'));
    const image = await GenericContainer.fromDockerfile(context).build(
      `fairlead-self-hosting:${process.pid}`,
      {
        deleteOnExit: true,
      },
    );
    const container = await image
      .withEnvironment(environment('host.docker.internal'))
      .withExtraHosts([{ host: 'host.docker.internal', ipAddress: 'host-gateway' }])
      .withExposedPorts(8787)
      .withAutoRemove(true)
      .withWaitStrategy(Wait.forHttp('/healthz', 8787))
      .start();
    try {
      await check(`http://127.0.0.1:${container.getMappedPort(8787)}`);
    } finally {
      await container.stop({ timeout: 0 });
    }
  }, 120_000);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
