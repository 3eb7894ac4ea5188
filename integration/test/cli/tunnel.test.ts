// The servers' own clients, through `fairlead tunnel` and the built Worker: the command runs as a process, with several tunnels
// from one file. The clients come from the servers' images, on this machine's network.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { serverImage } from '../../servers/image.ts';
import { postgresBuildArgs } from '../../servers/postgres.ts';
import { mustRun, runCommand } from '../../setup/command.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';

const { postgres, mysql, redis, mosquitto } = inject('servers');
const TOKEN = 'token-tunnel';
const CLIENT_TIMEOUT_MS = 30_000;

/** Sends back what comes, and its end behind it: what the shell of `ssh host cat` does. */
const echo: Server = createServer({ allowHalfOpen: true }, (socket) => void socket.pipe(socket));
const folder = mkdtempSync(join(tmpdir(), 'fairlead-tunnels-'));
const ports: Record<string, number> = {};
let gateway: Gateway;
let command: ChildProcess;
const events: Record<string, unknown>[] = [];

beforeAll(async () => {
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  const echoPort = typeof address === 'object' && address ? address.port : 0;
  gateway = await startGateway({
    connections: {
      pg: { url: `postgres://nobody@localhost:${postgres.good.port}/fairlead` },
      my: { url: `mysql://nobody@localhost:${mysql.port}/fairlead` },
      cache: { url: `redis://localhost:${redis.good.plainPort}` },
      bus: { url: `mqtt://localhost:${mosquitto.good.plainPort}` },
    },
    tokens: [{ name: 'tunnel', token: TOKEN, scopes: ['tcp:tunnel'] }],
    targets: [`127.0.0.1:${echoPort}`],
  });
  const targets = ['pg', 'my', 'cache', 'bus', `127.0.0.1:${echoPort}`, 'unknown'];
  await startTunnels(targets);
});

afterAll(async () => {
  command.kill('SIGINT');
  const [code] = command.exitCode === null ? await once(command, 'exit') : [command.exitCode];
  await gateway.close();
  echo.close();
  rmSync(folder, { recursive: true });
  expect(code).toBe(0);
});

/** Starts the command with one tunnel for each target, and learns their ports. */
async function startTunnels(targets: readonly string[]): Promise<void> {
  const url = new URL('/tcp/tunnel/', gateway.url).href.replace('http', 'ws');
  const tunnels = targets.map((target) => ({ url: url + target, listen: 0 }));
  const config = join(folder, 'tunnels.json');
  writeFileSync(config, JSON.stringify({ tunnels }));
  const manifest = fileURLToPath(import.meta.resolve('@fairlead/cli/package.json'));
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { fairlead: string } };
  const program = join(dirname(manifest), bin.fairlead);
  command = spawn(process.execPath, [program, 'tunnel', '--config', config, '--json'], {
    env: { PATH: process.env.PATH, FAIRLEAD_TOKEN: TOKEN },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (command.stdout === null) throw new Error('the command has no standard output');
  createInterface(command.stdout).on('line', (line) => events.push(JSON.parse(line)));
  await vi.waitFor(() => expect(events).toHaveLength(targets.length), { timeout: 30_000 });
  for (const { url: own, listen } of events) {
    const target = String(own).slice(url.length);
    ports[target.includes(':') ? 'echo' : target] = Number(String(listen).split(':').at(-1));
  }
}

/** Runs a client in a container on this machine's network. @returns Its standard output, trimmed. */
async function client(image: string, ...args: readonly string[]): Promise<string> {
  const docker = ['run', '--rm', '--network', 'host', '--entrypoint', '', image];
  return (await mustRun('docker', [...docker, ...args], CLIENT_TIMEOUT_MS)).trim();
}

describe('fairlead tunnel', () => {
  it('lets psql work, with its own TLS inside', async () => {
    const image = await serverImage('postgres', postgresBuildArgs(17));
    const login = `host=127.0.0.1 port=${ports.pg} user=scram password=scram-password dbname=fairlead sslmode=require`;
    const sql =
      'select count(*), (select ssl from pg_stat_ssl where pid = pg_backend_pid()) from generate_series(1, 200000)';
    expect(await client(image, 'psql', login, '-XAtc', sql)).toBe('200000|t');
    // Some megabytes, which wait for credit.
    const script = `psql '${login}' -XAtc "select repeat('x', 1023) from generate_series(1, 8192)" | wc -c`;
    expect(await client(image, 'sh', '-c', script)).toBe(`${8 << 20}`);
  });

  it('lets mysql work, with its own TLS inside', async () => {
    const login = ['-h', '127.0.0.1', '-P', `${ports.my}`, '-u', 'sha2', '--password=sha2-password'];
    const image = await serverImage('mysql');
    const sql = "select count(*) from harbours; show status like 'Ssl_version'";
    const answer = await client(image, 'mysql', ...login, '--ssl-mode=REQUIRED', '-N', '-e', sql, 'fairlead');
    expect(answer).toMatch(/^\d+\nSsl_version\tTLSv1\.\d$/);
  });

  it('lets redis-cli work, pipelined and subscribed', async () => {
    const image = await serverImage('redis');
    const cli = ['redis-cli', '-p', `${ports.cache}`, '--no-auth-warning', '-a', 'default-password'];
    expect(await client(image, ...cli, 'ping')).toBe('PONG');
    const script = `seq 1 20000 | sed 's/.*/INCR tunnel-counter/' | ${cli.join(' ')} --pipe && ${cli.join(' ')} getdel tunnel-counter`;
    expect(await client(image, 'sh', '-c', script)).toMatch(/errors: 0, replies: 20000[\s\S]*20000$/);
  });

  it('lets mosquitto_pub and mosquitto_sub work', async () => {
    const image = await serverImage('mosquitto');
    const login = `-h 127.0.0.1 -p ${ports.bus} -u app -P app-password -t gateway/tunnel -q 1`;
    const script = `timeout 20 mosquitto_sub ${login} -C 1 & sleep 1; mosquitto_pub ${login} -m ahoy; wait`;
    expect(await client(image, 'sh', '-c', script)).toBe('ahoy');
  });

  it('keeps a half-closed connection open until the answer is whole', async () => {
    const local = connect({ port: ports.echo ?? 0, host: '127.0.0.1', allowHalfOpen: true });
    const bytes = Buffer.alloc(8 << 20, 'fairlead');
    const chunks: Buffer[] = [];
    local.end(bytes);
    for await (const chunk of local) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    await expect
      .poll(() => events)
      .toContainEqual(
        expect.objectContaining({
          event: 'closed',
          sentBytes: bytes.length,
          receivedBytes: bytes.length,
          closeReason: `done up=${bytes.length} down=${bytes.length}`,
        }),
      );
  });

  it('tells why the gateway refused, and resets the client', async () => {
    const image = await serverImage('redis');
    const ran = await runCommand(
      'docker',
      ['run', '--rm', '--network', 'host', image, 'redis-cli', '-p', `${ports.unknown}`, 'ping'],
      CLIENT_TIMEOUT_MS,
    );
    expect(ran.stdout + ran.stderr).toMatch(/reset/i);
    await expect
      .poll(() => events)
      .toContainEqual(
        expect.objectContaining({
          event: 'failed',
          message: expect.stringMatching(/^The gateway answered 404 /),
        }),
      );
  });
});
