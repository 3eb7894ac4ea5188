// The recipes for servers that tests kill and start again, at the same ports: a Postgres with 20 slots, and a Redis.
import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import type { StartedTestContainer } from 'testcontainers';
import { type Running, running, serverContainer, startContainer } from './container.ts';
import { postgresBuildArgs, untilPostgresAnswers } from './postgres.ts';
import { REDIS_PORTS, type RedisAddress, untilRedisAnswers } from './redis.ts';

/** The command lines that end a server in the middle of what it does, and that let it start again. */
export interface Restart {
  readonly kill: readonly string[];
  readonly start: readonly string[];
}

/** Where a Postgres that can be restarted listens, plain and over TLS. */
export interface RestartablePostgres extends Restart {
  readonly port: number;
}

/** The same for Redis. */
export interface RestartableRedis extends Restart, RedisAddress {}

/** The servers that tests kill. */
export interface RestartableServers {
  readonly postgres: RestartablePostgres;
  readonly redis: RestartableRedis;
}

const POSTGRES_PORT = 5432;
const MAX_CONNECTIONS = 20;
/** Nobody starts the server while this file is there. */
const DOWN = '/tmp/down';
const LIFETIME_SECONDS = 7_200;

/**
 * Starts the server again and again. It is process 1, which no signal from inside the container ends; it ends by itself, should
 * the run have been killed.
 */
const SUPERVISE = `end=$(($(date +%s) + ${LIFETIME_SECONDS}))
while [ $(date +%s) -lt $end ]; do
  while [ -e ${DOWN} ]; do sleep 0.02; done
  sh /opt/fairlead/start.sh || true
done`;

function restart(container: StartedTestContainer): Restart {
  const run = (command: string) => ['docker', 'exec', container.getId(), 'sh', '-c', command];
  return { kill: run(`touch ${DOWN}; kill -9 -1`), start: run(`rm -f ${DOWN}`) };
}

/** Starts a PostgreSQL 17 with 20 slots, 17 of them for users. */
export async function startRestartablePostgres(
  certificate: KeyAndCertificate,
): Promise<Running<RestartablePostgres>> {
  // What it has confirmed must be there after a crash.
  const settings = `max_connections = ${MAX_CONNECTIONS}\nsynchronous_commit = on\n`;
  const configure = `printf '${settings}' >> /srv/postgres/postgresql.conf`;
  const container = (await serverContainer('postgres', certificate, postgresBuildArgs(17)))
    .withCommand(['sh', '-c', `${configure}\n${SUPERVISE}`])
    .withExposedPorts(POSTGRES_PORT)
    .withWaitStrategy(untilPostgresAnswers());
  const started = await startContainer(container);
  return running(started, { port: started.getMappedPort(POSTGRES_PORT), ...restart(started) });
}

/** Starts a Redis. */
export async function startRestartableRedis(
  certificate: KeyAndCertificate,
): Promise<Running<RestartableRedis>> {
  const container = (await serverContainer('redis', certificate))
    .withCommand(['sh', '-c', SUPERVISE])
    .withExposedPorts(REDIS_PORTS.plain, REDIS_PORTS.tls)
    .withWaitStrategy(untilRedisAnswers());
  const started = await startContainer(container);
  return running(started, {
    plainPort: started.getMappedPort(REDIS_PORTS.plain),
    tlsPort: started.getMappedPort(REDIS_PORTS.tls),
    internal: { host: started.getIpAddress('bridge'), port: REDIS_PORTS.plain },
    ...restart(started),
  });
}
