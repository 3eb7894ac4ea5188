// What this isolate has answered, by protocol and status. Other isolates of the same Worker count for themselves.

/** The requests of one protocol. */
export interface ProtocolCount {
  /** How many were answered, by status. */
  readonly byStatus: Map<number, number>;
  /** How long their answers took to begin, together. */
  totalMs: number;
}

/** Counts requests to the routes of protocols. */
export class RequestCounters {
  readonly byProtocol: Map<string, ProtocolCount> = new Map();

  /** A request was answered, or its answer has begun. */
  note(protocol: string, status: number, durationMs: number): void {
    let count = this.byProtocol.get(protocol);
    if (count === undefined) {
      count = { byStatus: new Map(), totalMs: 0 };
      this.byProtocol.set(protocol, count);
    }
    count.byStatus.set(status, (count.byStatus.get(status) ?? 0) + 1);
    count.totalMs += durationMs;
  }
}
