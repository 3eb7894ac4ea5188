// What the gateway's metrics say of its streams, WebSockets and tunnels. Pure.
import type { Sample } from '../../../session/open-metrics.ts';

/** The streams of one protocol, of the isolate that answered. */
export interface StreamCount {
  readonly protocol: string;
  /** Those that have not ended. */
  readonly open: number;
  /** Bytes of all of them so far, from callers and to them. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

const OPEN = 'fairlead_open_streams';
/** Of those that have ended, and of those that have not. */
const BYTES: readonly string[] = ['fairlead_stream_bytes_total', 'fairlead_open_stream_bytes'];

/** The streams by protocol, those with the most open first; protocols that never had any are left out. */
export function streamCounts(samples: readonly Sample[]): readonly StreamCount[] {
  const protocols = new Set(samples.flatMap(({ labels: { protocol } }) => protocol ?? []));
  const counts = [...protocols].map((protocol): StreamCount => {
    const own = samples.filter(({ labels }) => labels.protocol === protocol);
    const bytes = (direction: string): number =>
      own
        .filter(({ name, labels }) => BYTES.includes(name) && labels.direction === direction)
        .reduce((sum, { value }) => sum + value, 0);
    return {
      protocol,
      open: own.find(({ name }) => name === OPEN)?.value ?? 0,
      bytesIn: bytes('in'),
      bytesOut: bytes('out'),
    };
  });
  return counts
    .filter(({ open, bytesIn, bytesOut }) => open + bytesIn + bytesOut > 0)
    .sort((a, b) => b.open - a.open || a.protocol.localeCompare(b.protocol, 'en'));
}
