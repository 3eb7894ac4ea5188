// Which Redis `npm start` chooses, and the machine's own as a child that ends with its parent.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startChosenRedis } from '../src/start/redis/choose.ts';
import { findSystemRedis, startSystemRedis } from '../src/start/redis/system.ts';

/** The machine's own; where it has none, a stand-in that does as much of a Redis as is asked here. */
const program = findSystemRedis() ?? standIn();

/** A program named redis-server that reads the configuration, listens, and asks for the password. */
function standIn(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'fairlead-stand-in-')), 'redis-server');
  const code = `#!${process.execPath}
if (process.argv[2] === '--version') {
  console.log('Redis server v=0.0.0 sha=stand-in');
} else {
  const text = require('node:fs').readFileSync(process.argv[2], 'utf8');
  const setting = (name) => new RegExp('^' + name + ' (.*)$', 'm').exec(text)[1];
  require('node:net').createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const isKnown = String(chunk).trim() === 'AUTH ' + setting('requirepass');
      socket.write(isKnown ? '+OK\\r\\n' : '-NOAUTH Authentication required.\\r\\n');
    });
  }).listen(Number(setting('port')), setting('bind'));
}
`;
  writeFileSync(file, code, { mode: 0o755 });
  return file;
}

async function ask(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  for await (const chunk of socket) return String(chunk);
  throw new Error('The server ended the connection without an answer');
}

describe('the Redis of npm start', () => {
  it('is the embedded one where the machine has none, or where that is asked for', async () => {
    for (const [choice, path] of [
      [undefined, '/nowhere'],
      ['embedded', undefined],
    ] as const) {
      const server = await startChosenRedis(choice, path);
      expect(server.description).toContain('in memory');
      expect(await ask(server.port, 'PING\r\n')).toBe('+PONG\r\n');
      await server.stop();
    }
  });

  it('says what is wrong with a choice that it cannot follow', async () => {
    await expect(startChosenRedis('system', '/nowhere')).rejects.toThrow(
      'neither redis-server nor valkey-server',
    );
    await expect(startChosenRedis('mine')).rejects.toThrow('must be "embedded" or "system"');
  });

  it("is the machine's where there is one: with a password, and gone after its end", async () => {
    const server = await startChosenRedis(undefined, dirname(program));
    expect(server.description).toMatch(/this machine's (redis|valkey)-server \d/);
    expect(await ask(server.port, 'PING\r\n')).toContain('NOAUTH');
    const { password } = new URL(server.url);
    expect(await ask(server.port, `AUTH ${password}\r\n`)).toBe('+OK\r\n');
    await server.stop();
    await expect(ask(server.port, 'PING\r\n')).rejects.toThrow('ECONNREFUSED');
  });

  it('ends with a parent that was killed', async () => {
    const code = `
      import { startSystemRedis } from ${JSON.stringify(join(import.meta.dirname, '../src/start/redis/system.ts'))};
      console.log((await startSystemRedis(${JSON.stringify(program)})).port);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = Number((await once(parent.stdout, 'data'))[0]);
    expect(await ask(port, 'PING\r\n')).toContain('NOAUTH');
    parent.kill('SIGKILL');
    await expect
      .poll(() => ask(port, 'PING\r\n').catch((error) => error.code), { timeout: 5000 })
      .toBe('ECONNREFUSED');
  });

  it.runIf(process.platform === 'linux')('says so when the program ends at once', async () => {
    await expect(startSystemRedis('/bin/false')).rejects.toThrow('ended at once');
  });
});
