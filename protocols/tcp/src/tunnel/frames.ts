// The frames of the WebSocket subprotocol `fairlead.tunnel.v1`: one binary message holds one frame. Pure; it keeps no state.

/** The subprotocol's name in `Sec-WebSocket-Protocol`. */
export const TUNNEL_PROTOCOL = 'fairlead.tunnel.v1';

/** The first byte of a frame. */
const FRAME = {
  /** Bytes of the TCP stream, at least one. */
  data: 0,
  /** What the receiver allows its peer to send beyond what it allowed before: a 32-bit number, big-endian. */
  credit: 1,
  /** The sender's direction has ended (TCP's FIN): nothing follows. */
  end: 2,
  /** Eight bytes that the receiver sends back as `pong`, at once and in order. */
  ping: 3,
  pong: 4,
} as const;

/** The most bytes that this package puts into one data frame. A receiver takes as many as it gave credit for. */
export const MAX_DATA_BYTES = 65_536;
/** The length of what a ping carries. */
export const PING_BYTES = 8;
/** A frame with fewer bytes costs as much credit as one with so many: a message has a price, however short it is. */
export const MIN_DATA_COST = 64;

/** A frame, taken apart. */
export type Frame =
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'credit'; readonly amount: number }
  | { readonly type: 'end' }
  | { readonly type: 'ping' | 'pong'; readonly token: Uint8Array }
  /** It fits no frame of this version; `reason` says why, in few words. */
  | { readonly type: 'invalid'; readonly reason: string };

/** Credit that `length` bytes in one frame use up. */
export function dataCost(length: number): number {
  return Math.max(MIN_DATA_COST, length);
}

/** Takes one message apart. What it gives back shares the message's memory. */
export function decodeFrame(message: Uint8Array): Frame {
  const rest = message.subarray(1);
  switch (message[0]) {
    case FRAME.data:
      return rest.length > 0 ? { type: 'data', bytes: rest } : invalid('a data frame without bytes');
    case FRAME.credit:
      return decodeCredit(rest);
    case FRAME.end:
      return rest.length === 0 ? { type: 'end' } : invalid('an end frame with bytes');
    case FRAME.ping:
    case FRAME.pong:
      if (rest.length !== PING_BYTES) return invalid('a ping or pong of the wrong length');
      return { type: message[0] === FRAME.ping ? 'ping' : 'pong', token: rest };
    case undefined:
      return invalid('an empty message');
    default:
      return invalid('an unknown type of frame');
  }
}

function decodeCredit(rest: Uint8Array): Frame {
  if (rest.length !== 4) return invalid('a credit frame of the wrong length');
  const amount = new DataView(rest.buffer, rest.byteOffset, 4).getUint32(0);
  return amount > 0 ? { type: 'credit', amount } : invalid('a credit of nothing');
}

function invalid(reason: string): Frame {
  return { type: 'invalid', reason };
}

/** A data frame with a copy of `bytes`. */
export function encodeData(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(1 + bytes.length);
  frame.set(bytes, 1);
  return frame;
}

/** A credit frame. @param amount From 1 to 4,294,967,295. */
export function encodeCredit(amount: number): Uint8Array {
  const frame = new Uint8Array(5);
  frame[0] = FRAME.credit;
  new DataView(frame.buffer).setUint32(1, amount);
  return frame;
}

/** An end frame. */
export function encodeEnd(): Uint8Array {
  return Uint8Array.of(FRAME.end);
}

/** A ping or a pong. @param token Eight bytes. */
export function encodePing(type: 'ping' | 'pong', token: Uint8Array): Uint8Array {
  const frame = new Uint8Array(1 + PING_BYTES);
  frame[0] = FRAME[type];
  frame.set(token, 1);
  return frame;
}
