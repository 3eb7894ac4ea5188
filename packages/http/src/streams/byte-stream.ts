// Answers of raw bytes with a client behind them: a file as it comes from a server. A failure before the first bytes is an ordinary
// problem; a later one breaks the answer off, so that nobody takes what came for all of it.
import { FairleadError } from '@fairlead/errors';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { RouteContext } from '../app/contract.ts';
import type { Meter } from '../observability/request-record.ts';
import { lastProblem } from '../problems/problem.ts';
import type { Closable, Open, Use } from '../request/client.ts';
import { Lifetime } from '../request/lifetime.ts';
import { type RequestLimit, requestLimit } from '../request/request-time.ts';
import { UnreadEnd } from './unread-end.ts';

/** What is answered. */
export interface ByteAnswer {
  readonly status: ContentfulStatusCode | 304;
  readonly headers: Readonly<Record<string, string>>;
  /** Its chunks are passed on as they are. Without one, the answer has no body. */
  readonly body?: ReadableStream<Uint8Array> | undefined;
  /** How many bytes the body has: fewer or more break the answer off. `undefined` where it is not known. */
  readonly length?: number | undefined;
  /** Whether the source goes on behind `length`: the rest is not asked for. Default false. */
  readonly isCut?: boolean | undefined;
}

/**
 * Answers with bytes from a client, which is closed when they end, fail, or the caller goes away.
 * @param limit Default: the request's own, where the caller asks for none `maxTimeoutMs`.
 * @throws FairleadError What `open`, `answer` and the first read of the body throw.
 */
export async function bytesWithClient<C extends Closable>(
  c: RouteContext,
  open: Open<C>,
  answer: Use<C, Promise<ByteAnswer>>,
  limit: RequestLimit = requestLimit(c, c.get('config').limits.maxTimeoutMs),
): Promise<Response> {
  const life = new Lifetime(c, limit);
  let client: C | undefined;
  const end = async (): Promise<void> => {
    await client?.close();
    life.end();
  };
  try {
    client = await c.get('timing').opening(open(life.signal, life.limit));
    const { status, headers, body, length, isCut = false } = await answer(client, life.signal, life.limit);
    const sized = length === undefined ? headers : { ...headers, 'Content-Length': String(length) };
    // Hono runs HEAD as GET and drops the body unread: nothing would ever end the client.
    if (body === undefined || c.req.method === 'HEAD') {
      await end();
      return c.newResponse(null, { status, headers: sized });
    }
    const source = body.getReader();
    const first = await source.read();
    const meter = c.get('record').open();
    const bytes = new PassedBytes(source, first, { c, life, end, length, isCut, meter });
    return c.newResponse(withLength(bytes.stream, length), { status, headers: sized });
  } catch (error) {
    await end();
    throw life.explain(error);
  }
}

/** In Workers only such a stream has a Content-Length. */
function withLength(
  stream: ReadableStream<Uint8Array>,
  length: number | undefined,
): ReadableStream<Uint8Array> {
  if (length === undefined || typeof FixedLengthStream === 'undefined') return stream;
  const { readable, writable } = new FixedLengthStream(length);
  // Both ends know of a failure.
  stream.pipeTo(writable).catch(() => {});
  return readable;
}

interface Parts {
  readonly c: RouteContext;
  readonly life: Lifetime;
  readonly meter: Meter;
  readonly length: number | undefined;
  readonly isCut: boolean;
  end(): Promise<void>;
}

/** The source's bytes, read only as fast as the caller reads. */
class PassedBytes {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #source: ReadableStreamDefaultReader<Uint8Array>;
  readonly #parts: Parts;
  readonly #unread = new UnreadEnd();
  #first: ReadableStreamReadResult<Uint8Array> | undefined;
  #sent = 0;
  #isOver = false;

  constructor(
    source: ReadableStreamDefaultReader<Uint8Array>,
    first: ReadableStreamReadResult<Uint8Array>,
    parts: Parts,
  ) {
    this.#source = source;
    this.#first = first;
    this.#parts = parts;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#unread.watch(parts.life.signal, (reason) => {
            void this.#source.cancel(reason).catch(() => {});
            void this.#fail(controller, reason);
          });
        },
        pull: (controller) => this.#pull(controller),
        cancel: async (reason) => {
          parts.life.abort();
          await this.#source.cancel(reason).catch(() => {});
          await this.#end();
        },
      },
      { highWaterMark: 0 },
    );
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#unread.isPulling = true;
    try {
      const { done, value: all } = this.#first ?? (await this.#source.read());
      this.#first = undefined;
      if (this.#isOver) return;
      const { length, isCut, meter } = this.#parts;
      const value = isCut && length !== undefined ? all?.subarray(0, length - this.#sent) : all;
      this.#sent += value?.length ?? 0;
      this.#checkLength(done);
      if (value !== undefined) {
        controller.enqueue(value);
        meter.sent(value.length);
      }
      const hasPart = isCut && this.#sent === length;
      if (!done && !hasPart) return;
      // The server is told to stop before its client ends.
      if (!done) await this.#source.cancel().catch(() => {});
      controller.close();
      await this.#end();
    } catch (error) {
      await this.#fail(controller, this.#parts.life.explain(error));
    } finally {
      this.#unread.isPulling = false;
    }
  }

  /** @throws FairleadError `protocol`: what was sent so far cannot be, or become, what was announced. */
  #checkLength(isEnd: boolean): void {
    const { length = this.#sent } = this.#parts;
    if (isEnd ? this.#sent === length : this.#sent <= length) return;
    void this.#source.cancel().catch(() => {});
    const message = `The server sent ${this.#sent} bytes, and ${length} were announced`;
    throw new FairleadError('protocol', message, { blame: 'peer' });
  }

  async #fail(controller: ReadableStreamDefaultController<Uint8Array>, error: unknown): Promise<void> {
    if (this.#isOver) return;
    // The log and the record have the problem; the caller sees the answer break off.
    lastProblem(error, this.#parts.c);
    controller.error(error);
    await this.#end();
  }

  async #end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#unread.stop();
    this.#parts.meter.ended();
    await this.#parts.end();
  }
}
