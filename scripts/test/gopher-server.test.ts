// The Gopher server of `npm start`: requests as bytes, the project's documents back, and nothing else of the disk.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGopher } from '../src/start/gopher.ts';
import type { RunningServer } from '../src/start/local-server.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NOT_FOUND = '3There is no such document here\t\terror.host\t1\r\n.\r\n';

let server: RunningServer;

beforeAll(async () => {
  server = await startGopher(ROOT);
});
afterAll(() => server.stop());

/** Sends chunks one after the other; returns all that comes until the server ends the connection. */
async function ask(chunks: readonly string[], port = server.port): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  socket.setNoDelay(true);
  await once(socket, 'connect');
  for (const chunk of chunks) {
    socket.write(chunk, 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await once(socket, 'close');
  return Buffer.concat(received).toString('utf8');
}

describe('the Gopher server', () => {
  it.each(['\r\n', '\n', '/\r\n'])('answers %j with the menu', async (request) => {
    const menu = await ask([request]);
    const lines = menu.split('\r\n');
    expect(lines.slice(-2)).toEqual(['.', '']);
    expect(lines[0]).toBe('iFairlead: TCP protocol clients for Cloudflare Workers\t\terror.host\t1');
    for (const line of lines.slice(0, -2)) expect(line.split('\t'), line).toHaveLength(4);
    expect(lines).toContain(`0Fairlead\t/README.md\t127.0.0.1\t${server.port}`);
    expect(lines).toContain(`0@fairlead/gopher\t/protocols/gopher/README.md\t127.0.0.1\t${server.port}`);
    expect(lines).toContain(`0@fairlead/worker\t/packages/worker/README.md\t127.0.0.1\t${server.port}`);
  });

  it('serves every document of the menu, whole', async () => {
    const selectors = [...(await ask(['\r\n'])).matchAll(/^0[^\t]+\t([^\t]+)/gm)].map(
      (match) => match[1] ?? '',
    );
    expect(selectors).toEqual(expect.arrayContaining(['/CHANGELOG.md', '/CONTRIBUTING.md']));
    for (const selector of selectors) {
      const answer = await ask([`${selector}\r\n`]);
      expect(answer.endsWith('\r\n.\r\n')).toBe(true);
      const text = answer
        .slice(0, -3)
        .replaceAll(/^\.(?=\.)/gm, '')
        .replaceAll('\r\n', '\n');
      expect(text, selector).toBe(readFileSync(join(ROOT, selector), 'utf8'));
    }
  });

  it('takes a request in any chunks', async () => {
    const whole = await ask(['/README.md\r\n']);
    expect(whole).toContain('# Fairlead');
    expect(await ask([...'/README.md\r\n'])).toBe(whole);
    expect(await ask(['/README.md\r\nand more'])).toBe(whole);
  });

  it.each([
    '/package.json',
    '/../../etc/passwd',
    '/packages/../README.md',
    '/README.md/',
    'README.md',
    '/README.md\t+',
    '/README.md\0',
    '//README.md',
    '/%52EADME.md',
    'constructor',
    'GET / HTTP/1.1',
    'x'.repeat(255),
    'x'.repeat(256),
  ])('has nothing at %j', async (selector) => {
    expect(await ask([`${selector}\r\n`])).toBe(NOT_FOUND);
  });

  it('reads no line without an end', async () => {
    expect(await ask(['x'.repeat(300)])).toBe(NOT_FOUND);
    expect(await ask([...'x'.repeat(257)])).toBe(NOT_FOUND);
  });

  it('doubles dots at the beginnings of lines, and writes CR LF', async () => {
    const root = mkdtempSync(join(tmpdir(), 'fairlead-gopher-'));
    for (const folder of ['packages/a', 'packages/none', 'protocols/b'])
      mkdirSync(join(root, folder), { recursive: true });
    for (const file of ['CHANGELOG.md', 'CONTRIBUTING.md', 'packages/a/README.md', 'protocols/b/README.md'])
      writeFileSync(join(root, file), '# A\ttitle\n');
    writeFileSync(join(root, 'README.md'), 'no title\n.\n..two\r\nlast');
    const other = await startGopher(root);
    try {
      expect(await ask(['/README.md\r\n'], other.port)).toBe('no title\r\n..\r\n...two\r\nlast\r\n.\r\n');
      const menu = await ask(['\r\n'], other.port);
      expect(menu).toContain(`\r\n0README.md\t/README.md\t127.0.0.1\t${other.port}\r\n`);
      expect(menu).toContain('\r\n0A title\t/packages/a/README.md\t');
      expect(menu).not.toContain('none');
    } finally {
      await other.stop();
      rmSync(root, { recursive: true });
    }
  });

  it('stops though a client is waiting', async () => {
    const other = await startGopher(ROOT);
    const socket = connect(other.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('/READ');
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await other.stop();
    await closed;
  });
});
