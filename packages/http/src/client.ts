// A client for the length of one request: opened, used within its time, and always closed. It knows no protocol.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import type { RouteContext } from './contract.ts';
import { TIMEOUT_HEADER } from './headers.ts';
import { HttpProblem } from './http-problem.ts';
import { type Lines, NDJSON_TYPE, ndjsonStream } from './ndjson.ts';
import { loggedProblem } from './problem.ts';

/** What every protocol's client has. */
export interface Closable {
  close(): Promise<void>;
}

/** Opens a client; `signal` covers the connection's whole life. */
export type Open<C extends Closable> = (signal: AbortSignal) => Promise<C>;

/**
 * Runs `use` under the request's signal and time.
 * @throws FairleadError `timeout`, `aborted`, or what `use` throws.
 */
export async function withDeadline<T>(c: RouteContext, use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const life = new Lifetime(c, operationTimeoutMs(c));
  try {
    return await use(life.signal);
  } catch (error) {
    throw life.explain(error);
  } finally {
    life.end();
  }
}

/**
 * Runs `use` with a client of its own, under the request's signal and time, and closes the client after it.
 * @throws FairleadError `timeout`, `aborted`, or what `open` and `use` throw.
 */
export async function withClient<C extends Closable, T>(
  c: RouteContext,
  open: Open<C>,
  use: (client: C, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withDeadline(c, async (signal) => {
    const client = await open(signal);
    try {
      return await use(client, signal);
    } finally {
      await client.close();
    }
  });
}

/**
 * Answers with the lines that `lines` yields, as NDJSON. The first line is awaited, so that a failure before it is
 * an ordinary problem response; a later one is the stream's last line, `{"error": <problem>}`. The client is closed
 * when the lines end, fail, or the caller goes away. The default time is `maxTimeoutMs`.
 */
export async function streamWithClient<C extends Closable>(
  c: RouteContext,
  open: Open<C>,
  lines: (client: C, signal: AbortSignal) => AsyncIterable<Lines>,
): Promise<Response> {
  const life = new Lifetime(c, operationTimeoutMs(c, c.var.config.limits.maxTimeoutMs));
  const iterator = itemsWithClient(life, open, lines);
  const first = await iterator.next();
  const headers = { 'Content-Type': NDJSON_TYPE, 'Cache-Control': 'no-store' };
  // Hono runs HEAD as GET and drops the body unread: nothing would ever end the client.
  if (c.req.method === 'HEAD') {
    await iterator.return();
    return c.newResponse(null, { status: 200, headers });
  }
  const body = ndjsonStream(resume(first, iterator), {
    onError: (error) => JSON.stringify({ error: loggedProblem(error, c) }),
    onCancel: () => life.abort(),
  });
  return c.newResponse(body, {
    status: 200,
    headers: { 'Content-Type': NDJSON_TYPE, 'Cache-Control': 'no-store' },
  });
}

/**
 * The time that this request's operation has, in milliseconds.
 * @throws HttpProblem 400 if the caller's wish is not a whole number or over the operator's cap.
 */
export function operationTimeoutMs(
  c: RouteContext,
  fallbackMs: number = c.var.config.limits.timeoutMs,
): number {
  const { maxTimeoutMs } = c.var.config.limits;
  const wish = c.req.header(TIMEOUT_HEADER);
  if (wish === undefined) return Math.min(fallbackMs, maxTimeoutMs);
  const timeoutMs = /^\d{1,9}$/.test(wish) ? Number(wish) : 0;
  if (timeoutMs < 1 || timeoutMs > maxTimeoutMs) {
    throw new HttpProblem('invalid', `${TIMEOUT_HEADER} must be a whole number from 1 to ${maxTimeoutMs}.`);
  }
  return timeoutMs;
}

/**
 * What `items` yields with a client of its own, which is closed when they end, fail or are left. Failures are those of
 * `life` where it ended them.
 */
export async function* itemsWithClient<C extends Closable, T>(
  life: Lifetime,
  open: Open<C>,
  items: (client: C, signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  try {
    const client = await open(life.signal);
    try {
      yield* items(client, life.signal);
    } finally {
      await client.close();
    }
  } catch (error) {
    throw life.explain(error);
  } finally {
    life.end();
  }
}

/** A generator whose first step was taken already, from its beginning. */
export async function* resume<T>(
  first: IteratorResult<T, void>,
  rest: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** One timer and one signal: fires with a `FairleadError` when the time is over or the caller has gone. */
export class Lifetime {
  readonly #controller = new AbortController();
  readonly #request: AbortSignal;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #ended = Promise.withResolvers<void>();

  constructor(c: RouteContext, timeoutMs: number) {
    keepAlive(c, this.#ended.promise);
    this.#request = c.req.raw.signal;
    this.#timer = setTimeout(() => {
      this.#controller.abort(new FairleadError('timeout', `The operation took longer than ${timeoutMs} ms.`));
    }, timeoutMs);
    if (this.#request.aborted) this.abort();
    else this.#request.addEventListener('abort', this.abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly abort = (): void => {
    this.#controller.abort(new FairleadError('aborted', 'The caller went away.'));
  };

  /** What ended an operation: a client knows only that its signal fired, not that the time was over. */
  explain(error: unknown): unknown {
    const reason: unknown = this.signal.reason;
    if (!isFairleadError(reason) || !isFairleadError(error) || error.code !== 'aborted') return error;
    const { safeToRetry, peer } = error;
    return new FairleadError(reason.code, reason.message, { safeToRetry, peer, cause: error });
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#request.removeEventListener('abort', this.abort);
    this.#ended.resolve();
  }
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
