// The benches by name: which server, which Worker, which scenarios and subjects.
import { startAcknowledger } from './acknowledger.ts';
import { ftp } from './ftp/bench.ts';
import { gateway } from './gateway/bench.ts';
import { gopher } from './gopher.ts';
import { imap } from './imap/bench.ts';
import { irc } from './irc.ts';
import { makeLogin } from './login.ts';
import { startMariadb } from './mariadb.ts';
import { memory } from './memory.ts';
import { mongodb } from './mongodb/bench.ts';
import { startMosquitto } from './mosquitto.ts';
import type { BenchOptions, Report } from './report.ts';
import { seedPostgres, seedRedis } from './seed.ts';
import { startPostgres, startRedis, startTcp } from './servers.ts';
import { type Plan, run, type Subjects } from './side-by-side.ts';
import { smtp } from './smtp.ts';
import { ssh } from './ssh/bench.ts';
import { startup } from './startup.ts';
import { tls } from './tls/bench.ts';
import { startTlsEcho } from './tls/echo.ts';
import { tunnel } from './tunnel/bench.ts';
import { isWanted } from './usage.ts';

/** Those that take no profiles. */
export const WITHOUT_PROFILES: readonly string[] = ['mongodb', 'memory', 'startup', 'tunnel'];

/** By the name on the command line. */
export const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<Report>>> = {
  transport,
  redis,
  postgres,
  mysql,
  mqtt,
  smtp,
  irc,
  gopher,
  ssh,
  ftp,
  mongodb,
  imap,
  tls,
  memory,
  gateway,
  startup,
  tunnel,
};

const TRANSPORT: Subjects = {
  fairlead: 'transport/fairlead',
  'raw socket': 'transport/raw-socket',
  'bare core': 'transport/bare-core',
  'bounded core': 'transport/bare-core',
  'raw socket in Node': 'node:transport/node',
  'raw socket in Bun': 'bun:transport/bun',
};
const REDIS: Subjects = {
  fairlead: 'redis/fairlead',
  'raw socket': 'redis/raw-socket',
  bound: 'redis/bound',
  'bound with text': 'redis/bound',
  ioredis: 'redis/ioredis',
  'ioredis autopipe': 'redis/ioredis',
  'node-redis': 'redis/node-redis',
  'node-redis timeout 0': 'redis/node-redis',
  'redis-on-workers': 'redis/redis-on-workers',
  'ioredis in Node': 'node:redis/node',
  'ioredis autopipe in Node': 'node:redis/node',
  'raw socket in Node': 'node:redis/node',
  Bun: 'bun:redis/bun',
  'raw socket in Bun': 'bun:redis/bun',
};
const POSTGRES: Subjects = {
  fairlead: 'postgres/fairlead',
  'raw socket': 'postgres/raw-socket',
  'raw socket with promises': 'postgres/raw-socket',
  postgres: 'postgres/postgres-js',
  pg: 'postgres/pg',
  'postgres in Node': 'node:postgres/node',
  Bun: 'bun:postgres/bun',
};
const POSTGRES_LOGIN: Subjects = {
  fairlead: 'postgres/login-fairlead',
  'raw socket': 'postgres/login-raw',
};
/** What only Postgres is asked, and who can do it. */
const POSTGRES_ONLY: Readonly<
  Record<string, readonly [name: string, unit: string, subjects: readonly string[]]>
> = {
  batch100: ['100 at once: ours as a batch, theirs in flight', 'ops', ['fairlead', 'postgres', 'pg']],
  json: ['200k rows of 5 columns, to JSON', 'rows', ['fairlead', 'postgres', 'pg']],
  objects: ['200k rows of 5 columns, as objects', 'rows', ['fairlead', 'postgres', 'pg']],
  copy: ['COPY out of 500k rows', 'rows', ['fairlead', 'raw socket']],
};

const MYSQL: Subjects = {
  fairlead: 'mysql/fairlead',
  'raw socket': 'mysql/raw-socket',
  'raw socket with promises': 'mysql/raw-socket',
  mysql2: 'mysql/mysql2',
  mariadb: 'mysql/mariadb',
  'mysql2 in Node': 'node:mysql/node',
  'mariadb in Node': 'node:mysql/node',
  Bun: 'bun:mysql/bun',
};
/** Those that read no result row by row, or by another package alone. */
const NO_STREAM = ['pg', 'mariadb', 'mysql2 in Node', 'mariadb in Node', 'Bun'];
const MQTT: Subjects = {
  fairlead: 'mqtt/fairlead',
  'raw socket': 'mqtt/raw-socket',
  'raw socket, time limits': 'mqtt/raw-socket',
  'raw socket, DISCONNECT': 'mqtt/raw-socket',
  'MQTT.js in Node': 'node:mqtt-js',
};

async function transport(options: BenchOptions): Promise<Report> {
  const server = await startTcp();
  const echo = await startTlsEcho();
  const all = Object.keys(TRANSPORT);
  const subjects = all.filter((name) => !name.endsWith('core'));
  const inWorkers = all.filter((name) => !TRANSPORT[name]?.includes(':'));
  const name = 'connect, a byte there and back, close';
  const unit = 'connections';
  const plans: Plan[] = [
    { id: 'bulk', name: 'bulk read, 200 MiB', unit: 'MiB', subjects, port: server.port },
    { id: 'pings', name: 'ping-pong, 16 B', unit: 'trips', subjects, port: server.echoPort },
    { id: 'connect', name, unit, subjects: all, port: server.echoPort },
    { id: 'connectTls', name: `${name}, TLS`, unit, subjects: inWorkers, port: echo.port },
  ];
  const stop = (): void => {
    server.stop();
    echo.stop();
  };
  return run(TRANSPORT, { what: server.what, stop }, plans, options, { authority: echo.authority });
}

