// What the operators' routes answer, as schemas for the OpenAPI document, and the report in their shape.
import type { PoolStats } from '@fairlead/mooring';
import { z } from '@hono/zod-openapi';
import type { ConnectionReport, ShardReport } from './pool-report.ts';

const whole = z.number().int();
const byCode = z.record(z.string(), whole);
const shard = whole.openapi({ description: 'The number of the pool’s object' });
const role = z
  .enum(['writer', 'reader'])
  .optional()
  .openapi({ description: 'Whose pool the object is part of, where the connection has a `readUrl`' });
const error = z.string().openapi({ description: 'Why the object did not answer' });

const shardSchema = z
  .union([
    z.object({ role, shard, error }),
    z
      .object({ role, shard, running: z.literal(false) })
      .openapi({ description: 'The object has had no call since it began to run, and so no connection' }),
    z.object({
      role,
      shard,
      running: z.literal(true),
      open: whole.openapi({ description: 'Connections that are logged in' }),
      idle: whole,
      inUse: whole,
      opening: whole,
      waiting: whole.openapi({ description: 'Callers in the queue' }),
      longestWaitMs: z.number(),
      oldestMs: z.number().openapi({ description: 'Age of the oldest connection' }),
      roundTripMs: z.number().optional().openapi({ description: 'Median of the last 64' }),
      startedAt: z.iso
        .datetime()
        .openapi({ description: 'When the object began to run: what follows counts from there' }),
      opened: whole,
      borrowed: whole,
      overloaded: whole,
      timeouts: whole,
      failures: byCode.openapi({
        description: 'Attempts to open a connection that have failed, by error code',
      }),
      errors: byCode.openapi({ description: 'Calls that have failed in the pool, by error code' }),
    }),
  ])
  .openapi('PoolShard');

/** The answer of `GET /connections`. */
export const connectionsSchema = z
  .object({
    connections: z.array(
      z.object({
        name: z.string(),
        protocol: z.string(),
        host: z.string(),
        port: whole,
        reader: z
          .object({ host: z.string(), port: whole })
          .optional()
          .openapi({ description: 'Where readers go: the host and port of `readUrl`' }),
        pooled: z.boolean(),
        limits: z
          .object({
            max: whole,
            idleSeconds: z.number(),
            maxAgeSeconds: z.number(),
            waitMs: z.number(),
            maxWaiting: whole,
            shards: whole,
            locationHint: z.string().optional(),
            jurisdiction: z.string().optional(),
          })
          .optional(),
        shards: z.array(shardSchema).optional(),
      }),
    ),
  })
  .openapi('Connections');

/** The answer of `POST /connections/{name}/drain`. */
export const drainSchema = z
  .object({
    connection: z.string(),
    shards: z.array(z.union([z.object({ role, shard, closing: whole }), z.object({ role, shard, error })])),
  })
  .openapi('Drain');

type ConnectionJson = z.output<typeof connectionsSchema>['connections'][number];

/** A connection in the shape of `connectionsSchema`. */
export function reportJson({ hostname, shards, reader, ...report }: ConnectionReport): ConnectionJson {
  const { name, protocol, port, limits } = report;
  const plain = { name, protocol, host: hostname, port, pooled: shards !== undefined };
  const readHost = reader && { reader: { host: reader.hostname, port: reader.port } };
  return {
    ...plain,
    ...readHost,
    ...(limits && { limits }),
    ...(shards && { shards: shards.map(shardJson) }),
  };
}

function shardJson(report: ShardReport) {
  if ('error' in report) return report;
  const { stats, ...place } = report;
  if (stats === undefined) return { ...place, running: false as const };
  return { ...place, running: true as const, ...readable(stats) };
}

function readable({ startedAt, ...stats }: PoolStats) {
  return { ...stats, startedAt: new Date(startedAt).toISOString() };
}
