// Attempts to open a connection: how long one may take, when the next may begin, and what those learn who waited for it.
import { errorWith, FairleadError, isFairleadError } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import type { Berth } from '../types.ts';

const FIRST_MS = 50;
const LONGEST_MS = 1_000;
/** An attempt that says nothing, as into a network that is down, must not hold up those behind it. */
const JOINED_AFTER_MS = 1_000;
const MOST_AT_ONCE = 3;
const NEVER = Number.POSITIVE_INFINITY;

/** The pause between attempts: it doubles with each failure in a row, up to the longest, give or take a fifth. */
export class Backoff {
  readonly #longestMs: number;
  #failures = 0;
  /** `Date.now()` when the last attempt began. */
  #begunAt = 0;
  /** `Date.now()` before which no attempt begins. */
  until = 0;

  /** @param longestMs The longest pause. Default a second. */
  constructor(longestMs: number = LONGEST_MS) {
    this.#longestMs = longestMs;
  }

  /** Whether the last attempt has failed. */
  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** Notes that an attempt begins. */
  begin(): void {
    this.#begunAt = Date.now();
  }

  /** `Date.now()` from which another attempt may join `opening` ones: behind a failure one at a time, unless the last says nothing. */
  nextAt(opening: number): number {
    if (this.#failures === 0 || opening === 0) return this.until;
    return opening < MOST_AT_ONCE ? Math.max(this.until, this.#begunAt + JOINED_AFTER_MS) : NEVER;
  }

  /** How many of `wanted` attempts may begin together. */
  share(wanted: number): number {
    return this.#failures === 0 ? wanted : Math.min(wanted, 1);
  }

  /** Notes that an attempt has failed. Attempts that ran side by side count once. */
  fail(): void {
    const now = Date.now();
    if (now < this.until) return;
    const pauseMs = Math.min(FIRST_MS * 2 ** this.#failures, this.#longestMs);
    this.#failures += 1;
    this.until = now + pauseMs * (0.8 + 0.4 * Math.random());
  }

  /** Notes that a connection was opened. */
  succeed(): void {
    this.#failures = 0;
    this.until = 0;
  }
}

/** How long the first attempt to open may take, and any other at most: less than callers wait, so that they learn the reason. */
const OPEN_TIMEOUT_MS = 8_000;
/** How many times longer than the last good one an attempt may take: one into the void must not hold its place for long. */
const OPEN_TIMEOUT_FACTOR = 10;
const MIN_OPEN_TIMEOUT_MS = 1_500;

/** How long an attempt to open may take. */
export class OpenTime {
  limitMs: number = OPEN_TIMEOUT_MS;

  /** Notes how long a good one took. */
  succeed(tookMs: number): void {
    this.limitMs = Math.min(OPEN_TIMEOUT_MS, Math.max(MIN_OPEN_TIMEOUT_MS, OPEN_TIMEOUT_FACTOR * tookMs));
  }

  /** Notes that one was too slow: the server may have become slower. */
  fail(): void {
    this.limitMs = Math.min(OPEN_TIMEOUT_MS, 2 * this.limitMs);
  }
}

/** Opens a connection in time. The signal ends the attempt, and not the connection that came of it. */
export async function openInTime(
  open: (signal: AbortSignal) => Promise<Berth>,
  timeoutMs: number,
): Promise<Berth> {
  const controller = new AbortController();
  const outcome = await bounded(open(controller.signal), timeoutMs);
  if (outcome.kind === 'done') return outcome.value;
  if (outcome.kind === 'failed') throw outcome.error;
  const reason = new FairleadError(
    'connect_timeout',
    `No connection came about in ${timeoutMs} ms: there was no answer, or TLS or the login did not end.`,
  );
  controller.abort(reason);
  throw reason;
}

/** Why an attempt has failed. A foreign error's words are not for callers. */
export function failureOf(error: unknown): FairleadError {
  if (isFairleadError(error)) return error;
  return new FairleadError('connect_failed', 'The connection could not be opened.', { cause: error });
}

/** The failure of an attempt, for one of those who waited for it: nothing of theirs was sent. */
export function forWaiter(error: FairleadError): FairleadError {
  return errorWith(error, { safeToRetry: true });
}
