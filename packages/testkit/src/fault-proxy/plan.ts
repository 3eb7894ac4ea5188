// What a fault proxy shall do, as plain data that travels as JSON. It does none of it.

/** How a direction ends before its time. */
export interface Cut {
  /** So many bytes of this direction are let through. 0 cuts before the first. */
  readonly atByte: number;
  /** `reset`: RST to both sides. `end`: FIN to the receiver. `stall`: silence, and nothing more is read. */
  readonly how: 'reset' | 'end' | 'stall';
}

/** The faults of one direction. What is left out does not happen. */
export interface LinkPlan {
  /** One-way latency. Bytes keep their order and travel pipelined, as on a real link. */
  readonly delayMs?: number;
  /** Bytes per segment, each its own write on a socket without Nagle's algorithm. */
  readonly segmentBytes?: number;
  /** Further ends of segments: offsets in this direction, ascending, such as those where messages end. */
  readonly splitAt?: readonly number[];
  /** Cap on the rate. */
  readonly bytesPerSecond?: number;
  readonly cut?: Cut;
}

/** The faults of a connection. */
export interface ProxyPlan {
  readonly toServer?: LinkPlan;
  readonly toClient?: LinkPlan;
}

/** What a fault proxy counted, of one connection or of all. */
export interface ProxyStats {
  readonly connections: number;
  readonly bytesFromClient: number;
  readonly bytesFromServer: number;
  /**
   * Round trips: how many times bytes of the server went to the client after bytes of the client had come since the
   * last time. TCP's own handshake is not counted; TLS's is. A client that sends its next request while an answer
   * is still being passed on is counted as if it had waited for that answer.
   */
  readonly roundTrips: number;
  /** How many times the client sent after it had been sent something: 0 for one burst and its answer. */
  readonly clientTurns: number;
  /**
   * Most bytes that one read of the client's socket gave. TCP keeps no boundaries: two writes may arrive as one
   * read and one as several, so this is no proof of how large a client's writes are.
   */
  readonly largestClientRead: number;
}

/** Nothing counted. */
export const NO_STATS: ProxyStats = {
  connections: 0,
  bytesFromClient: 0,
  bytesFromServer: 0,
  roundTrips: 0,
  clientTurns: 0,
  largestClientRead: 0,
};

/** The sum of two, for the largest read the larger. */
export function addStats(left: ProxyStats, right: ProxyStats): ProxyStats {
  return {
    connections: left.connections + right.connections,
    bytesFromClient: left.bytesFromClient + right.bytesFromClient,
    bytesFromServer: left.bytesFromServer + right.bytesFromServer,
    roundTrips: left.roundTrips + right.roundTrips,
    clientTurns: left.clientTurns + right.clientTurns,
    largestClientRead: Math.max(left.largestClientRead, right.largestClientRead),
  };
}

/**
 * Checks a plan that came as JSON.
 * @throws RangeError naming the field that is not a number in its range, or the cut that is none.
 */
export function checkPlan(plan: ProxyPlan): ProxyPlan {
  for (const side of ['toServer', 'toClient'] as const) {
    const link = plan[side];
    if (link === undefined) continue;
    atLeast(`${side}.delayMs`, link.delayMs, 0);
    atLeast(`${side}.segmentBytes`, link.segmentBytes, 1);
    atLeast(`${side}.bytesPerSecond`, link.bytesPerSecond, 1);
    atLeast(`${side}.cut.atByte`, link.cut?.atByte, 0);
    for (const offset of link.splitAt ?? []) atLeast(`${side}.splitAt`, offset, 0);
    if (link.cut && !['reset', 'end', 'stall'].includes(link.cut.how)) {
      throw new RangeError(`${side}.cut.how is reset, end or stall, not ${JSON.stringify(link.cut.how)}`);
    }
  }
  return plan;
}

function atLeast(name: string, value: unknown, least: number): void {
  if (value === undefined) return;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
    throw new RangeError(`${name} is a number of at least ${least}, not ${JSON.stringify(value)}`);
  }
}
