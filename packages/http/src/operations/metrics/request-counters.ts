// What this isolate has answered, by protocol and status. Other isolates of the same Worker count for themselves.

/**
 * The upper bounds of the buckets in which durations are counted, in milliseconds; what takes longer is in one more bucket.
 * From a cached answer to the usual limit of a request, some two to three a decade.
 */
export const DURATION_BOUNDS_MS: readonly number[] = [
  5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000,
];

/** The requests of one protocol. */
export interface ProtocolCount {
  /** How many were answered, by status. */
  readonly byStatus: Map<number, number>;
  /** How many of them failed, by the problem's code; those that failed as a stream among them. */
  readonly byCode: Map<string, number>;
  /** How long their answers took to begin, together. */
  totalMs: number;
  /** How many took as long as that: a bucket for each of `DURATION_BOUNDS_MS`, and one more. */
  readonly durations: number[];
  /** How many were refused because their token had sent too many. */
  rateLimited: number;
  /** Streams, WebSockets and tunnels that have not ended. */
  open: number;
  /** What each of those has carried so far: asked when somebody reads the figures, and not before. */
  readonly flows: Set<() => Carried>;
  /** Bytes of those that have ended. */
  bytesIn: number;
  bytesOut: number;
}

/** Bytes from a caller, and to it; undefined where a stream does not count them. */
export interface Carried {
  readonly bytesIn: number | undefined;
  readonly bytesOut: number | undefined;
}

/** A stream, a WebSocket or a tunnel. */
export interface Flow {
  /** It has ended, with so many bytes. */
  end(carried: Carried): void;
}

/** Counts requests to the routes of protocols. */
export class RequestCounters {
  readonly byProtocol: Map<string, ProtocolCount> = new Map();
  /** `Date.now()` of the first request; undefined before it. */
  startedAt: number | undefined;

  /** How many requests there were, of all protocols. */
  get total(): number {
    let total = 0;
    for (const { byStatus } of this.byProtocol.values()) for (const each of byStatus.values()) total += each;
    return total;
  }

  /** A request was answered, or its answer has begun. */
  note(protocol: string, status: number, durationMs: number, code?: string): void {
    const count = this.#of(protocol);
    if (code === 'rate_limited') count.rateLimited += 1;
    count.byStatus.set(status, (count.byStatus.get(status) ?? 0) + 1);
    count.totalMs += durationMs;
    const bucket = bucketOf(durationMs);
    count.durations[bucket] = (count.durations[bucket] ?? 0) + 1;
  }

  /** A request has failed, at once or as a stream. @param code Of its problem. */
  fail(protocol: string, code: string): void {
    const { byCode } = this.#of(protocol);
    byCode.set(code, (byCode.get(code) ?? 0) + 1);
  }

  /** An answer goes on behind its head. @param carried What it has carried so far. */
  open(protocol: string, carried: () => Carried): Flow {
    const count = this.#of(protocol);
    count.open += 1;
    count.flows.add(carried);
    return {
      end({ bytesIn = 0, bytesOut = 0 }) {
        count.open -= 1;
        count.flows.delete(carried);
        count.bytesIn += bytesIn;
        count.bytesOut += bytesOut;
      },
    };
  }

  #of(protocol: string): ProtocolCount {
    let count = this.byProtocol.get(protocol);
    if (count === undefined) {
      count = {
        byStatus: new Map(),
        byCode: new Map(),
        totalMs: 0,
        durations: new Array<number>(DURATION_BOUNDS_MS.length + 1).fill(0),
        rateLimited: 0,
        open: 0,
        flows: new Set(),
        bytesIn: 0,
        bytesOut: 0,
      };
      this.byProtocol.set(protocol, count);
    }
    return count;
  }
}

function bucketOf(durationMs: number): number {
  const bucket = DURATION_BOUNDS_MS.findIndex((bound) => durationMs <= bound);
  return bucket < 0 ? DURATION_BOUNDS_MS.length : bucket;
}
