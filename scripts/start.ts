// `npm start`: the gateway with a Postgres, a Redis, an MQTT broker, a mail server, a Gopher hole, an FTP and an SSH server to talk
// to, on this machine alone. Nothing is kept after it ends, and no mail is delivered.
import * as miniflare from 'miniflare';
import { buildPackages } from './src/start/build.ts';
import { FTP_USER, startFtp } from './src/start/ftp/server.ts';
import { startGopher } from './src/start/gopher.ts';
import { greeting } from './src/start/greeting.ts';
import type { RunningServer } from './src/start/local-server.ts';
import { Mailbox } from './src/start/mail/mailbox.ts';
import { startMailPage } from './src/start/mail/page.ts';
import { startSmtp } from './src/start/mail/smtp.ts';
import { startMqtt } from './src/start/mqtt.ts';
import { startPostgres } from './src/start/postgres.ts';
import { startChosenRedis } from './src/start/redis/choose.ts';
import { QUERIES } from './src/start/sample/postgres.ts';
import { fillRedis } from './src/start/sample/redis.ts';
import { makeScratchFolder } from './src/start/scratch/folder.ts';
import { SSH_COMMANDS } from './src/start/ssh/entry.ts';
import { SSH_USER, startSsh } from './src/start/ssh/server.ts';

const HOST = '127.0.0.1';
const TOKEN = 'dev';
const stops: (() => Promise<void>)[] = [];
let stopping = false;

/** Stops what was started, last first, within five seconds. A second signal changes nothing: npm sends one of its own. */
async function stop(exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(exitCode), 5000);
  for (const each of stops.reverse()) await each().catch(() => {});
  process.exit(exitCode);
}

function handleSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
}

function portFromEnvironment(): number {
  const text = process.env.PORT ?? '8787';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) throw new Error(`PORT must be a number from 1 to 65535, and it is "${text}"`);
  return port;
}

async function start(): Promise<void> {
  const port = portFromEnvironment();
  console.log('Building ...');
  buildPackages();
  // Not there before the build.
  const { assertFree, startGateway } = await import('@fairlead/worker/start');
  await assertFree(port, 'PORT=8788 npm start');
  console.log('Starting Postgres, Redis, MQTT, SMTP, Gopher, SSH, FTP and the gateway ...');
  const { connections, redis, inbox } = await startServers();
  const settings = {
    FAIRLEAD_CONNECTIONS: connections,
    FAIRLEAD_TOKENS: [{ name: 'local', token: TOKEN, scopes: ['*'] }],
    FAIRLEAD_QUERIES: QUERIES,
  };
  const gateway = await startGateway({ port, settings, tools: { miniflare } });
  stops.push(gateway.stop);
  console.log(greeting({ url: gateway.url, token: TOKEN, inbox, redis, connections }));
}

/** @returns What the gateway may connect to, which Redis it is, and where a person sees the mail that was caught. */
async function startServers() {
  const redis = await toStop(startChosenRedis(process.env.FAIRLEAD_START_REDIS));
  await fillRedis(redis.url);
  const postgres = await toStop(startPostgres());
  const mqtt = await toStop(startMqtt());
  const mailbox = new Mailbox();
  const smtp = await toStop(startSmtp(mailbox));
  const page = await toStop(startMailPage(mailbox));
  const gopher = await toStop(startGopher());
  const folder = await makeScratchFolder();
  stops.push(folder.remove);
  const ssh = await toStop(startSsh(folder));
  const ftp = await toStop(startFtp(folder));
  const connections = {
    // It serves one connection at a time: the gateway lets go of its own as soon as it has nothing to ask, so that others
    // (psql, ...) have their turn.
    main: {
      url: `postgres://postgres@${HOST}:${postgres.port}/postgres?sslmode=disable`,
      pool: { max: 1, idleSeconds: 1 },
    },
    cache: redis.url,
    // Aedes speaks MQTT 3.1.1.
    bus: { url: `mqtt://${HOST}:${mqtt.port}`, protocolVersion: 4 },
    // Without this, the gateway would send nothing before TLS.
    mail: { url: `smtp://${HOST}:${smtp.port}`, tls: false },
    docs: `gopher://${HOST}:${gopher.port}`,
    ssh: {
      url: `ssh://${SSH_USER}@${HOST}:${ssh.port}`,
      password: ssh.password,
      fingerprint: ssh.fingerprint,
      commands: SSH_COMMANDS,
      root: '/',
    },
    // Without this, the gateway would log in inside TLS alone.
    ftp: { url: `ftp://${FTP_USER}:${ftp.password}@${HOST}:${ftp.port}`, tls: false, root: '/' },
  };
  return { connections, redis: redis.description, inbox: `http://${HOST}:${page.port}` };
}

async function toStop<T extends RunningServer>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  stops.push(server.stop);
  return server;
}

handleSignals();
try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1);
}
