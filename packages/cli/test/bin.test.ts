// The built program as a process: its exit codes, its streams, signals, and a reader that leaves.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listenTcp, startFakeGateway } from './support/fake-gateway.ts';
import { BIN, spawnProgram } from './support/program.ts';

async function collect(
  child: ChildProcess,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** Waits for a pattern on standard output. */
function until(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      const match = pattern.exec(text);
      if (match) resolve(match);
    });
  });
}

describe('the program', () => {
  it('ends with 0, 1 or 2, and prints where it should', async () => {
    expect(await collect(spawnProgram(['--version']))).toMatchObject({ code: 0, stderr: '' });
    const wrong = await collect(spawnProgram(['tunel']));
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toMatch(/Did you mean: fairlead tunnel/);
    await using taken = await listenTcp(() => {});
    const args = ['tunnel', 'wss://gateway.example.com/t', '--listen', `${taken.port}`];
    const failed = await collect(spawnProgram(args, { FAIRLEAD_TOKEN: 'x' }));
    expect([failed.code, failed.stdout]).toEqual([1, '']);
    expect(failed.stderr).toMatch(/another program listens there/);
  });

  it('is found by its first line, and starts quickly', () => {
    const startedAt = performance.now();
    expect(spawnSync(process.execPath, [BIN, '--help']).status).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(statSync(join(BIN, '..', '..', 'package.json')).isFile()).toBe(true);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends its tunnels with exit code 0', async (signal) => {
    await using server = await listenTcp((socket) => void socket.pipe(socket));
    await using gateway = await startFakeGateway({ target: server.port });
    const url = `ws://127.0.0.1:${gateway.port}/t`;
    const child = spawnProgram(['tunnel', url, '--listen', '0'], { FAIRLEAD_TOKEN: 'x' });
    const ended = collect(child);
    const [, port] = await until(child, /127\.0\.0\.1:(\d+) ->/);
    const local = connect({ port: Number(port), host: '127.0.0.1' });
    local.write('x');
    await once(local, 'data');
    const lost = once(local, 'error');
    child.kill(signal);
    expect((await ended).code).toBe(0);
    expect(await lost).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('does not mind a reader that leaves', () => {
    const piped = spawnSync('sh', ['-c', `"${process.execPath}" "${BIN}" --help | head -1`], {
      encoding: 'utf8',
    });
    expect([piped.status, piped.stderr]).toEqual([0, '']);
  });
});
