// Which tunnels the arguments and the file ask for; what is refused, and that nothing secret is repeated.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseListen } from '../src/tunnel/entries.ts';
import { startFakeGateway } from './support/fake-gateway.ts';
import { run, start } from './support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const env = { FAIRLEAD_TOKEN: 'geheim' };

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('--listen', () => {
  it.each([
    ['5432', '127.0.0.1', 5432],
    ['0', '127.0.0.1', 0],
    ['127.0.0.2:1', '127.0.0.2', 1],
    ['localhost:65535', 'localhost', 65535],
    ['[::1]:80', '::1', 80],
    ['0.0.0.0:80', '0.0.0.0', 80],
  ])('%s', (text, host, port) => {
    expect(parseListen(text)).toEqual({ host, port });
  });

  it.each(['', 'x', '65536', '::1:80', '[::1]', '127.0.0.1', '80:', 'a b:80', '-1', '80/tcp'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseListen(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
    },
  );
});

describe('the arguments', () => {
  const url = 'wss://gateway.example.com/tcp/tunnel/main';

  it.each([
    [[], /The URL of the tunnel is missing/],
    [[url], /--listen is missing/],
    [[url, url, '-l', '1'], /One URL is one tunnel; several stand in a file/],
    [[url, '--config', 'x.json'], /leave out the URL and --listen/],
    [['gateway.example.com', '-l', '1'], /The URL of the gateway is not one/],
    [['ftp://gateway.example.com', '-l', '1'], /The URL of the gateway is not one/],
    [['ws://gateway.example.com/t', '-l', '1'], /is plain: .*\n.*--insecure/],
    [['http://10.0.0.1/t', '-l', '1'], /is plain/],
    [['wss://me:geheim@gateway.example.com/t', '-l', '1'], /holds credentials/],
    [['wss://gateway.example.com/t?token=geheim', '-l', '1'], /holds credentials/],
    [['wss://gateway.example.com/t#geheim', '-l', '1'], /holds a "#"/],
    [[url, '-l', 'x'], /no address to listen on/],
  ])('%j are refused with exit code 2', async (args, words) => {
    const { code, stdout, stderr } = await run(['tunnel', ...args], { env, cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('geheim');
  });

  it('a token is needed before anything listens, from one place', async () => {
    const args = ['tunnel', url, '--listen', '0'];
    const of = async (own: Record<string, string>) => (await run(args, { env: own, cwd: folder })).stderr;
    expect(await of({})).toMatch(/needs a token, and none is set\.\n.*FAIRLEAD_TOKEN/);
    expect(await of({ FAIRLEAD_TOKEN: 'a', FAIRLEAD_TOKEN_FILE: 'b' })).toMatch(/are both set/);
    expect(await of({ FAIRLEAD_TOKEN_FILE: 'not-there' })).toMatch(/cannot be read: ENOENT/);
    expect(await of({ FAIRLEAD_TOKEN_FILE: file('empty', '\n') })).toMatch(/empty is empty/);
    expect(await of({ FAIRLEAD_TOKEN: 'geheim oder' })).toMatch(
      /^error: FAIRLEAD_TOKEN holds more than a token/,
    );
    expect(await of({ FAIRLEAD_TOKEN: 'geheim oder' })).not.toContain('geheim');
  });
});

describe('the file', () => {
  it('opens several tunnels, with tokens of their own, read anew for each connection', async () => {
    await using gateway = await startFakeGateway({ refusal: { status: 401, body: '' } });
    const url = `ws://127.0.0.1:${gateway.port}/tcp/tunnel`;
    file('own-token', 'own-token\n');
    const config = file('tunnels.json', {
      tunnels: [
        { url: `${url}/one`, listen: 0 },
        { url: `${url}/two`, listen: '127.0.0.1:0', tokenFile: 'own-token' },
      ],
    });
    await using running = start(['tunnel', '--config', config, '--json'], { env, cwd: '/' });
    const ports = await Promise.all(
      [1, 2].map(async (n) => String((await running.event('listening', n)).listen)),
    );
    const call = async (at: number) => {
      await fetch(`http://${ports[at]}`).catch(() => {});
      return [gateway.lastUpgrade?.url, gateway.lastUpgrade?.headers.authorization];
    };
    expect(await call(0)).toEqual(['/tcp/tunnel/one', 'Bearer geheim']);
    expect(await call(1)).toEqual(['/tcp/tunnel/two', 'Bearer own-token']);
    file('own-token', 'next-token');
    expect(await call(1)).toEqual(['/tcp/tunnel/two', 'Bearer next-token']);
  });

  const entry = { url: 'wss://gateway.example.com/t', listen: 1 };
  it.each([
    ['{', /is not JSON/],
    ['[]', /has no list "tunnels"/],
    [{ tunnels: [] }, /has no list "tunnels"/],
    [{ tunnels: [entry, 1] }, /tunnels\[1\]: It is no object/],
    [
      { tunnels: [{ ...entry, lisen: 1 }] },
      /tunnels\[0\]: There is no member "lisen"\.\n.*Did you mean "listen"\?/,
    ],
    [
      { tunnels: [{ ...entry, token: 'geheim' }] },
      /tunnels\[0\]: The member "token" is refused: .*\n.*FAIRLEAD_TOKEN/,
    ],
    [{ tunnels: [{ listen: 1 }] }, /"url" is missing/],
    [{ tunnels: [{ url: entry.url }] }, /"listen" is missing/],
    [{ tunnels: [{ ...entry, url: 'ws://gateway.example.com/t' }] }, /tunnels\[0\]: .* is plain/],
    [{ tunnels: [{ ...entry, listen: 70_000 }] }, /"70000" is no address to listen on/],
    [{ tunnels: [{ ...entry, insecure: 'yes' }] }, /"insecure" is neither true nor false/],
    [{ tunnels: [{ ...entry, tokenFile: 7 }] }, /"tokenFile" is no string/],
  ])('%j is refused', async (content, words) => {
    const { code, stderr } = await run(['tunnel', '--config', file('bad.json', content)], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('geheim');
  });

  it('that is not there is named', async () => {
    const { code, stderr } = await run(['tunnel', '--config', 'not-there.json'], { env, cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain(join(folder, 'not-there.json'));
  });
});

describe('a port that is taken', () => {
  it('ends the command with exit code 1, and no tunnel stays open', async () => {
    await using gateway = await startFakeGateway();
    const url = `ws://127.0.0.1:${gateway.port}/t`;
    const config = file('taken.json', {
      tunnels: [
        { url, listen: 0 },
        { url, listen: gateway.port },
      ],
    });
    const { code, events } = await run(['tunnel', '--config', config, '--json'], { env });
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({
      event: 'error',
      message: `Cannot listen on 127.0.0.1:${gateway.port}: another program listens there.`,
    });
    await expect(fetch(`http://${events[0]?.listen}`)).rejects.toThrow();
  });
});

describe('an address that others reach', () => {
  it('is warned of', async () => {
    await using running = start(['tunnel', 'wss://gateway.example.com/t', '-l', '0.0.0.0:0', '--json'], {
      env,
    });
    expect(await running.event('warning')).toMatchObject({
      message: expect.stringContaining('with your token'),
    });
  });
});
