// The figures of this isolate's requests as families of OpenMetrics. Pure.
import type { Family, Labels, Sample } from './open-metrics.ts';
import {
  type Carried,
  DURATION_BOUNDS_MS,
  type ProtocolCount,
  type RequestCounters,
} from './request-counters.ts';

/** Stands on each sample: other isolates of the same Worker count for themselves. */
const SCOPE: Labels = { scope: 'isolate' };

/** Of requests that were refused for their number, and of answers that go on behind their head. */
function flowFamilies(protocols: readonly (readonly [protocol: string, count: ProtocolCount])[]): Family[] {
  return [
    {
      name: 'fairlead_rate_limited_requests',
      type: 'counter',
      help: 'Requests that were answered 429 because their token had sent too many.',
      samples: protocols.map(([protocol, { rateLimited }]) => ({
        labels: { ...SCOPE, protocol },
        value: rateLimited,
        suffix: '_total',
      })),
    },
    {
      name: 'fairlead_open_streams',
      type: 'gauge',
      help: 'Streams, WebSockets and tunnels that have not ended.',
      samples: protocols.map(([protocol, { open }]) => ({ labels: { ...SCOPE, protocol }, value: open })),
    },
    {
      name: 'fairlead_stream_bytes',
      type: 'counter',
      help: 'Bytes of streams, WebSockets and tunnels that have ended.',
      samples: protocols.flatMap(([protocol, { bytesIn, bytesOut }]): Sample[] => [
        { labels: { ...SCOPE, protocol, direction: 'in' }, value: bytesIn, suffix: '_total' },
        { labels: { ...SCOPE, protocol, direction: 'out' }, value: bytesOut, suffix: '_total' },
      ]),
    },
    {
      name: 'fairlead_open_stream_bytes',
      type: 'gauge',
      help: 'Bytes so far of streams, WebSockets and tunnels that have not ended, of those that count them.',
      samples: protocols.flatMap(([protocol, { flows }]): Sample[] => {
        const carried = [...flows].map((read) => read());
        const sum = (name: keyof Carried): number =>
          carried.reduce((all, each) => all + (each[name] ?? 0), 0);
        return [
          { labels: { ...SCOPE, protocol, direction: 'in' }, value: sum('bytesIn') },
          { labels: { ...SCOPE, protocol, direction: 'out' }, value: sum('bytesOut') },
        ];
      }),
    },
  ];
}

/** The families of this isolate's requests. */
export function requestFamilies({ byProtocol, startedAt }: RequestCounters): Family[] {
  const protocols = [...byProtocol];
  return [
    {
      name: 'fairlead_isolate_start_time_seconds',
      type: 'gauge',
      help: 'When this isolate had its first request, in Unix time: what it counts begins there.',
      samples: startedAt === undefined ? [] : [{ labels: SCOPE, value: startedAt / 1_000 }],
    },
    {
      name: 'fairlead_requests',
      type: 'counter',
      help: 'Requests that this isolate of the Worker has answered; there may be others.',
      samples: protocols.flatMap(([protocol, { byStatus }]) =>
        [...byStatus].map(([status, value]): Sample => {
          const labels = { ...SCOPE, protocol, status: String(status) };
          return { labels, value, suffix: '_total' };
        }),
      ),
    },
    {
      name: 'fairlead_request_errors',
      type: 'counter',
      help: 'Requests that have failed, by the code of their problem; streams that failed after their head among them.',
      samples: protocols.flatMap(([protocol, { byCode }]) =>
        [...byCode].map(
          ([code, value]): Sample => ({ labels: { ...SCOPE, protocol, code }, value, suffix: '_total' }),
        ),
      ),
    },
    {
      name: 'fairlead_request_duration_seconds',
      type: 'histogram',
      help: 'How long the answers of this isolate took to begin.',
      samples: protocols.flatMap(([protocol, count]) => histogram({ ...SCOPE, protocol }, count)),
    },
    ...flowFamilies(protocols),
  ];
}

/** Buckets count what they and all smaller ones hold, as OpenMetrics wants them. */
function histogram(labels: Labels, { durations, totalMs }: ProtocolCount): Sample[] {
  let count = 0;
  const buckets = durations.map((each, i): Sample => {
    count += each;
    const bound = DURATION_BOUNDS_MS[i];
    const le = bound === undefined ? '+Inf' : String(bound / 1_000);
    return { labels: { ...labels, le }, value: count, suffix: '_bucket' };
  });
  return [
    ...buckets,
    { labels, value: totalMs / 1_000, suffix: '_sum' },
    { labels, value: count, suffix: '_count' },
  ];
}
