// The servers that are measured against: this machine's own binaries if it has them, else the integration images.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inDocker, listen, type RunningServer, tryPort, userOf } from './server.ts';
import { freePort, waitFor } from './wait.ts';

/** Redis without persistence. */
export async function startRedis(): Promise<RunningServer> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const own = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  if (own.status === 0) {
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    await waitFor('redis-server', () => tryPort(port), child);
    const version = /v=(\S+)/.exec(own.stdout)?.[1];
    return { port, what: `redis-server ${version} of this machine`, stop: () => void child.kill('SIGKILL') };
  }
  return inDocker('redis', port, ['redis-server', ...args]);
}

/** Postgres with `trust` for the user `bench`, on a data folder of its own. */
export async function startPostgres(): Promise<RunningServer> {
  const port = await freePort();
  const bin = postgresFolder();
  if (bin === undefined) return inDocker('postgres', port, ['bash', '-c', dockerPostgres(port)]);
  const dir = mkdtempSync(join(tmpdir(), 'fairlead-bench-pg-'));
  const who = userOf('postgres');
  if (who) chownSync(dir, who.uid, who.gid);
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', dir, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    {
      ...who,
      encoding: 'utf8',
      cwd: dir,
    },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error}`);
  const child = spawn(
    join(bin, 'postgres'),
    [
      '-D',
      dir,
      '-p',
      String(port),
      '-h',
      '127.0.0.1',
      '-k',
      dir,
      '-c',
      'fsync=off',
      '-c',
      'max_connections=200',
    ],
    { ...who, stdio: 'ignore', cwd: dir },
  );
  await waitFor('postgres', () => tryPort(port), child);
  const version = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout.trim();
  return {
    port,
    what: `${version} of this machine`,
    stop() {
      child.once('exit', () => rmSync(dir, { recursive: true, force: true }));
      child.kill('SIGINT');
    },
  };
}

/** Debian keeps the servers' programs out of PATH; the newest version wins. */
function postgresFolder(): string | undefined {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base) : [];
  const folders = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(base, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

function dockerPostgres(port: number): string {
  return `set -e; bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1); d=$(mktemp -d); chown postgres $d
    su postgres -c "$bin/initdb -D $d -U bench -A trust -E UTF8 --no-sync" > /dev/null
    exec su postgres -c "$bin/postgres -D $d -p ${port} -h 127.0.0.1 -k $d -c fsync=off"`;
}

/** A peer for the transport: `MiB` mebibytes when asked for them by a byte, and an echo. */
export async function startTcp(): Promise<RunningServer & { readonly echoPort: number }> {
  const chunk = Buffer.alloc(1 << 20, 'fairlead');
  const source = createServer((socket) => {
    quiet(socket);
    socket.once('data', ([mebibytes = 0]) => send(mebibytes));
    function send(left: number): void {
      if (left === 0) return;
      if (socket.write(chunk)) setImmediate(send, left - 1);
      else socket.once('drain', () => send(left - 1));
    }
  });
  const echo = createServer((socket) => {
    quiet(socket);
    socket.on('data', (bytes) => socket.write(bytes));
  });
  const port = await listen(source);
  const echoPort = await listen(echo);
  const stop = () => {
    source.close();
    echo.close();
  };
  return { port, echoPort, what: 'node:net on this machine', stop };
}

function quiet(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
}
