// What this isolate has answered, by protocol and status. Other isolates of the same Worker count for themselves.

/** The requests of one protocol. */
export interface ProtocolCount {
  /** How many were answered, by status. */
  readonly byStatus: Map<number, number>;
  /** How long their answers took to begin, together. */
  totalMs: number;
  /** How many were refused because their token had sent too many. */
  rateLimited: number;
  /** Streams, WebSockets and tunnels that have not ended. */
  open: number;
  /** Bytes of those that have ended. */
  bytesIn: number;
  bytesOut: number;
}

/** A stream, a WebSocket or a tunnel. */
export interface Flow {
  /** It has ended, with so many bytes. */
  end(carried: { readonly bytesIn: number | undefined; readonly bytesOut: number | undefined }): void;
}

/** Counts requests to the routes of protocols. */
export class RequestCounters {
  readonly byProtocol: Map<string, ProtocolCount> = new Map();

  /** A request was answered, or its answer has begun. */
  note(protocol: string, status: number, durationMs: number, code?: string): void {
    const count = this.#of(protocol);
    if (code === 'rate_limited') count.rateLimited += 1;
    count.byStatus.set(status, (count.byStatus.get(status) ?? 0) + 1);
    count.totalMs += durationMs;
  }

  /** An answer goes on behind its head. */
  open(protocol: string): Flow {
    const count = this.#of(protocol);
    count.open += 1;
    return {
      end({ bytesIn = 0, bytesOut = 0 }) {
        count.open -= 1;
        count.bytesIn += bytesIn;
        count.bytesOut += bytesOut;
      },
    };
  }

  #of(protocol: string): ProtocolCount {
    let count = this.byProtocol.get(protocol);
    if (count === undefined) {
      count = { byStatus: new Map(), totalMs: 0, rateLimited: 0, open: 0, bytesIn: 0, bytesOut: 0 };
      this.byProtocol.set(protocol, count);
    }
    return count;
  }
}