async function redis(options: BenchOptions): Promise<Report> {
  const server = await startRedis();
  await seedRedis(server.port);
  const scenarios = {
    connect: 'connect and first reply',
    get: 'GET 16 B, one after the other',
    get100: 'GET 16 B, 100 in flight',
    get1000: 'GET 16 B, 1000 in flight',
    set100: 'SET 16 B, 100 in flight',
    get1mb: 'GET 1 MB, one after the other',
  };
  const plans = Object.entries(scenarios).map(([id, name]) => ({
    id,
    name,
    unit: 'ops',
    // The bare client with text joins what has come with each read: a long value would be copied again and again.
    subjects: Object.keys(REDIS).filter((name) => id !== 'get1mb' || name !== 'bound with text'),
    port: server.port,
  }));
  return run(REDIS, server, plans, options);
}

/** What a SQL driver is asked: title and unit. */
const SQL: Readonly<Record<string, readonly [name: string, unit: string]>> = {
  connect: ['connect and first row', 'ops'],
  query: ['parametrised query, one after the other', 'ops'],
  query100: ['parametrised query, 100 in flight', 'ops'],
  rows10mb: ['10 MB of rows, as objects', 'rows'],
  rows50mb: ['50 MB of rows, as objects', 'rows'],
  ndjson: ['10 MB of rows, as NDJSON', 'rows'],
  stream: ['10 MB of rows, row by row', 'rows'],
};

async function postgres(options: BenchOptions): Promise<Report> {
  if (options.only === 'login') return postgresLogins(options);
  const server = await startPostgres();
  await seedPostgres(server.port);
  const { port } = server;
  // pg streams only through another package; the bare socket asks one query again and again.
  const plans = sqlPlans(POSTGRES, port, (subject, id) => {
    if (subject === 'raw socket') return id.startsWith('query');
    if (subject === 'raw socket with promises') return id === 'query';
    return id !== 'stream' || !NO_STREAM.includes(subject);
  });
  const own = Object.entries(POSTGRES_ONLY).map(([id, [name, unit, subjects]]) => ({
    id,
    name,
    unit,
    subjects,
    port,
  }));
  const report = await run(POSTGRES, server, [...plans, ...own], { ...options, others: ['login'] });
  if (!isWanted(options.only, 'login')) return report;
  const logins = await postgresLogins(options);
  return {
    ...report,
    outcomes: [...report.outcomes, ...logins.outcomes],
    ...(logins.text && { text: logins.text }),
  };
}

/** Against a server that asks for TLS and a password. */
async function postgresLogins(options: BenchOptions): Promise<Report> {
  const login = makeLogin('bench-password');
  const server = await startPostgres(login);
  const subjects = Object.keys(POSTGRES_LOGIN);
  const plan = {
    id: 'login',
    name: 'TLS, SCRAM and first row',
    unit: 'ops',
    subjects,
    port: server.port,
  };
  const { password, authority } = login;
  return run(
    POSTGRES_LOGIN,
    server,
    [plan],
    { ...options, only: undefined, beside: undefined },
    { authority, settings: { password } },
  );
}

async function mysql(options: BenchOptions): Promise<Report> {
  const server = await startMariadb();
  // mariadb's streams are Node's, which it cannot make of a prepared statement in workerd.
  const plans = sqlPlans(MYSQL, server.port, (subject, id) => {
    if (subject === 'raw socket') return id.startsWith('query');
    if (subject === 'raw socket with promises') return id === 'query';
    return id !== 'stream' || !NO_STREAM.includes(subject);
  });
  return run(MYSQL, server, plans, options);
}

function sqlPlans(
  subjects: Subjects,
  port: number,
  takesPart: (subject: string, scenario: string) => boolean,
): Plan[] {
  return Object.entries(SQL).map(([id, [name, unit]]) => ({
    id,
    name,
    unit,
    subjects: Object.keys(subjects).filter((subject) => takesPart(subject, id)),
    port,
  }));
}

async function mqtt(options: BenchOptions): Promise<Report> {
  const broker = await startMosquitto();
  // A broker is slower than any of the clients: beside it a peer that costs next to nothing.
  const acknowledger = await startAcknowledger();
  const scenarios = {
    connect: 'connect and first acknowledgement',
    dial: 'from dialling to CONNACK',
    qos0: 'QoS 0, 64 B, 1000 at once',
    qos1: 'QoS 1, 64 B, 100 in flight',
    qos2: 'QoS 2, 64 B, 100 in flight',
    sequential: 'QoS 1, 64 B, one after the other',
    receive: 'publish and receive, 64 B',
  };
  /** How a connection begins and ends counts in one scenario only. */
  const only: Readonly<Record<string, string>> = {
    'raw socket, time limits': 'dial',
    'raw socket, DISCONNECT': 'connect',
  };
  const subjects = (id: string) => Object.keys(MQTT).filter((subject) => (only[subject] ?? id) === id);
  const plans = Object.entries(scenarios).flatMap(([id, name]) => [
    { id, name, unit: 'msg', subjects: subjects(id), port: broker.port },
    ...(id.startsWith('qos')
      ? [
          {
            id,
            name: `${name}, only acknowledged`,
            unit: 'msg',
            subjects: subjects(id),
            port: acknowledger.port,
          },
        ]
      : []),
  ]);
  const server = {
    what: `${broker.what}; ${acknowledger.what}`,
    stop() {
      broker.stop();
      acknowledger.stop();
    },
  };
  return run(MQTT, server, plans, options);
}
