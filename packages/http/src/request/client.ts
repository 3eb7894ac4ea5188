// A client for the length of one request: opened, used within its time, and always closed. It knows no protocol.
import { type CallLimit, whenAborted } from '@fairlead/client';
import type { RouteContext } from '../app/contract.ts';
import { BEGIN_HEADER } from '../app/headers.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { lastProblem } from '../problems/problem.ts';
import { type Lines, NDJSON_TYPE, ndjsonStream } from '../streams/ndjson.ts';
import { Lifetime } from './lifetime.ts';
import { type RequestLimit, requestLimit } from './request-time.ts';
import { singleHeader } from './single.ts';

/** Readers of NDJSON pass over it. */
const EMPTY_LINE = { done: false, value: '' } as const;

/** How often a reader who wants to end a call gets an empty line: the first one or two after it has gone tell of that. */
const EMPTY_LINE_MS = 500;

/** What every protocol's client has. */
export interface Closable {
  close(): Promise<void>;
}

/**
 * Opens a client; `signal` covers the connection's whole life.
 * @param limit The request's time, which reading the body has begun to use up, and the same signal.
 */
export type Open<C extends Closable> = (signal: AbortSignal, limit: CallLimit) => Promise<C>;

/** What is done with a client; the parameters are those of `Open`. */
export type Use<C extends Closable, T> = (client: C, signal: AbortSignal, limit: CallLimit) => T;

/**
 * Runs `use` under the request's signal and time.
 * @param limit Default: the request's own.
 * @throws FairleadError `timeout`, `aborted`, or what `use` throws.
 */
export async function withDeadline<T>(
  c: RouteContext,
  use: (signal: AbortSignal, limit: CallLimit) => Promise<T>,
  limit: RequestLimit = requestLimit(c),
): Promise<T> {
  const life = new Lifetime(c, limit);
  try {
    return await use(life.signal, life.limit);
  } catch (error) {
    throw life.explain(error);
  } finally {
    life.end();
  }
}

/**
 * Opens a client that outlives the request's signal: one whose calls each take the signal, so that an upload that is broken off can
 * remove what it has begun before its connection ends.
 * @param signal The request's.
 * @param open Gets a signal that fires with that one, but not once the client is open.
 */
export async function whileOpening<T>(
  signal: AbortSignal,
  open: (opening: AbortSignal) => Promise<T>,
): Promise<T> {
  const opening = new AbortController();
  const stopListening = whenAborted(signal, ({ reason }) => opening.abort(reason));
  try {
    return await open(opening.signal);
  } finally {
    stopListening();
  }
}

/**
 * Runs `use` with a client of its own, under the request's signal and time, and closes the client after it.
 * @param limit Default: the request's own.
 * @throws FairleadError `timeout`, `aborted`, or what `open` and `use` throw.
 */
export async function withClient<C extends Closable, T>(
  c: RouteContext,
  open: Open<C>,
  use: Use<C, Promise<T>>,
  limit: RequestLimit = requestLimit(c),
): Promise<T> {
  const run = async (signal: AbortSignal, time: CallLimit): Promise<T> => {
    const client = await c.get('timing').opening(open(signal, time));
    try {
      return await use(client, signal, time);
    } finally {
      await client.close();
    }
  };
  return withDeadline(c, run, limit);
}

/**
 * Answers with the lines that `lines` yields, as NDJSON. The first line is awaited, so that a failure before it is
 * an ordinary problem response; a later one is the stream's last line, `{"error": <problem>}`. The client is closed
 * when the lines end, fail, or the caller goes away: which the platform reports once the answer has begun. Who wants to
 * end a call that has no first line yet asks for the answer at once (`Fairlead-Begin`); it begins with an empty line.
 * @throws HttpProblem 400 for another value of that header.
 * @param limit Default: the request's own, where the caller asks for none `maxTimeoutMs`.
 */
export async function streamWithClient<C extends Closable>(
  c: RouteContext,
  open: Open<C>,
  lines: Use<C, AsyncIterable<Lines>>,
  limit: RequestLimit = requestLimit(c, c.get('config').limits.maxTimeoutMs),
): Promise<Response> {
  const isAtOnce = beginsAtOnce(c);
  const life = new Lifetime(c, limit);
  const iterator = itemsWithClient(c, life, open, lines);
  const pending = iterator.next();
  const first = isAtOnce ? EMPTY_LINE : await pending;
  const rest = isAtOnce ? behind(pending, iterator) : iterator;
  const headers = { 'Content-Type': NDJSON_TYPE, 'Cache-Control': 'no-store' };
  // Hono runs HEAD as GET and drops the body unread: nothing would ever end the client.
  if (c.req.method === 'HEAD') {
    await rest.return?.();
    return c.newResponse(null, { status: 200, headers });
  }
  const body = ndjsonStream(resume(first, rest), {
    onError: (error) => JSON.stringify({ error: lastProblem(error, c) }),
    onCancel: () => life.abort(),
    signal: life.signal,
    meter: c.get('record').open(),
    emptyLineMs: isAtOnce ? EMPTY_LINE_MS : undefined,
  });
  return c.newResponse(body, { status: 200, headers });
}

/** @throws HttpProblem 400 for a value that means nothing. */
function beginsAtOnce(c: RouteContext): boolean {
  const wish = singleHeader(c, BEGIN_HEADER);
  if (wish === undefined || wish === 'at-once') return wish !== undefined;
  throw new HttpProblem('invalid', `${BEGIN_HEADER} can have the value "at-once" alone.`);
}

/** A generator whose first step is under way. */
function behind<T>(
  pending: Promise<IteratorResult<T, void>>,
  rest: AsyncGenerator<T, void, undefined>,
): AsyncIterator<T, void, undefined> {
  // The caller may have gone before it is asked for.
  pending.catch(() => {});
  let begun: Promise<IteratorResult<T, void>> | undefined = pending;
  return {
    next() {
      const result = begun ?? rest.next();
      begun = undefined;
      return result;
    },
    return: () => rest.return(),
  };
}

/**
 * What `items` yields with a client of its own, which is closed when they end, fail or are left. Failures are those of
 * `life` where it ended them.
 */
export async function* itemsWithClient<C extends Closable, T>(
  c: RouteContext,
  life: Lifetime,
  open: Open<C>,
  items: Use<C, AsyncIterable<T>>,
): AsyncGenerator<T, void, undefined> {
  try {
    const client = await c.get('timing').opening(open(life.signal, life.limit));
    try {
      yield* items(client, life.signal, life.limit);
    } finally {
      await client.close();
    }
  } catch (error) {
    throw life.explain(error);
  } finally {
    life.end();
  }
}

/**
 * A generator whose first step was taken already, from its beginning. It is no generator itself: one that is left before its
 * first step does nothing, and the client would stay open.
 */
export function resume<T>(
  first: IteratorResult<T, void>,
  rest: AsyncIterator<T, void, undefined>,
): AsyncIterableIterator<T, void, undefined> {
  let taken: IteratorResult<T, void> | undefined = first;
  return {
    async next() {
      const result = taken ?? rest.next();
      taken = undefined;
      return result;
    },
    return: async () => (await rest.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
