// Attempts to open a connection: how long one may take, when the next may begin, and what those learn who waited for it.
import { FairleadError } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import type { Berth } from '../types.ts';

const FIRST_MS = 50;
const LONGEST_MS = 1_000;

/** The pause between attempts: it doubles with each failure in a row, up to the longest, give or take a fifth. */
export class Backoff {
  readonly #longestMs: number;
  #failures = 0;
  /** `Date.now()` before which no attempt begins. */
  until = 0;

  /** @param longestMs The longest pause. Default a second. */
  constructor(longestMs: number = LONGEST_MS) {
    this.#longestMs = longestMs;
  }

  /** How many attempts may be under way at once. */
  get atOnce(): number {
    return this.#failures === 0 ? Number.POSITIVE_INFINITY : 1;
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

/** Opens a connection in time. The signal ends the attempt, and not the connection that came of it. */
export async function openInTime(
  open: (signal: AbortSignal) => Promise<Berth>,
  timeoutMs: number,
): Promise<Berth> {
  const controller = new AbortController();
  const outcome = await bounded(open(controller.signal), timeoutMs);
  if (outcome.kind === 'done') return outcome.value;
  if (outcome.kind === 'failed') throw outcome.error;
  const reason = new FairleadError('connect_timeout', `The login took longer than ${timeoutMs} ms.`);
  controller.abort(reason);
  throw reason;
}

/** The failure of an attempt, for one of those who waited for it: nothing of theirs was sent. */
export function forWaiter({ code, message, blame, peer, server }: FairleadError): FairleadError {
  return new FairleadError(code, message, { blame, peer, server, safeToRetry: true });
}
