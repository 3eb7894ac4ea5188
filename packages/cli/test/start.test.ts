// `fairlead start`: the published Worker in workerd, its token, its connections, and passwords in the right place.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { passwordVariable, readConnections, shownUrl } from '../src/start/connections.ts';
import { listenTcp } from './support/fake-gateway.ts';
import { run, start } from './support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const START_MS = 60_000;

describe('start', () => {
  it(
    'runs a gateway with the connections of the flags, and a token made for the run',
    async () => {
      await using target = await listenTcp(() => {});
      await using running = start([
        'start',
        '--port',
        '0',
        '--json',
        '--connection',
        `main=redis://127.0.0.1:${target.port}`,
        '--target',
        `127.0.0.1:${target.port}`,
      ]);
      const { url, token, connections } = await running.event('started');
      expect(connections).toEqual(['main']);
      expect(token).toMatch(/^fairlead_[\w-]{43}$/);
      const ask = async (path: string, bearer: unknown) => {
        const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${bearer}` } });
        return { status: response.status, body: (await response.json()) as Record<string, unknown> };
      };
      expect(await ask('/tcp/ping?connection=main', token)).toMatchObject({ status: 200 });
      expect(await ask(`/tcp/ping/127.0.0.1:${target.port}`, token)).toMatchObject({ status: 200 });
      expect(await ask('/tcp/ping?connection=main', 'another')).toMatchObject({ status: 401 });
      const pinged = await run(
        ['ping', String(url), 'main', `127.0.0.1:${target.port}`, 'unknown', '-n', '2', '-i', '0', '--json'],
        { env: { FAIRLEAD_TOKEN: String(token) } },
      );
      expect(pinged.code).toBe(1);
      expect(pinged.events.filter(({ event }) => event === 'summary')).toMatchObject([
        { target: 'main', statistics: { sent: 2, received: 2 } },
        { target: `127.0.0.1:${target.port}`, statistics: { received: 2 } },
        { target: 'unknown', error: { message: expect.stringContaining('unknown') } },
      ]);
      expect((await running.stop()).code).toBe(0);
      await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    },
    START_MS,
  );

  it(
    'takes everything from a file, and says what the gateway does not take',
    async () => {
      const good = join(folder, '.dev.vars');
      writeFileSync(good, 'FAIRLEAD_TOKENS=[{"name":"me","token":"dev","scopes":["*"]}]\n');
      await using running = start(['start', '--port', '0', '--settings', good, '--json']);
      const { url, token } = await running.event('started');
      expect(token).toBeUndefined();
      const response = await fetch(`${url}/connections`, { headers: { authorization: 'Bearer dev' } });
      expect(response.status).toBe(200);
      const bad = join(folder, 'bad.json');
      writeFileSync(bad, JSON.stringify({ FAIRLEAD_CONNECTIONS: { main: 'oracle://app:geheim@host' } }));
      const { code, events } = await run(['start', '--port', '0', '--settings', bad, '--json']);
      expect(code).toBe(1);
      expect(events).toEqual([
        expect.objectContaining({
          event: 'error',
          message: expect.stringContaining('FAIRLEAD_CONNECTIONS.main.url'),
        }),
      ]);
      expect(JSON.stringify(events)).not.toContain('geheim');
    },
    START_MS,
  );

  it('needs a free port', async () => {
    await using taken = await listenTcp(() => {});
    const { code, stderr } = await run(['start', '--port', `${taken.port}`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/another program listens there\. Choose another: fairlead start --port \d+/);
  });

  it.each([
    [['--connection', 'main'], /not of the form NAME=URL/],
    [['--connection', 'a b=redis://h'], /not of the form NAME=URL/],
    [['--connection', 'main=host'], /The URL of the connection "main" is not one/],
    [['--connection', 'main=postgres://app:geheim@host/db'], /holds a password.*\n.*FAIRLEAD_PASSWORD_MAIN/],
    [['--connection', 'main=postgres://host/db?password=geheim'], /holds a password/],
    [['--connection', 'a=redis://h', '--connection', 'a=redis://i'], /"a" stands more than once/],
    [['--port', 'x'], /--port is a number/],
    [['--settings', 'x', '--target', 'a:1'], /leave out --target/],
    [['--settings', 'not-there'], /cannot be read: ENOENT/],
    [['main=redis://h'], /takes no words but flags/],
  ])('%j are refused with exit code 2', async (args, words) => {
    const { code, stdout, stderr } = await run(['start', ...args], { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('geheim');
  });
});

describe('passwords of connections', () => {
  it('come from the environment, whatever is in them', () => {
    const env = { FAIRLEAD_PASSWORD_MAIN_DB: 'p@ss/w%rd ü' };
    const [[name, url] = []] = readConnections(['main-db=postgres://app@host/shop?sslmode=disable'], env);
    expect([name, passwordVariable('main-db')]).toEqual(['main-db', 'FAIRLEAD_PASSWORD_MAIN_DB']);
    expect(decodeURIComponent(new URL(url ?? '').password)).toBe(env.FAIRLEAD_PASSWORD_MAIN_DB);
    expect(shownUrl(url ?? '')).toBe('postgres://app@host/shop?sslmode=disable');
  });
});
