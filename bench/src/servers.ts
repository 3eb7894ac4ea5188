// The servers that are measured against: this machine's own binaries if it has them, else the integration images.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Login, writeLogin } from './login.ts';
import { inDocker, listen, MOUNT, type RunningServer, removeBehind, tryPort, userOf } from './server.ts';
import { freePort, waitFor } from './wait.ts';

/** Redis without persistence. With a login it asks for the password, and speaks TLS on a second port. */
export async function startRedis(login?: Login): Promise<RunningServer & { readonly tlsPort: number }> {
  const port = await freePort();
  const tlsPort = login ? await freePort() : 0;
  const files = login && writeLogin(login);
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const secured = (folder: string) => (login ? redisLogin(login, tlsPort, folder) : []);
  const own = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  if (own.status === 0) {
    const child = spawn('redis-server', [...args, ...secured(files?.folder ?? '')], { stdio: 'ignore' });
    await waitFor('redis-server', () => tryPort(port), child);
    const version = /v=(\S+)/.exec(own.stdout)?.[1];
    return {
      port,
      tlsPort,
      what: `redis-server ${version} of this machine`,
      stop() {
        child.kill('SIGKILL');
        if (files) rmSync(files.folder, { recursive: true });
      },
    };
  }
  const server = await inDocker('redis', port, ['redis-server', ...args, ...secured(MOUNT)], files?.folder);
  return { ...server, tlsPort };
}

function redisLogin({ password }: Login, tlsPort: number, folder: string): string[] {
  const files = ['--tls-cert-file', join(folder, 'cert.pem'), '--tls-key-file', join(folder, 'key.pem')];
  return ['--requirepass', password, '--tls-port', String(tlsPort), '--tls-auth-clients', 'no', ...files];
}

/** Postgres for the user `bench`, on a data folder of its own: with `trust`, or with SCRAM and TLS where there is a login. */
export async function startPostgres(login?: Login): Promise<RunningServer> {
  const port = await freePort();
  const bin = postgresFolder();
  if (bin === undefined) {
    const files = login && writeLogin(login);
    return inDocker('postgres', port, ['bash', '-c', dockerPostgres(port, login)], files?.folder);
  }
  const dir = mkdtempSync(join(tmpdir(), 'fairlead-bench-pg-'));
  const who = userOf('postgres');
  if (who) chownSync(dir, who.uid, who.gid);
  const data = join(dir, 'data');
  const init = [join(bin, 'initdb'), ...initArgs(data, login)].join(' ');
  const made = spawnSync('bash', ['-c', init], { ...who, encoding: 'utf8', cwd: dir });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error}`);
  if (login) writeLogin(login, data, who);
  const child = spawn(join(bin, 'postgres'), serverArgs(data, port, login), {
    ...who,
    stdio: 'ignore',
    cwd: dir,
  });
  await waitFor('postgres', () => tryPort(port), child);
  const version = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout.trim();
  return {
    port,
    what: `${version} of this machine`,
    stop() {
      removeBehind(child, dir);
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

function dockerPostgres(port: number, login: Login | undefined): string {
  return `set -e; bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1); d=$(mktemp -d); chown postgres $d
    su -s /bin/bash postgres -c "$bin/initdb ${initArgs('$d', login).join(' ')}" > /dev/null
    if [ -d ${MOUNT} ]; then cp ${MOUNT}/*.pem $d; chown postgres $d/*.pem; fi
    exec su postgres -c "$bin/postgres ${serverArgs('$d', port, login).join(' ')}"`;
}

/** As words of bash. */
function initArgs(data: string, login: Login | undefined): string[] {
  const access = login ? ['-A', 'scram-sha-256', `--pwfile=<(echo ${login.password})`] : ['-A', 'trust'];
  return ['-D', data, '-U', 'bench', ...access, '-E', 'UTF8', '--no-sync'];
}

function serverArgs(data: string, port: number, login: Login | undefined): string[] {
  const settings = ['fsync=off', 'max_connections=200'];
  if (login) settings.push('ssl=on', 'ssl_cert_file=cert.pem', 'ssl_key_file=key.pem');
  const where = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data];
  return [...where, ...settings.flatMap((setting) => ['-c', setting])];
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
