// How a WebSocket of bytes ended: a type only, so that the request's variables need not know what makes it.

/** How a WebSocket of bytes ended; for the access log. */
export interface SocketEnd {
  /** Of the Close frame that the gateway sent; 1006 where the caller had gone. */
  readonly closeCode: number;
  /** Of the Close frame, without secrets and addresses. */
  readonly reason: string;
  /** Bytes from the caller that were passed on. */
  readonly bytesIn: number;
  /** Bytes that were sent to the caller. */
  readonly bytesOut: number;
}
