// Starts the built Worker in workerd, with the run's servers as its connections, and speaks HTTP to it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createTestHarness } from 'wrangler';

const CONFIG = join(import.meta.dirname, '..', '..', '..', 'wrangler.toml');
const { postgres, redis, proxies } = inject('servers');

/** Nothing listens there: the port is reserved. */
export const DEAD_PORT = 1;

const scram = 'scram:scram-password';
const url = {
  postgres: (login: string, port: number, mode = 'require') =>
    `postgres://${login}@localhost:${port}/fairlead?sslmode=${mode}`,
  redis: (login: string, port: number, database: number) => `redis://${login}@localhost:${port}/${database}`,
};

const connections = {
  main: { url: url.postgres(scram, postgres.good.port) },
  plain: { url: url.postgres(scram, postgres.good.port, 'disable') },
  otherName: { url: url.postgres(scram, postgres.otherName.port) },
  expired: { url: url.postgres(scram, postgres.expired.port) },
  untrusted: { url: url.postgres(scram, postgres.untrusted.port) },
  wrongPassword: { url: url.postgres('scram:wrong-password', postgres.good.port) },
  dead: { url: url.postgres(scram, DEAD_PORT) },
  cut: { url: url.postgres(scram, proxies.postgres.port, 'disable') },
  default: { url: url.redis(':default-password', redis.good.plainPort, 8) },
  redisTls: { url: `rediss://app:app-password@localhost:${redis.good.tlsPort}/9` },
  redisReader: { url: url.redis('reader:reader-password', redis.good.plainPort, 0) },
  redisWrongPassword: { url: url.redis('app:wrong-password', redis.good.plainPort, 0) },
  redisUntrusted: { url: `rediss://app:app-password@localhost:${redis.untrusted.tlsPort}` },
};

const tokens = [
  { name: 'all', token: 'token-all', scopes: ['*'] },
  { name: 'reader', token: 'token-reader', scopes: ['pg:read:main', 'redis:read', 'tcp:ping:main'] },
];

/** Anything that JSON can say, as the tests look into it. */
export type Json = Record<string, unknown>;

/** What a test asks of the gateway. */
export interface Ask {
  /** Default: the token that may do everything. `null` sends none. */
  readonly token?: string | null;
  readonly method?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The built Worker, running. */
export interface Gateway extends AsyncDisposable {
  readonly url: URL;
  /** The response as it comes. */
  fetch(path: string, ask?: Ask): Promise<Response>;
  /** Status and parsed body. */
  ask(path: string, ask?: Ask): Promise<{ status: number; body: Json }>;
  close(): Promise<void>;
}

/** What a test's gateway knows beside what all of them know. */
export interface GatewaySettings {
  /** By name, as in `FAIRLEAD_CONNECTIONS`. */
  readonly connections?: Readonly<
    Record<string, { readonly url: string; readonly [option: string]: unknown }>
  >;
  readonly tokens?: readonly {
    readonly name: string;
    readonly token: string;
    readonly scopes: readonly string[];
  }[];
  /** Further addresses that callers may choose themselves. */
  readonly targets?: readonly string[];
  /** As in `FAIRLEAD_QUERIES`. */
  readonly queries?: Readonly<Record<string, unknown>>;
  /** As in `FAIRLEAD_LIMITS`. */
  readonly limits?: Readonly<Record<string, number>>;
}

/** Starts the Worker of `wrangler.toml`, built by `npm run build`. */
export async function startGateway(more: GatewaySettings = {}): Promise<Gateway> {
  const secrets = {
    FAIRLEAD_CONNECTIONS: JSON.stringify({ ...connections, ...more.connections }),
    FAIRLEAD_TOKENS: JSON.stringify([...tokens, ...(more.tokens ?? [])]),
  };
  const own = [`127.0.0.1:${redis.good.plainPort}`, `localhost:${redis.good.tlsPort}`];
  const vars = {
    FAIRLEAD_TARGETS: [...own, ...(more.targets ?? [])],
    FAIRLEAD_LIMITS: more.limits ?? {},
    FAIRLEAD_QUERIES: JSON.stringify(more.queries ?? {}),
  };
  const harness = createTestHarness({ workers: [{ configPath: CONFIG, secrets, vars }] });
  const { url: base } = await harness.listen();

  const ask = async (path: string, { token = 'token-all', json, ...rest }: Ask = {}): Promise<Response> => {
    const headers = new Headers(rest.headers);
    if (token !== null) headers.set('Authorization', `Bearer ${token}`);
    if (json !== undefined) headers.set('Content-Type', 'application/json');
    const body = json === undefined ? {} : { body: JSON.stringify(json), method: 'POST' };
    return fetch(new URL(path, base), { ...body, ...rest, headers });
  };
  const close = () => harness.close();
  return {
    url: base,
    fetch: ask,
    ask: async (path, options) => {
      const response = await ask(path, options);
      return { status: response.status, body: (await response.json()) as Json };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Resident memory of the workerd processes that this process started, in bytes; undefined where there is no /proc. */
export function workerdMemory(): number | undefined {
  const workers = childrenOf(process.pid).filter((pid) => statusOf(pid)?.includes('Name:\tworkerd'));
  const sizes = workers.map((pid) => Number(/VmRSS:\s+(\d+) kB/.exec(statusOf(pid) ?? '')?.[1] ?? 0) * 1024);
  return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0);
}

function statusOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // The process has ended meanwhile, or this is no Linux.
    return undefined;
  }
}

function childrenOf(parent: number): number[] {
  let pids: number[];
  try {
    pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
  return pids.filter((pid) => Number(/PPid:\s+(\d+)/.exec(statusOf(pid) ?? '')?.[1]) === parent);
}
