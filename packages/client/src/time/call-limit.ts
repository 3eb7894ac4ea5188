// One call's time and signal, fixed when the call is made and handed down to all that it does. It watches nothing.
import { usage } from '@fairlead/errors';
import { checkTimeMs } from '@fairlead/transport';

/** What a caller may say about the end of a call. */
export interface CallOptions {
  /** Ends the call with `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds above 0, `Infinity` for no limit. */
  readonly timeoutMs?: number | undefined;
}

/**
 * A call's limits, made once by `limitOf`. It is a `CallOptions` too, so it is handed to each stage of the call in place
 * of the caller's options; no stage gets the whole time anew.
 */
export interface CallLimit {
  readonly signal: AbortSignal | undefined;
  /** The whole call's time, for messages. */
  readonly timeoutMs: number;
  /** `Date.now()` when the time is up; `Infinity` for no limit. */
  readonly at: number;
}

/**
 * The limits of a call that begins now. What is a `CallLimit` already stays as it is.
 * @param defaultMs The time of a call that says none.
 * @param name The time option's name, for the error.
 * @throws FairleadError `usage` when the options are no object, the time is no number above 0, or the signal is none.
 */
export function limitOf(
  options: CallOptions | CallLimit,
  defaultMs: number = Number.POSITIVE_INFINITY,
  name = 'timeoutMs',
): CallLimit {
  if (typeof options !== 'object' || options === null) {
    throw usage('the options of a call are an object');
  }
  if (isLimit(options)) return options;
  const { signal, timeoutMs = defaultMs } = options;
  checkTimeMs(name, timeoutMs);
  checkSignal(signal);
  return { signal, timeoutMs, at: Date.now() + timeoutMs };
}

/** How long a stage of the call may still take: at least 1, for an API that takes no 0; `Infinity` for no limit. */
export function remainingMs({ at }: CallLimit): number {
  return Math.max(1, at - Date.now());
}

function isLimit(options: CallOptions | CallLimit): options is CallLimit {
  return 'at' in options && options.timeoutMs !== undefined;
}

/** @throws FairleadError `usage` when `signal` is neither undefined nor an AbortSignal. */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw usage('signal is an AbortSignal');
}
