// The benches by name: which server, which Worker, which scenarios and subjects.
import { startAcknowledger } from './acknowledger.ts';
import { ftp } from './ftp/bench.ts';
import { gateway } from './gateway/bench.ts';
import { gopher } from './gopher.ts';
import { imap } from './imap/bench.ts';
import { irc } from './irc.ts';
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
import { tunnel } from './tunnel/bench.ts';

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

const TRANSPORT: Subjects = { fairlead: 'transport', 'raw socket': 'transport' };
const REDIS: Subjects = {
  fairlead: 'redis/fairlead',
  'raw socket': 'redis/raw-socket',
  ioredis: 'redis/ioredis',
  'ioredis autopipe': 'redis/ioredis',
  'node-redis': 'redis/node-redis',
  'node-redis timeout 0': 'redis/node-redis',
  'redis-on-workers': 'redis/redis-on-workers',
};
const POSTGRES: Subjects = {
  fairlead: 'postgres/fairlead',
  'raw socket': 'postgres/raw-socket',
  postgres: 'postgres/postgres-js',
  pg: 'postgres/pg',
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
  mysql2: 'mysql/mysql2',
  mariadb: 'mysql/mariadb',
};
const MQTT: Subjects = {
  fairlead: 'mqtt/fairlead',
  'raw socket': 'mqtt/raw-socket',
  'MQTT.js in Node': 'node:mqtt-js',
};

async function transport(options: BenchOptions): Promise<Report> {
  const server = await startTcp();
  const subjects = Object.keys(TRANSPORT);
  const plans: Plan[] = [
    { id: 'bulk', name: 'bulk read, 200 MiB', unit: 'MiB', subjects, port: server.port },
    { id: 'pings', name: 'ping-pong, 16 B', unit: 'trips', subjects, port: server.echoPort },
  ];
  return run(TRANSPORT, server, plans, options);
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
    subjects: Object.keys(REDIS),
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
  const server = await startPostgres();
  await seedPostgres(server.port);
  const { port } = server;
  // pg streams only through another package; the bare socket asks one query again and again.
  const plans = sqlPlans(POSTGRES, port, (subject, id) => {
    if (subject === 'raw socket') return id.startsWith('query');
    return id !== 'stream' || subject !== 'pg';
  });
  const own = Object.entries(POSTGRES_ONLY).map(([id, [name, unit, subjects]]) => ({
    id,
    name,
    unit,
    subjects,
    port,
  }));
  return run(POSTGRES, server, [...plans, ...own], options);
}

async function mysql(options: BenchOptions): Promise<Report> {
  const server = await startMariadb();
  // mariadb's streams are Node's, which it cannot make of a prepared statement in workerd.
  const plans = sqlPlans(MYSQL, server.port, (subject, id) => id !== 'stream' || subject !== 'mariadb');
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
    qos0: 'QoS 0, 64 B, 1000 at once',
    qos1: 'QoS 1, 64 B, 100 in flight',
    qos2: 'QoS 2, 64 B, 100 in flight',
    sequential: 'QoS 1, 64 B, one after the other',
    receive: 'publish and receive, 64 B',
  };
  // What a bare socket receives it does not understand.
  const subjects = (id: string) =>
    Object.keys(MQTT).filter((subject) => id !== 'receive' || subject !== 'raw socket');
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
