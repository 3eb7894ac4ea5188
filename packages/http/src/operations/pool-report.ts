// What is configured and what its pools do, asked of each pool's objects. It checks no scope.
import { limitsOf, type PoolDefaults, type PoolObject, type PoolStats, poolObjects } from '@fairlead/mooring';
import { bounded } from '@fairlead/transport';
import type { Connection, RouteContext, RouteModule } from '../app/contract.ts';
import { redact } from '../problems/redact.ts';
import { pooledOptions } from '../targets/dial.ts';
import { type Role, type RoleSettings, rolesOf } from '../targets/roles.ts';
import { concealer } from '../targets/target.ts';

/** How long one object may take to answer. */
const OBJECT_TIMEOUT_MS = 2_000;

/** One object of a pool. */
interface ShardPlace {
  /** Whose pool it is, where the connection has one for each role. */
  readonly role?: Role;
  readonly shard: number;
}

/** What one object says: its figures, once it has had a call, or why there is no answer. */
export type ShardReport = ShardPlace &
  ({ readonly stats: PoolStats | undefined } | { readonly error: string });

/** One configured connection. */
export interface ConnectionReport {
  readonly name: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number;
  /** Where readers go, if not there too. */
  readonly reader?: { readonly hostname: string; readonly port: number } | undefined;
  /** The pool's limits and objects, of both roles; absent where each request has a connection of its own. */
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
  const plain = { name, protocol, hostname, port, reader: connection.reader?.address };
  const shards = await askObjects(c, module, connection, async (object) => ({ stats: await object.stats() }));
  if (shards === undefined || !pool) return plain;
  return { ...plain, limits: limitsReport(pool, module?.poolDefaults), shards };
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
 * Asks each object of a connection's pool, or of its two pools, the writer's first. What fails is told as text, with neither
 * address nor password.
 * @returns `undefined` where the connection has no pool.
 */
export async function askObjects<T extends object>(
  c: RouteContext,
  module: RouteModule | undefined,
  connection: Connection,
  ask: (object: PoolObject) => Promise<T>,
): Promise<readonly (ShardPlace & (T | { error: string }))[] | undefined> {
  const roles = rolesOf(connection);
  const answers = await Promise.all(roles.map((settings) => askRole(c, module, connection, settings, ask)));
  const asked = answers.filter((answer) => answer !== undefined);
  return asked.length === 0 ? undefined : asked.flat();
}

/** The same for one role's pool. */
async function askRole<T extends object>(
  c: RouteContext,
  module: RouteModule | undefined,
  connection: Connection,
  { role, url, options }: RoleSettings,
  ask: (object: PoolObject) => Promise<T>,
): Promise<readonly (ShardPlace & (T | { error: string }))[] | undefined> {
  const whose = connection.reader === undefined ? {} : { role };
  const conceal = concealer(connection);
  const explain = (error: unknown) => ({
    error: redact(error instanceof Error ? error.message : String(error), conceal),
  });
  let objects: readonly PoolObject[];
  try {
    const pooled = await pooledOptions(c, module, { url, pool: connection.pool }, options);
    if (pooled === undefined) return undefined;
    objects = await poolObjects(pooled.connector);
  } catch (error) {
    return [{ ...whose, shard: 0, ...explain(error) }];
  }
  return Promise.all(
    objects.map(async (object, shard) => {
      const place = { ...whose, shard };
      const outcome = await bounded(ask(object), OBJECT_TIMEOUT_MS);
      if (outcome.kind === 'done') return { ...place, ...outcome.value };
      if (outcome.kind === 'failed') return { ...place, ...explain(outcome.error) };
      return { ...place, error: `The object did not answer in ${OBJECT_TIMEOUT_MS} ms.` };
    }),
  );
}
