// How a tunnel's WebSocket is closed: the codes, and the reason's text with its byte counts. Pure.

/** The close codes that the gateway sends, by name. RFC 6455 section 7.4.1, and 4000 + HTTP status of the problem's code. */
export const TUNNEL_CLOSE_CODES = {
  /** Both directions have ended; without the subprotocol: the server has closed its connection. */
  done: 1000,
  /** A frame that breaks `fairlead.tunnel.v1`. */
  protocol_error: 1002,
  /** A text message. */
  unsupported_data: 1003,
  /** Only without the subprotocol: a message larger than `maxBodyBytes`. */
  too_big: 1009,
  /** The time limit of the tunnel, or its idle limit, has passed. */
  timeout: 4504,
  /** The server reset the connection, or the network lost it. */
  connection_lost: 4502,
  /** Only without the subprotocol: more waits in the gateway than it keeps. */
  limit: 4413,
  /** A fault of the gateway. */
  internal: 4500,
} as const;

/** How a tunnel ended. */
export interface TunnelEnd {
  /** `done`, or a code such as `connection_lost`, or a few words about a broken frame. */
  readonly why: string;
  /** Bytes from the client that were handed to the server's connection. */
  readonly up: number;
  /** Bytes from the server that were handed to the WebSocket. */
  readonly down: number;
}

/** The reason of a Close frame, `done up=120 down=4096`: far below the 123 bytes that it may have. */
export function formatCloseReason({ why, up, down }: TunnelEnd): string {
  return `${why.slice(0, 64)} up=${up} down=${down}`;
}

/** Reads what `formatCloseReason` wrote; undefined for any other text. */
export function parseCloseReason(reason: string): TunnelEnd | undefined {
  const [, why, up, down] = /^(.{1,64}) up=(\d{1,16}) down=(\d{1,16})$/.exec(reason) ?? [];
  if (why === undefined) return undefined;
  return { why, up: Number(up), down: Number(down) };
}
