// The benches by name: which server, which Worker, which scenarios and subjects.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { memory } from './memory.ts';
import type { BenchOptions, Report } from './report.ts';
import { compare, type Measure, type Outcome, type Scenario } from './rounds.ts';
import { seedPostgres, seedRedis } from './seed.ts';
import { startPostgres, startRedis, startTcp } from './servers.ts';
import { startWorkers } from './workerd.ts';

/** By the name on the command line. */
export const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<Report>>> = {
  transport,
  redis,
  postgres,
  memory,
};

/** Subjects by name, ours first, and the Worker that holds each. */
type Subjects = Readonly<Record<string, string>>;

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
  postgres: 'postgres/postgres-js',
  pg: 'postgres/pg',
};

interface Plan extends Scenario {
  /** Its name in the Worker. */
  readonly id: string;
  readonly port: number;
}

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

async function postgres(options: BenchOptions): Promise<Report> {
  const server = await startPostgres();
  await seedPostgres(server.port);
  const scenarios = {
    connect: ['connect and first row', 'ops'],
    query: ['parametrised query, one after the other', 'ops'],
    query100: ['parametrised query, 100 in flight', 'ops'],
    rows10mb: ['10 MB of rows, as objects', 'rows'],
    rows50mb: ['50 MB of rows, as objects', 'rows'],
    ndjson: ['10 MB of rows, as NDJSON', 'rows'],
    stream: ['10 MB of rows, row by row', 'rows'],
  };
  const plans = Object.entries(scenarios).map(([id, [name = '', unit = '']]) => ({
    id,
    name,
    unit,
    // pg streams only through another package.
    subjects: Object.keys(POSTGRES).filter((name) => id !== 'stream' || name !== 'pg'),
    port: server.port,
  }));
  return run(POSTGRES, server, plans, options);
}

async function run(
  subjects: Subjects,
  server: { what: string; stop(): void },
  plans: readonly Plan[],
  { rounds, only, progress }: BenchOptions,
): Promise<Report> {
  const outcomes: Outcome[] = [];
  let stopWorkers = (): void => {};
  try {
    const files = [...new Set(Object.values(subjects))];
    const codes = await Promise.all(
      files.map((name) => bundle({ file: join(import.meta.dirname, '..', 'workers', `${name}.ts`) })),
    );
    const { urls, version, stop } = await startWorkers(
      Object.fromEntries(files.map((name, i) => [name, codes[i] ?? ''])),
    );
    stopWorkers = stop;
    const about = `${server.what}; workerd ${version}; ${cpus().length} x ${cpus()[0]?.model.trim()}; medians of ${rounds} rounds`;
    for (const { id, port, ...scenario } of plans) {
      if (only !== undefined && only !== id) continue;
      progress(`${scenario.name} ...`);
      outcomes.push(
        await compare(scenario, rounds, (subject) =>
          round(urls[subjects[subject] ?? ''] ?? '', subject, id, port),
        ),
      );
    }
    return { about, outcomes };
  } finally {
    stopWorkers();
    server.stop();
  }
}

async function round(url: string, subject: string, scenario: string, port: number): Promise<Measure> {
  const query = new URLSearchParams({ subject, scenario, port: String(port) });
  const response = await fetch(`${url}/round?${query}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`${subject}, ${scenario}: ${text}`);
  return JSON.parse(text);
}
