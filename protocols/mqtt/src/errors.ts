// MQTT's errors as `FairleadError`s, and which of them mean what. Nothing is thrown here.
import {
  type ErrorCode,
  errorWith,
  FairleadError,
  type FairleadErrorOptions,
  isFairleadError,
  madeInAdvance,
  type Peer,
} from '@fairlead/errors';
import { reasonName } from './wire/reason-codes.ts';

/** Malformed Packet (section 2.4). */
export const MALFORMED = 0x81;
/** Protocol Error (section 2.4). */
export const PROTOCOL_ERROR = 0x82;
/** Receive Maximum exceeded (section 2.4). */
export const RECEIVE_MAXIMUM_EXCEEDED = 0x93;
/** Topic Alias invalid (section 2.4). */
export const TOPIC_ALIAS_INVALID = 0x94;
const PACKET_TOO_LARGE = 0x95;

/** The reason code of the DISCONNECT that answers a breach of the protocol. */
const reasons = new WeakMap<FairleadError, number>();

/** A breach of MQTT by the broker. `reasonCode` goes into the DISCONNECT that answers it. */
export function protocolError(reasonCode: number, message: string): FairleadError {
  const error = new FairleadError('protocol', `MQTT protocol: ${message}`);
  reasons.set(error, reasonCode);
  return error;
}

/** A packet over `maxPacketBytes`. */
export function packetTooLarge(bytes: number, maxBytes: number): FairleadError {
  const message = `The broker sent a packet of ${bytes} bytes, and maxPacketBytes is ${maxBytes}`;
  const error = new FairleadError('limit', message, { blame: 'peer' });
  reasons.set(error, PACKET_TOO_LARGE);
  return error;
}

/** The reason code to send in DISCONNECT, `undefined` where the broker did nothing wrong. */
export function reasonFor(error: FairleadError): number | undefined {
  return reasons.get(error);
}

/** The error of something larger than the broker, or this side, takes. */
export function limit(message: string, safeToRetry = true): FairleadError {
  return new FairleadError('limit', message, { safeToRetry });
}

/** The error of a packet over the broker's maximum packet size. */
export function tooLarge(bytes: number, safeToRetry?: boolean): FairleadError {
  return limit(`A packet of ${bytes} bytes is larger than the broker takes`, safeToRetry);
}

/**
 * The error of something that the broker refused or ended, in the broker's words; `server.code` is such as `0x87`.
 * @param code `server` unless the connection is over.
 */
export function refused(
  what: string,
  reasonCode: number,
  reasonString?: string,
  code: ErrorCode = 'server',
  options?: FairleadErrorOptions,
): FairleadError {
  const hex = `0x${reasonCode.toString(16).padStart(2, '0')}`;
  const name = reasonName(reasonCode);
  const text = reasonString === undefined ? name : `${name}: ${reasonString}`;
  return new FairleadError(code, `The broker ${what}: ${text} (${hex})`, {
    ...options,
    server: { code: hex, message: reasonString ?? name, fields: { reason: name } },
  });
}

/** The same failure for another call, with its own `safeToRetry`. */
export function sameFailure(cause: FairleadError, code: ErrorCode, safeToRetry: boolean): FairleadError {
  return errorWith(cause, { code, cause, safeToRetry });
}

/** An error of one connection. */
export function connectionError(
  peer: Peer,
  code: ErrorCode,
  message: string,
  cause?: unknown,
): FairleadError {
  return new FairleadError(code, message, { peer, cause });
}

/** The broker did not accept the connection in time. */
export function loginTimeout(peer?: Peer): FairleadError {
  const message = peer
    ? 'The broker did not answer CONNECT in time'
    : 'Connecting took longer than connectTimeoutMs';
  return new FairleadError('connect_timeout', message, { peer, safeToRetry: true });
}

/** The attempt to connect was given up. */
export function loginAborted(signal: AbortSignal | undefined): FairleadError {
  const cause: unknown = signal?.reason;
  if (isFairleadError(cause)) return cause;
  return new FairleadError('aborted', 'Connecting was aborted by its signal', { cause, safeToRetry: true });
}

/** The error of calls behind `close()`. Its copies for these calls have stacks. */
export function closedHere(peer?: Peer): FairleadError {
  const message = 'The connection was closed by this side';
  return madeInAdvance(() => new FairleadError('closed', message, { peer }));
}

/** Reason codes behind which another attempt may succeed: busy, unavailable, shutting down, rates, quotas. */
const PASSING = '0x80 0x83 0x88 0x89 0x8b 0x8d 0x96 0x97 0x9f 0xa0';

/** Whether another attempt to connect may succeed. */
export function isPassing({ code, server }: FairleadError): boolean {
  if (server !== undefined) return PASSING.includes(server.code);
  return code === 'connection_lost' || code === 'connect_failed' || code === 'connect_timeout';
}

/** Reason codes of DISCONNECT for which a message may be the reason. */
const OF_A_MESSAGE = '0x80 0x81 0x82 0x83 0x87 0x90 0x95 0x97 0x99 0x9a 0x9b';

/** Whether a message may be the reason for which the broker ended the connection. */
export function mayBlameMessage({ code, server }: FairleadError): boolean {
  return code === 'connection_lost' && (server === undefined || OF_A_MESSAGE.includes(server.code));
}

/** The error with that `safeToRetry`: a copy, where it has the other one. */
export function withSafeToRetry(error: FairleadError, safeToRetry: boolean): FairleadError {
  return error.safeToRetry === safeToRetry ? error : errorWith(error, { safeToRetry });
}

/** An error of the session store, of a callback or of the transport as a FairleadError. */
export function asFailure(error: unknown): FairleadError {
  if (isFairleadError(error)) return error;
  return new FairleadError('connection_lost', 'The session store or the connection failed', { cause: error });
}
