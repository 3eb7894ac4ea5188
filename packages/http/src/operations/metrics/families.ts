// The gateway's figures as families of OpenMetrics: which there are, and what they mean. Pure.
import type { PoolStats } from '@fairlead/mooring';
import type { ConnectionReport, ShardReport } from '../pool-report.ts';
import type { Family, Labels, Sample } from './open-metrics.ts';
import type { RequestCounters } from './request-counters.ts';
import { requestFamilies } from './request-families.ts';

/** One object that has answered. */
interface Running {
  readonly labels: Labels;
  readonly stats: PoolStats;
}

const GAUGES: readonly (readonly [
  name: string,
  help: string,
  value: (stats: PoolStats) => number | undefined,
])[] = [
  ['waiting', 'Callers in the queue.', ({ waiting }) => waiting],
  [
    'longest_wait_seconds',
    'How long the first caller in the queue has waited.',
    (s) => s.longestWaitMs / 1_000,
  ],
  ['oldest_connection_seconds', 'Age of the oldest connection.', ({ oldestMs }) => oldestMs / 1_000],
  [
    'round_trip_seconds',
    'Median of the last 64 times from a question to the first bytes of its answer.',
    ({ roundTripMs }) => (roundTripMs === undefined ? undefined : roundTripMs / 1_000),
  ],
  [
    'start_time_seconds',
    'When the object began to run, in Unix time: the counters of pools count from there.',
    ({ startedAt }) => startedAt / 1_000,
  ],
];

const COUNTERS: readonly (readonly [name: string, help: string, value: (stats: PoolStats) => number])[] = [
  ['opened', 'Connections that were opened.', ({ opened }) => opened],
  ['borrowed', 'Loans of a connection.', ({ borrowed }) => borrowed],
  [
    'overloaded',
    'Calls refused because no connection was free in time, or too many waited.',
    (s) => s.overloaded,
  ],
  ['timeouts', 'Calls whose answer did not come in time.', ({ timeouts }) => timeouts],
];

const CODES: readonly (readonly [
  name: string,
  help: string,
  values: (stats: PoolStats) => Readonly<Record<string, number>>,
])[] = [
  [
    'open_failures',
    'Attempts to open a connection that have failed, by error code.',
    (stats) => stats.failures,
  ],
  [
    'errors',
    'Calls that have failed in the pool or with their connection, by error code.',
    (stats) => stats.errors,
  ],
];

/** The families of all pools, and those of this isolate's requests where there are counters. */
export function metricFamilies(
  connections: readonly ConnectionReport[],
  requests: RequestCounters | undefined,
): readonly Family[] {
  const shards = connections.flatMap(({ name, protocol, shards = [] }) =>
    shards.map((report) => {
      const role = report.role === undefined ? {} : { role: report.role };
      return { labels: { connection: name, protocol, ...role, shard: String(report.shard) }, report };
    }),
  );
  const running = shards.flatMap(({ labels, report }): Running[] => {
    const stats = statsOf(report);
    return stats === undefined ? [] : [{ labels, stats }];
  });
  return [
    {
      name: 'fairlead_pool_up',
      type: 'gauge',
      help: 'Whether the object has answered.',
      samples: shards.map(({ labels, report }) => ({ labels, value: 'error' in report ? 0 : 1 })),
    },
    ...poolFamilies(running),
    ...(requests === undefined ? [] : requestFamilies(requests)),
  ];
}

function statsOf(report: ShardReport): PoolStats | undefined {
  return 'stats' in report ? report.stats : undefined;
}

function poolFamilies(running: readonly Running[]): Family[] {
  const family = (
    name: string,
    type: Family['type'],
    help: string,
    samples: (one: Running) => readonly Sample[],
  ): Family => ({ name: `fairlead_pool_${name}`, type, help, samples: running.flatMap(samples) });
  return [
    family('connections', 'gauge', 'Connections by what they do.', ({ labels, stats }) => [
      { labels: { ...labels, state: 'idle' }, value: stats.idle },
      { labels: { ...labels, state: 'in_use' }, value: stats.inUse },
      { labels: { ...labels, state: 'opening' }, value: stats.opening },
    ]),
    ...GAUGES.map(([name, help, read]) =>
      family(name, 'gauge', help, ({ labels, stats }) => {
        const value = read(stats);
        return value === undefined ? [] : [{ labels, value }];
      }),
    ),
    ...COUNTERS.map(([name, help, read]) =>
      family(name, 'counter', help, ({ labels, stats }) => [
        { labels, value: read(stats), suffix: '_total' },
      ]),
    ),
    ...CODES.map(([name, help, readAll]) =>
      family(name, 'counter', help, ({ labels, stats }) =>
        Object.entries(readAll(stats)).map(([code, value]) => ({
          labels: { ...labels, code },
          value,
          suffix: '_total',
        })),
      ),
    ),
  ];
}
