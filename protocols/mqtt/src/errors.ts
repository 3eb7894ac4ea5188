// MQTT's errors in the house's one error class. It words and classifies; it throws nothing.
import { type ErrorCode, FairleadError, type FairleadErrorOptions, isFairleadError } from '@fairlead/errors';
import { reasonName } from './reason-codes.ts';

export const MALFORMED = 0x81;
export const PROTOCOL_ERROR = 0x82;
export const RECEIVE_MAXIMUM_EXCEEDED = 0x93;
export const TOPIC_ALIAS_INVALID = 0x94;
const PACKET_TOO_LARGE = 0x95;

/** What the broker is told when a breach of its ends the connection. */
const reasons = new WeakMap<FairleadError, number>();

/** A breach of MQTT by the broker. `reasonCode` is what the broker is told in DISCONNECT. */
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

/** A mistake of the caller's. */
export function usage(message: string): FairleadError {
  return new FairleadError('usage', message, { safeToRetry: true });
}

/** Something larger than the broker, or this side, takes. */
export function limit(message: string): FairleadError {
  return new FairleadError('limit', message, { safeToRetry: true });
}

/**
 * What the broker refused or ended, in its own words: `server.code` is the reason code as `0x87`.
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
  // With it its blame, peer and server.
  return new FairleadError(code, cause.message, { ...cause, cause, safeToRetry });
}

/** A call that its signal has ended. */
export function abortedBy({ reason }: AbortSignal, safeToRetry = true): FairleadError {
  return new FairleadError('aborted', 'The operation was aborted by its signal', {
    cause: reason,
    safeToRetry,
  });
}

/** Reason codes behind which another attempt may go better: busy, unavailable, shutting down, rates, quotas. */
const PASSING = new Set(['0x80', '0x83', '0x88', '0x89', '0x8b', '0x8d', '0x96', '0x97', '0x9f', '0xa0']);

/** Whether another attempt to connect may go better. */
export function isPassing({ code, server }: FairleadError): boolean {
  if (server !== undefined) return PASSING.has(server.code);
  return code === 'connection_lost' || code === 'connect_failed' || code === 'connect_timeout';
}

/** What failed below the client. */
export function asFailure(error: unknown): FairleadError {
  if (isFairleadError(error)) return error;
  return new FairleadError('connection_lost', 'The session store or the connection failed', { cause: error });
}
