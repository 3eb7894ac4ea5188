// Tries again what certainly had no effect. What may have had one is never repeated.
import { type ErrorCode, isFairleadError, usage } from '@fairlead/errors';
import { stackAtCaller } from '../promises/caller-stack.ts';
import { pause } from '../promises/pause.ts';
import { type CallOptions, limitOf } from './call-limit.ts';
import { abortedBy } from './watch-call.ts';

/** What would come again: the caller's own mistake or wish to end, a refusal, and a peer that speaks something else. */
const FINAL: readonly ErrorCode[] = [
  'usage',
  'aborted',
  'closed',
  'policy',
  'auth',
  'tls_failed',
  'protocol',
  'limit',
];

/** Options of `retry`. */
export interface RetryOptions extends CallOptions {
  /** How often `work` is called at most, the first time included: 1 to 100. Default 3. */
  readonly attempts?: number | undefined;
  /** Milliseconds before the second attempt; each further pause is twice as long. Default 100. */
  readonly delayMs?: number | undefined;
  /** The longest pause in milliseconds. Default 5,000. */
  readonly maxDelayMs?: number | undefined;
}

/**
 * Calls `work`, and calls it again while its error says `safeToRetry`: the server can have seen nothing of it. Any other
 * error ends it at once, since a repeated write may be two writes; so does one that would come again (a refused login, a
 * certificate that is not valid, a wrong argument). Pauses are drawn at random between half and all of their length, so that
 * many callers do not come back at one moment.
 * @param work Gets the number of the attempt, from 1.
 * @throws FairleadError `usage` (`work` is no function, options), `aborted` (the signal had fired already, or fired during a
 *   pause); else the last error of `work`, also where its time (`timeoutMs`) leaves no room for another pause, or where it
 *   was aborted itself.
 * @example
 * ```ts
 * import { retry } from '@fairlead/client';
 *
 * await using db = await retry(() => connect(url, { password }), { attempts: 5, timeoutMs: 10_000 });
 * ```
 */
export async function retry<T>(
  work: (attempt: number) => T | Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  if (typeof work !== 'function') throw usage('work is a function, which retry() calls for each attempt');
  const limit = limitOf(options);
  const { attempts = 3, delayMs = 100, maxDelayMs = 5_000 } = options;
  if (!(Number.isSafeInteger(attempts) && attempts >= 1 && attempts <= 100)) {
    throw usage('attempts is a whole number from 1 to 100');
  }
  for (const [name, value] of Object.entries({ delayMs, maxDelayMs })) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw usage(`${name} is a number of milliseconds from 0`);
  }
  if (limit.signal?.aborted) throw abortedBy('retry', limit.signal, true);
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      const mayTryAgain = isFairleadError(error) && error.safeToRetry && !FINAL.includes(error.code);
      const pauseMs = Math.min(maxDelayMs, delayMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
      if (!mayTryAgain || attempt === attempts || Date.now() + pauseMs >= limit.at) throw error;
      await pauseUnlessAborted(pauseMs, limit.signal);
    }
  }
}

async function pauseUnlessAborted(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const isOver = await pause(ms, signal);
  if (!isOver && signal !== undefined) throw stackAtCaller(abortedBy('retry', signal, true));
}
