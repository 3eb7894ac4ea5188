// A session's options, checked, with their defaults.
import { usage } from '@fairlead/errors';
import type { SessionLimits } from './types.ts';

/** The limits of a session, all optional. Callers that give other limits have another session. */
export interface SessionOptions {
  /** Events that wait for readers at most. Default 10,000. */
  readonly maxEvents?: number | undefined;
  /** Bytes of events that wait for readers at most. Default 8,388,608. */
  readonly maxBytes?: number | undefined;
  /**
   * What happens when a limit is reached. `drop-oldest`: the oldest event is dropped, and its readers are told how many they
   * have lost. `wait`: the session reads nothing more from the server until a reader has confirmed some. Default
   * `drop-oldest`.
   */
  readonly overflow?: 'drop-oldest' | 'wait' | undefined;
  /** Seconds for which the session stays connected when nothing is asked of it. 2,592,000 (30 days) at most. Default 60. */
  readonly keepSeconds?: number | undefined;
}

/** Which session a caller means, and how it reads it: the same in each protocol. */
export interface SessionChoice {
  /** Names the session. Callers that give the same name, server, options and limits share it. */
  readonly session: string;
  /** Names this reader: it has a place of its own in the events. Default `default`. */
  readonly reader?: string | undefined;
  /** The limits of events that wait for readers, and for how long the session stays connected. */
  readonly buffer?: SessionOptions | undefined;
  /** Where the object is made at its first use: `weur`, `enam`, ... Default: near the first caller. */
  readonly locationHint?: string | undefined;
  /** Ends the wait for the session. */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_MAX_EVENTS = 10_000;
const DEFAULT_MAX_BYTES = 8_388_608;
/** An object has 128 MB of memory. */
const MOST_BYTES = 33_554_432;
const DEFAULT_KEEP_SECONDS = 60;
const MOST_KEEP_SECONDS = 2_592_000;

/**
 * The limits of a session.
 * @throws FairleadError `usage`.
 */
export function sessionLimitsOf(options: SessionOptions = {}): SessionLimits {
  const { maxEvents = DEFAULT_MAX_EVENTS, maxBytes = DEFAULT_MAX_BYTES } = options;
  const { overflow = 'drop-oldest', keepSeconds = DEFAULT_KEEP_SECONDS } = options;
  if (!Number.isSafeInteger(maxEvents) || maxEvents < 1)
    throw usage('maxEvents is a whole number of events, 1 or more');
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1 || maxBytes > MOST_BYTES)
    throw usage(`maxBytes is a whole number of bytes, from 1 to ${MOST_BYTES}`);
  if (overflow !== 'drop-oldest' && overflow !== 'wait') throw usage("overflow is 'drop-oldest' or 'wait'");
  if (typeof keepSeconds !== 'number' || !(keepSeconds > 0 && keepSeconds <= MOST_KEEP_SECONDS))
    throw usage(`keepSeconds is a number of seconds, above 0, and ${MOST_KEEP_SECONDS} at most`);
  return { maxEvents, maxBytes, overflow, keepMs: keepSeconds * 1_000 };
}
