// How long a request's work lives: until its time is up or its caller has gone. It runs nothing itself.
import { type CallLimit, Deadlines, deferred, watchCall } from '@fairlead/client';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import type { RouteContext } from '../app/contract.ts';
import type { RequestLimit } from './request-time.ts';

/** One timer and one signal: fires with a `FairleadError` when the time is over or the caller has gone. */
export class Lifetime {
  readonly #controller = new AbortController();
  readonly #deadlines = new Deadlines();
  readonly #ended = deferred<void>();
  readonly #limit: RequestLimit;
  readonly #endWatch: () => void;

  constructor(c: RouteContext, limit: RequestLimit) {
    keepAlive(c, this.#ended.promise);
    this.#limit = limit;
    this.#endWatch = watchCall(
      this.#deadlines,
      'operation',
      { signal: c.req.raw.signal, timeoutMs: limit.timeoutMs, at: limit.at },
      (reason) => (reason.code === 'aborted' ? this.abort() : this.#controller.abort(reason)),
    );
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The limit, for a client's calls: a client that tells its server how long it may take knows it from here. */
  get limit(): CallLimit {
    const { timeoutMs, at } = this.#limit;
    return { signal: this.signal, timeoutMs, at };
  }

  readonly abort = (): void => {
    this.#controller.abort(new FairleadError('aborted', 'The caller went away.'));
  };

  /** What ended an operation: a client knows only that its signal fired, not that the time was over. */
  explain(error: unknown): unknown {
    return explainAbort(error, this.signal);
  }

  end(): void {
    this.#endWatch();
    this.#deadlines.stop();
    this.#ended.resolve();
  }
}

/**
 * The error with the reason that its signal has: a client knows only that the signal fired, and the signal knows whether
 * the time was over or the caller gone.
 */
export function explainAbort(error: unknown, { reason }: AbortSignal): unknown {
  if (!isFairleadError(reason) || !isFairleadError(error) || error.code !== 'aborted') return error;
  const { safeToRetry, peer } = error;
  return new FairleadError(reason.code, reason.message, { safeToRetry, peer, cause: error });
}

/**
 * Without this, workerd ends everything the moment the caller goes away, before a client can tell its server to stop.
 */
function keepAlive(c: RouteContext, work: Promise<void>): void {
  let context: Pick<ExecutionContext, 'waitUntil'>;
  try {
    context = c.executionCtx;
  } catch {
    // Hono throws where there is none, as under app.request() in a test.
    return;
  }
  context.waitUntil(work);
}
