// The servers and the Workers of the bench `gateway`: what it starts, and how the gateways know the servers.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import { type Login, makeLogin } from '../login.ts';
import { startMariadb } from '../mariadb.ts';
import { startPostgres, startRedis } from '../servers.ts';
import { workerCode } from '../side-by-side.ts';
import { type Running, startWorkers, type Worker } from '../workerd.ts';
import type { LoadOrder } from './load.ts';
import { requestText, SMALL, type Subject, WAYS, type Way } from './subjects.ts';

/** The bearer token of all requests. */
const TOKEN = 'bench-token-of-a-length-that-is-usual';

/** The Worker that holds the pools' objects where they stand apart. */
export const OBJECTS = 'objects';

/** Flags of `wrangler.toml`. */
const FLAGS = ['enable_request_signal'];

/** The servers' addresses. */
interface Ports {
  readonly redis: number;
  readonly redisTls: number;
  readonly postgres: number;
  readonly mysql: number;
}

/** The Worker as it is deployed, and the same from its packages. */
const SHIPPED = "export { default, Mooring } from '@fairlead/worker';";
const UNBUNDLED = join(import.meta.dirname, '../../../packages/worker/dist/index.js');

/** All that runs. */
export interface Stage {
  readonly workers: Running;
  /** The gateways' bundle. */
  readonly code: string;
  readonly what: string;
  stop(): void;
}

/** How the Workers are started. */
export interface StageOptions {
  /** V8's inspector; then the pools' objects stand in an isolate of their own. */
  readonly inspectorPort?: number | undefined;
}

/** Starts the servers, with passwords and TLS, and a Worker for each kind of subject. */
export async function startStage({ inspectorPort }: StageOptions = {}): Promise<Stage> {
  const stops: (() => void)[] = [];
  const stop = (): void => {
    for (const each of stops) each();
  };
  try {
    const login = makeLogin('bench-password');
    const redis = await startRedis(login);
    stops.push(redis.stop);
    const postgres = await startPostgres(login);
    stops.push(postgres.stop);
    const mariadb = await startMariadb(login);
    stops.push(mariadb.stop);
    const ports = {
      redis: redis.port,
      redisTls: redis.tlsPort,
      postgres: postgres.port,
      mysql: mariadb.port,
    };
    const isApart = inspectorPort !== undefined;
    // A profile names the sources' functions; what is deployed is minified.
    const code = await bundle(isApart ? { file: UNBUNDLED } : { code: SHIPPED });
    const workers = await startWorkers(await workersFor(code, { ports, login, isApart }), {
      authority: login.authority,
      ...(inspectorPort === undefined ? {} : { inspectorPort }),
    });
    stops.push(workers.stop);
    await seed(workers.urls.direct ?? '');
    const what = [redis, postgres, mariadb].map((server) => server.what).join('; ');
    return { workers, code, what, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

async function workersFor(
  code: string,
  { ports, login, isApart }: { ports: Ports; login: Login; isApart: boolean },
): Promise<Readonly<Record<string, string | Worker>>> {
  const [empty, object, hono, bare, client] = await Promise.all(
    ['empty', 'object', 'hono', 'bare', 'client'].map((name) => workerCode(`gateway/${name}`)),
  );
  const gateway = { code, flags: FLAGS, objects: { MOORING: 'Mooring' } };
  const settings = {
    PASSWORD: login.password,
    REDIS: String(ports.redis),
    REDIS_TLS: String(ports.redisTls),
    POSTGRES: String(ports.postgres),
  };
  return {
    empty: empty ?? '',
    object: { code: object ?? '', objects: { MOORING: 'Mooring' } },
    hono: hono ?? '',
    bare: { code: bare ?? '', settings },
    client: { code: client ?? '', settings },
    ...(isApart ? { [OBJECTS]: gateway } : {}),
    ...Object.fromEntries(
      WAYS.map((way) => [
        way.id,
        {
          ...gateway,
          ...(isApart ? { objectsOf: OBJECTS } : {}),
          settings: {
            FAIRLEAD_TOKENS: JSON.stringify([{ name: 'bench', token: TOKEN, scopes: ['*'] }]),
            FAIRLEAD_CONNECTIONS: JSON.stringify(connections(way, ports, login)),
          },
        },
      ]),
    ),
  };
}

function connections({ tls, pool }: Way, ports: Ports, { password }: Login) {
  const mode = tls ? 'require' : 'disable';
  return {
    redis: {
      url: `${tls ? 'rediss' : 'redis'}://:${password}@localhost:${tls ? ports.redisTls : ports.redis}`,
      pool,
    },
    pg: { url: `postgres://bench:${password}@localhost:${ports.postgres}/postgres?sslmode=${mode}`, pool },
    mysql: { url: `mysql://bench:${password}@localhost:${ports.mysql}/bench?sslmode=${mode}`, pool },
  };
}

/** Machine, servers, runtime. */
export function aboutStage({ what, workers }: Stage): string {
  return `${what}; workerd ${workers.version}; ${cpus().length} x ${cpus()[0]?.model.trim()}`;
}

/** The order of so many milliseconds of a row's requests. */
export function loadOrder(
  { workers }: Stage,
  { worker, request }: Subject,
  concurrent: number,
  ms: number,
): LoadOrder {
  return {
    port: Number(new URL(workers.urls[worker] ?? '').port),
    request: requestText(request, TOKEN),
    expected: request.expected,
    concurrent,
    ms,
    pid: workers.pid,
  };
}

async function seed(gateway: string): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await fetch(`${gateway}/redis/set/small/${SMALL}`, { headers });
  if (!response.ok) throw new Error(`The gateway does not work: ${await response.text()}`);
}
