// What is configured and what its pools do, asked of each pool's objects. It checks no scope.
import { limitsOf, type PoolDefaults, type PoolObject, type PoolStats, poolObjects } from '@fairlead/mooring';
import { bounded } from '@fairlead/transport';
import type { Connection, RouteContext, RouteModule } from '../app/contract.ts';
import { redact } from '../problems/redact.ts';
import { pooledOptions } from '../targets/dial.ts';
import { concealer } from '../targets/target.ts';

/** How long one object may take to answer. */
const OBJECT_TIMEOUT_MS = 2_000;

/** What one object says: its figures, once it has had a call, or why there is no answer. */
export type ShardReport =
  | { readonly shard: number; readonly stats: PoolStats | undefined }
  | { readonly shard: number; readonly error: string };

/** One configured connection. */
export interface ConnectionReport {
  readonly name: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number;
  /** The pool's limits and objects; absent where each request has a connection of its own. */
  readonly limits?: PoolReportLimits;
  readonly shards?: readonly ShardReport[];
}

/** A pool's limits, as they stand in an entry, with the defaults. */
interface PoolReportLimits {
  readonly max: number;
  readonly idleSeconds: number;
  readonly maxAgeSeconds: number;
  readonly waitMs: number;
  readonly maxWaiting: number;
  readonly shards: number;
  readonly locationHint?: string | undefined;
  readonly jurisdiction?: string | undefined;
}

/** What is known of a connection, and what its pool's objects say, each within two seconds. */
export async function reportConnection(
  c: RouteContext,
  module: RouteModule | undefined,
  connection: Connection,
): Promise<ConnectionReport> {
  const { name, protocol, address, pool } = connection;
  const { hostname, port } = address;
  const shards = await askObjects(c, module, connection, async (object) => ({ stats: await object.stats() }));
  if (shards === undefined || !pool) return { name, protocol, hostname, port };
  return { name, protocol, hostname, port, limits: limitsReport(pool, module?.poolDefaults), shards };
}

function limitsReport(
  { locationHint, jurisdiction, ...options }: Exclude<Connection['pool'], false>,
  defaults: PoolDefaults | undefined,
): PoolReportLimits {
  const { max, idleMs, maxAgeMs, waitMs, maxWaiting, shards } = limitsOf(options, defaults);
  const limits = {
    max,
    idleSeconds: idleMs / 1_000,
    maxAgeSeconds: maxAgeMs / 1_000,
    waitMs,
    maxWaiting,
    shards,
  };
  return { ...limits, locationHint, jurisdiction };
}

/**
 * Asks each object of a connection's pool. What fails is told as text, with neither address nor password.
 * @returns `undefined` where the connection has no pool.
 */
export async function askObjects<T extends object>(
  c: RouteContext,
  module: RouteModule | undefined,
  connection: Connection,
  ask: (object: PoolObject) => Promise<T>,
): Promise<readonly ({ shard: number } & (T | { error: string }))[] | undefined> {
  const conceal = concealer(connection);
  const explain = (error: unknown) => ({
    error: redact(error instanceof Error ? error.message : String(error), conceal),
  });
  let objects: readonly PoolObject[];
  try {
    const pooled = await pooledOptions(c, module, connection, connection.options);
    if (pooled === undefined) return undefined;
    objects = await poolObjects(pooled.connector);
  } catch (error) {
    return [{ shard: 0, ...explain(error) }];
  }
  return Promise.all(
    objects.map(async (object, shard) => {
      const outcome = await bounded(ask(object), OBJECT_TIMEOUT_MS);
      if (outcome.kind === 'done') return { shard, ...outcome.value };
      if (outcome.kind === 'failed') return { shard, ...explain(outcome.error) };
      return { shard, error: `The object did not answer in ${OBJECT_TIMEOUT_MS} ms.` };
    }),
  );
}
