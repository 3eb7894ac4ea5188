// MariaDB to measure against, without a password: this machine's own if it has one, else the integration image.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { type Login, writeLogin } from './login.ts';
import { inDocker, MOUNT, type RunningServer, removeBehind, userOf } from './server.ts';
import { freePort, waitFor } from './wait.ts';

const SETTINGS = ['--bind-address=127.0.0.1', '--skip-name-resolve', '--innodb-flush-log-at-trx-commit=0'];

/**
 * MariaDB with `root` without a password, on a data folder of its own, and the scenarios' rows. With a login it has a user
 * `bench` with that password, TLS, and a database `bench` without rows.
 */
export async function startMariadb(login?: Login): Promise<RunningServer> {
  const port = await freePort();
  const version = spawnSync('mariadbd', ['--version'], { encoding: 'utf8' });
  const server =
    version.status === 0
      ? ownMariadb(port, version.stdout.trim(), login)
      : inDocker('mariadb', port, inImage(port, login), login && writeLogin(login).folder);
  const running = await server;
  await (login ? addUser(port, login) : seed(port));
  return running;
}

async function ownMariadb(port: number, version: string, login: Login | undefined): Promise<RunningServer> {
  const dir = mkdtempSync(join(tmpdir(), 'fairlead-bench-mariadb-'));
  const who = userOf('mysql');
  if (who) chownSync(dir, who.uid, who.gid);
  const options = { ...who, encoding: 'utf8', cwd: dir } as const;
  const install = ['--no-defaults', `--datadir=${dir}`, '--auth-root-authentication-method=normal'];
  const made = spawnSync('mariadb-install-db', install, options);
  if (made.status !== 0) throw new Error(`mariadb-install-db failed: ${made.stderr || made.error}`);
  const args = ['--no-defaults', `--datadir=${dir}`, `--port=${port}`, `--socket=${dir}/sock`, ...SETTINGS];
  if (login) {
    writeLogin(login, dir, who);
    args.push(...tls(dir));
  }
  const child = spawn('mariadbd', args, { ...who, stdio: 'ignore', cwd: dir });
  await waitFor('mariadbd', () => ping(port), child);
  return {
    port,
    what: `${version} of this machine`,
    stop() {
      removeBehind(child, dir);
      child.kill('SIGKILL');
    },
  };
}

function tls(folder: string): string[] {
  return [`--ssl-cert=${folder}/cert.pem`, `--ssl-key=${folder}/key.pem`];
}

function inImage(port: number, login: Login | undefined): string[] {
  const secured = login ? tls('$d').join(' ') : '';
  const run = `set -e; d=$(mktemp -d); chown mysql $d
    if [ -d ${MOUNT} ]; then cp ${MOUNT}/*.pem $d; chown mysql $d/*.pem; fi
    mariadb-install-db --no-defaults --datadir=$d --user=mysql --auth-root-authentication-method=normal > /dev/null
    exec mariadbd --no-defaults --user=mysql --datadir=$d --port=${port} --socket=$d/sock ${SETTINGS.join(' ')} ${secured}`;
  return ['bash', '-c', run];
}

async function ping(port: number): Promise<void> {
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' });
  await connection.end();
}

async function addUser(port: number, { password }: Login): Promise<void> {
  const db = await createConnection({ host: '127.0.0.1', port, user: 'root', multipleStatements: true });
  await db.query(`create database bench character set utf8mb4;
    create user bench@'%' identified by '${password}'; grant all on bench.* to bench@'%'`);
  await db.end();
}

/** The same rows as in Postgres. */
async function seed(port: number): Promise<void> {
  const db = await createConnection({ host: '127.0.0.1', port, user: 'root', multipleStatements: true });
  await db.query(`
    create database bench character set utf8mb4;
    use bench;
    create table items (id int primary key, name varchar(32) not null, price double not null, sold bool not null,
      made datetime not null, note varchar(24) not null);
    insert into items select seq, md5(seq), seq * 1.5, seq % 7 = 0, '2026-01-01' + interval seq minute,
      repeat(char(97 + seq % 26), 24) from seq_1_to_500000`);
  await db.end();
}
