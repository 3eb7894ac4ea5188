// Work that goes on by itself where it broke off, as long as it gets ahead.
import { isFairleadProblem } from '@fairlead/sdk';

/** So many attempts in a row may end without progress. */
const MAX_VAIN = 3;
const FIRST_WAIT_MS = 500;
/** What may be over in a moment. */
const PASSING: ReadonlySet<string> = new Set([
  'network',
  'overloaded',
  'timeout',
  'connection_lost',
  'connect_timeout',
  'connect_failed',
]);

/** What is needed beside the work. */
export interface Persistence {
  /** How far the work is; grows with each step. */
  readonly progress: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Does the work again while its failures may pass. @throws What the last attempt threw. */
export async function persistently(
  attempt: () => Promise<void>,
  { progress, wait, signal }: Persistence,
): Promise<void> {
  for (let vain = 0; ; ) {
    const before = progress();
    try {
      return await attempt();
    } catch (error) {
      vain = progress() > before ? 0 : vain + 1;
      if (signal.aborted || !mayPass(error) || vain >= MAX_VAIN) throw error;
      await wait(FIRST_WAIT_MS * 2 ** vain, signal);
    }
  }
}

/** Whether a failure may be over in a moment: a body that breaks off is a TypeError in browsers. */
export function mayPass(error: unknown): boolean {
  return error instanceof TypeError || (isFairleadProblem(error) && PASSING.has(error.code));
}

/** @throws The signal's reason. */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
