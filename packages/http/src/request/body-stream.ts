// The bytes of a request's body: to a cap whatever Content-Length says, within the request's time, and no longer than
// the caller is there. Whatever goes wrong with them is the caller's to know, and no fault of the gateway.
import { Deadlines, deferred, watchCall } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { RouteContext } from '../app/contract.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { type RequestLimit, requestLimit } from './request-time.ts';

/** Up to so many bytes a body that tells its length is read by one call of the platform; memory is set aside by what it tells. */
const AT_ONCE_BYTES = 16_384;
const LENGTH = /^\d{1,5}$/;

/** How far a body is read. */
export interface BodyLimits {
  /** Most bytes, and the name of that limit. */
  readonly maxBytes: number;
  readonly name: string;
  /** Default: the request's own. */
  readonly limit?: RequestLimit | undefined;
}

/**
 * The whole body.
 * @throws HttpProblem `body_timeout`, `invalid` (broken off, malformed); FairleadError `limit`, `aborted`.
 */
export async function gatherBody(c: RouteContext, limits: BodyLimits): Promise<Uint8Array<ArrayBuffer>> {
  const length = toldLength(c);
  if (length <= Math.min(AT_ONCE_BYTES, limits.maxBytes)) {
    const reader = byteReader(c.req.raw.body);
    if (reader !== undefined) return readAtOnce(c, reader, length, limits);
  }
  return gatherChunks(c, limits);
}

/** `Infinity` where it tells none. */
function toldLength(c: RouteContext): number {
  const told = c.req.header('Content-Length');
  return told !== undefined && LENGTH.test(told) ? Number(told) : Number.POSITIVE_INFINITY;
}

/** A reader of the platform's own streams, which callers' bodies are; undefined for those that JavaScript feeds, and elsewhere. */
function byteReader(body: ReadableStream | null): ReadableStreamBYOBReader | undefined {
  if (!('readAtLeast' in ReadableStreamBYOBReader.prototype)) return undefined;
  try {
    return body?.getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}

async function readAtOnce(
  c: RouteContext,
  reader: ReadableStreamBYOBReader,
  length: number,
  { limit = requestLimit(c) }: BodyLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  const watch = new ReadWatch(c, limit);
  try {
    // One byte more than will come: so the call waits for the body's end, and not for its last byte alone.
    const { value } = await watch.during(reader.readAtLeast(length + 1, new Uint8Array(length + 1)));
    if (value === undefined || value.length <= length) return new Uint8Array(value ?? []);
    throw brokenOff(undefined);
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error;
  } finally {
    watch.end();
  }
}

async function gatherChunks(c: RouteContext, limits: BodyLimits): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bodyChunks(c, limits)) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/**
 * The body as it comes. It is read no further when its reader leaves it, or when it fails.
 * @throws as `gatherBody`.
 */
export async function* bodyChunks(
  c: RouteContext,
  { maxBytes, name, limit = requestLimit(c) }: BodyLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = c.req.raw.body?.getReader();
  if (reader === undefined) return;
  const watch = new ReadWatch(c, limit);
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await watch.during(reader.read());
      if (done) return;
      length += value.length;
      if (length > maxBytes) throw tooLong(maxBytes, name);
      yield value;
    }
  } finally {
    watch.end();
    // What does not come any more is not waited for.
    reader.cancel().catch(() => {});
  }
}

/** One watch over all the reads of a body, one after the other. */
class ReadWatch {
  readonly #deadlines = new Deadlines();
  readonly #endWatch: () => void;
  #failure: Error | undefined;
  #fail: (failure: Error) => void = () => {};

  constructor(c: RouteContext, { timeoutMs, at }: RequestLimit) {
    const { signal } = c.req.raw;
    this.#endWatch = watchCall(this.#deadlines, 'request body', { signal, timeoutMs, at }, ({ code }) => {
      this.#failure = code === 'timeout' ? tookTooLong(timeoutMs) : callerGone();
      this.#fail(this.#failure);
    });
  }

  during<T>(read: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = deferred<T>();
    read.then(resolve, (cause: unknown) => reject(brokenOff(cause)));
    this.#fail = reject;
    if (this.#failure !== undefined) reject(this.#failure);
    return promise;
  }

  end(): void {
    this.#endWatch();
    this.#deadlines.stop();
  }
}

/** The runtime rejects with errors of its own, whose words differ and help no caller. */
function brokenOff(cause: unknown): HttpProblem {
  return new HttpProblem('invalid', 'The request body broke off before its end, or is malformed.', { cause });
}

function tookTooLong(timeoutMs: number): HttpProblem {
  return new HttpProblem('body_timeout', `The request body did not come within ${timeoutMs} ms.`);
}

function callerGone(): FairleadError {
  return new FairleadError('aborted', 'The caller went away.', { safeToRetry: true });
}

function tooLong(maxBytes: number, name: string): FairleadError {
  const message = `The request body is larger than ${maxBytes} bytes (${name}).`;
  return new FairleadError('limit', message, { safeToRetry: true });
}
