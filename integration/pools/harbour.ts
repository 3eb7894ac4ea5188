// A gateway with pools of both protocols behind fault proxies, and the table that says which statements ran.
import { startFaultProxy } from '@fairlead/testkit/fault-proxy';
import type { RestartableServers } from '../servers/restartable.ts';
import type { Target } from './faults.ts';
import { type Gateway, startGateway } from './gateway.ts';
import type { Outcome } from './load.ts';
import type { Places } from './users.ts';

/** What a test or a soak runs on. */
export interface Harbour extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly postgres: Target;
  readonly redis: Target;
  readonly places: Places;
  /** Rows of a statement, past pools and proxies. */
  rows(sql: string, params?: readonly unknown[]): Promise<readonly unknown[][]>;
  /** The reply of Redis, past pools and proxies. */
  reply(...command: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** The pools' limits. */
export interface HarbourOptions {
  readonly max: number;
  readonly timeoutMs: number;
  readonly idleSeconds?: number;
  /** How long callers wait for a connection. */
  readonly waitMs?: number;
}

/** What the server calls the pool's connections. */
export const APPLICATION = 'pooled';

/** Starts it all, with an empty table `ledger`. */
export async function startHarbour(
  servers: RestartableServers,
  { max, timeoutMs, idleSeconds = 60, waitMs = 10_000 }: HarbourOptions,
): Promise<Harbour> {
  const { postgres, redis } = servers;
  const pgProxy = await startFaultProxy({ upstream: { port: postgres.port } });
  const redisProxy = await startFaultProxy({ upstream: { port: redis.tlsPort } });
  const pg = (port: number, name: string) =>
    `postgres://scram:scram-password@localhost:${port}/fairlead?sslmode=require&application_name=${name}`;
  const redisUrl = (port: number) => `rediss://app:app-password@localhost:${port}/3`;
  const pool = { max, idleSeconds, waitMs };
  const gateway = await startGateway({
    pg: { url: pg(pgProxy.port, APPLICATION), pool },
    redis: { url: redisUrl(redisProxy.port), pool },
    aside: { url: pg(postgres.port, 'aside'), pool: false },
    asideRedis: { url: redisUrl(redis.tlsPort), pool: false },
  });
  const rows = async (sql: string, params: readonly unknown[] = []) => {
    const json = { connection: 'aside', sql, params, rowMode: 'array' };
    const { status, body } = await gateway.caller.ask('/pg/query', { json });
    if (status !== 200) throw new Error(`${sql}: ${JSON.stringify(body)}`);
    return body.rows as unknown[][];
  };
  const close = async (): Promise<void> => {
    await gateway.close();
    await Promise.all([pgProxy.close(), redisProxy.close()]);
  };
  try {
    await rows('drop table if exists ledger');
    await rows('create table ledger (nonce text not null)');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    gateway,
    postgres: { protocol: 'pg', proxy: pgProxy, restart: postgres, port: postgres.port },
    redis: { protocol: 'redis', proxy: redisProxy, restart: redis, port: redis.plainPort },
    places: { redisUrl: redisUrl(redisProxy.port), timeoutMs, pool },
    rows,
    reply: async (...command) => {
      const { body } = await gateway.caller.ask('/redis?connection=asideRedis', { json: command });
      return body.result;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Statements that did not run as their callers were told: not once where the answer was right, at all where it was safe to try
 * again, or twice.
 */
export async function misrun(harbour: Harbour, inserts: readonly Outcome[]): Promise<readonly string[]> {
  const ran = new Map<string, number>();
  const counts = await harbour.rows('select nonce, count(*)::int from ledger group by nonce');
  for (const [nonce, count] of counts as [string, number][]) ran.set(nonce, count);
  return inserts
    .filter(({ nonce, kind, safeToRetry }) => {
      const times = ran.get(nonce) ?? 0;
      if (kind === 'right') return times !== 1;
      return safeToRetry ? times !== 0 : times > 1;
    })
    .map(({ nonce, kind, code, safeToRetry }) => {
      return `${nonce}: ${kind} ${code}, safeToRetry ${safeToRetry}, ran ${ran.get(nonce) ?? 0} times`;
    });
}
