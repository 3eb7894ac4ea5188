// `fairlead check`: where settings are read from, what is printed of findings, and the exit codes. What is found is tested with
// `@fairlead/worker/check`.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { createAuthority, issueCertificate } from '@fairlead/testkit/authority';
import { afterAll, describe, expect, it } from 'vitest';
import { listenTcp } from './support/fake-gateway.ts';
import { run } from './support/program.ts';
import { SELF_SIGNED } from './support/self-signed.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const empty = mkdtempSync(join(folder, 'empty-'));

const SHA256 = 'a'.repeat(64);
const TOKENS = [{ name: 'ci', sha256: SHA256, scopes: ['redis:read:main'] }];

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A Redis that knows no command but greets all of them. */
const redis = () =>
  listenTcp((socket) => void socket.on('data', () => socket.write('-ERR unknown command\r\n')));

describe('check', () => {
  it('ends with 0 where nothing is found', async () => {
    const text = JSON.stringify({
      FAIRLEAD_TOKENS: TOKENS,
      FAIRLEAD_CONNECTIONS: { main: 'rediss://cache.example.com' },
    });
    const { code, stdout, stderr } = await run(['check', file('good.json', text), '--offline']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/good\.json: nothing found, connections not tried\.\n$/);
  });

  it('names the key, what is wrong and the way to mend it, and ends with 1', async () => {
    const path = file(
      'bad.vars',
      `FAIRLEAD_TOKENS=${JSON.stringify(TOKENS)}\nFAIRLEAD_CONNECTIONS={"main":"postgress://app:geheim@h"}\n`,
    );
    const { code, stdout } = await run(['check', path, '--offline']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^error: FAIRLEAD_CONNECTIONS\.main\.url: .+\n {2}Did you mean "postgres:"\?/m);
    expect(stdout).not.toContain('geheim');
    const { events } = await run(['check', path, '--offline', '--json']);
    expect(events[0]).toEqual({
      event: 'finding',
      level: 'error',
      key: 'FAIRLEAD_CONNECTIONS.main.url',
      message: expect.any(String),
      fix: expect.stringContaining('postgres:'),
    });
    expect(events.at(-1)).toMatchObject({ event: 'checked', source: path, connect: false });
  });

  it('tries connections unless it is told not to', async () => {
    await using server = await redis();
    const settings = (port: number) =>
      JSON.stringify({
        FAIRLEAD_TOKENS: TOKENS,
        FAIRLEAD_CONNECTIONS: { main: `redis://127.0.0.1:${port}` },
      });
    const dead = await run(['check', file('dead.json', settings(1)), '--json']);
    expect(dead.code).toBe(1);
    expect(dead.events).toContainEqual(
      expect.objectContaining({ level: 'error', key: 'FAIRLEAD_CONNECTIONS.main.url' }),
    );
    expect((await run(['check', file('dead.json', settings(1)), '--offline'])).code).toBe(0);
    const refusing = await run([
      'check',
      file('refusing.json', settings(server.port)),
      '--timeout',
      '2',
      '--json',
    ]);
    expect(refusing.events.at(-1)).toMatchObject({ event: 'checked', connect: true });
  });

  it("refuses what Node's TLS takes and that of Workers does not", async () => {
    const server = createServer(SELF_SIGNED, (socket) => {
      socket.on('error', () => {});
      socket.on('data', () => socket.write('-ERR unknown command\r\n-ERR unknown command\r\n'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const main = { url: `rediss://127.0.0.1:${port}`, tls: { ca: SELF_SIGNED.cert } };
    const text = JSON.stringify({ FAIRLEAD_TOKENS: TOKENS, FAIRLEAD_CONNECTIONS: { main } });
    try {
      const { code, events } = await run(['check', file('self-signed.json', text), '--json']);
      expect(code).toBe(1);
      expect(events).toContainEqual(
        expect.objectContaining({
          level: 'error',
          key: 'FAIRLEAD_CONNECTIONS.main.url',
          message: expect.stringMatching(/refused by that of Workers: .*CA:TRUE/),
        }),
      );
    } finally {
      server.close();
    }
  });

  it('prints the chain of each TLS connection, and says why TLS failed', async () => {
    const authority = createAuthority('An authority of its own');
    const { key, cert } = issueCertificate(authority, { names: ['127.0.0.1', 'cache.internal'] });
    const server = createServer({ key, cert }, (socket) => {
      socket.on('error', () => {});
      socket.on('data', () => socket.write('-ERR unknown command\r\n-ERR unknown command\r\n'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const settings = (tls: object) => {
      const main = { url: `rediss://127.0.0.1:${port}`, tls };
      return file('tls.json', JSON.stringify({ FAIRLEAD_TOKENS: TOKENS, FAIRLEAD_CONNECTIONS: { main } }));
    };
    try {
      const path = settings({ ca: authority.cert });
      const { stdout } = await run(['check', path]);
      expect(stdout).toMatch(/^FAIRLEAD_CONNECTIONS\.main\.url: TLSv1\.3, TLS_AES_\w+$/m);
      expect(stdout).toMatch(
        /^ {2}1\. CN=127\.0\.0\.1 for IP:127\.0\.0\.1, DNS:cache\.internal, until \d{4}-\d\d-\d\d, SHA-256 \w{16}\.\.\.$/m,
      );
      const { events } = await run(['check', path, '--json']);
      expect(events).toContainEqual(
        expect.objectContaining({
          event: 'tls',
          key: 'FAIRLEAD_CONNECTIONS.main.url',
          version: 'TLSv1.3',
          certificates: expect.arrayContaining([
            expect.objectContaining({ subject: 'CN=127.0.0.1', issuer: 'CN=An authority of its own' }),
          ]),
        }),
      );
      const other = createAuthority('Another authority');
      const unknown = await run(['check', settings({ ca: other.cert }), '--json']);
      expect(unknown.code).toBe(1);
      expect(unknown.events).toContainEqual(
        expect.objectContaining({
          level: 'error',
          key: 'FAIRLEAD_CONNECTIONS.main.url',
          message: expect.stringMatching(
            /tls_failed.*the certificate is CN=127\.0\.0\.1, for IP:127\.0\.0\.1.*signed by CN=An authority of its own/,
          ),
          fix: expect.stringContaining('"tls": {"ca"'),
        }),
      );
      const named = await run([
        'check',
        settings({ ca: authority.cert, servername: 'other.internal' }),
        '--json',
      ]);
      expect(named.events).toContainEqual(
        expect.objectContaining({ level: 'error', fix: expect.stringContaining('"servername"') }),
      );
    } finally {
      server.close();
    }
  });

  it('reads .dev.vars in the current folder, else the environment', async () => {
    file('.dev.vars', `FAIRLEAD_TOKENS='${JSON.stringify(TOKENS)}'\n`);
    const env = { FAIRLEAD_TOKENS: '[', FAIRLEAD_TOKEN: 'x', FAIRLEAD_PASSWORD_MAIN: 'x', PATH: '/bin' };
    const inFolder = await run(['check', '--offline', '--json'], { cwd: folder, env });
    expect(inFolder.events.at(-1)).toMatchObject({ source: '.dev.vars', errors: 0 });
    const fromEnv = await run(['check', '--offline', '--json'], { cwd: empty, env });
    expect(fromEnv.code).toBe(1);
    expect(fromEnv.events.map(({ key }) => key)).toEqual(['FAIRLEAD_TOKENS', undefined]);
    expect(fromEnv.events.at(-1)).toMatchObject({ source: 'the environment', errors: 1 });
  });

  it.each([
    [[], /There are no settings/],
    [['a', 'b'], /One file is checked at a time/],
    [['not-there'], /cannot be read: ENOENT/],
    [[file('wrangler.toml', '')], /is a configuration of wrangler/],
    [[file('half.json', '{"a":')], /begins like JSON and is none/],
    [['x', '--timeout', '0'], /--timeout is a number of seconds/],
    [['--ofline'], /Did you mean --offline\?/],
  ])('%j are refused with exit code 2', async (args, words) => {
    const { code, stderr } = await run(['check', ...args], { cwd: empty });
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
  });

  it('shows progress on a terminal alone', async () => {
    const args = ['check', '.dev.vars', '--offline'];
    expect((await run(args, { cwd: folder })).stderr).toBe('');
    expect((await run(args, { cwd: folder, isTTY: true })).stderr).toBe('Checking .dev.vars ...\n');
    expect((await run([...args, '--json'], { cwd: folder, isTTY: true })).stderr).toBe('');
  });
});
