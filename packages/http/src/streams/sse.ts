// Server-Sent Events (WHATWG HTML section 9.2) as a byte stream: one event a chunk, heartbeats, backpressure. What an
// event says is the caller's; text that would break out of its line is refused.
import { Deadlines } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { checkTimeMs } from '@fairlead/transport';
import type { RouteContext } from '../app/contract.ts';
import type { Meter } from '../observability/request-record.ts';
import { lastProblem } from '../problems/problem.ts';
import { type Closable, itemsWithClient, type Open, resume, type Use } from '../request/client.ts';
import { Lifetime } from '../request/lifetime.ts';
import { limitFrom, requestLimit } from '../request/request-time.ts';
import { UnreadEnd } from './unread-end.ts';

/** The media type of Server-Sent Events. It is always UTF-8. */
export const EVENT_STREAM_TYPE = 'text/event-stream';

/** How often a silent stream says that it is alive: proxies cut connections after 30 s and more of silence. */
const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ':\n\n';

const HEADERS = {
  'Content-Type': EVENT_STREAM_TYPE,
  'Cache-Control': 'no-store',
  // nginx and its like would hold events back until their buffer is full.
  'X-Accel-Buffering': 'no',
};

/** One event (section 9.2.6). */
export interface ServerEvent {
  /** A line that clients skip: it shows whether the connection still takes anything. No line break. */
  readonly comment?: string | undefined;
  /** The event's type; without one it is `message`. No line break. */
  readonly event?: string | undefined;
  /** What a client sends back as `Last-Event-ID` when it reconnects. No line break, no NUL. */
  readonly id?: string | undefined;
  /** Any text; without it a client learns `id` and `retryMs`, and dispatches nothing. */
  readonly data?: string | undefined;
  /** How long a client shall wait before it reconnects, in milliseconds. */
  readonly retryMs?: number | undefined;
}

/**
 * The event as text, with the empty line behind it.
 * @throws FairleadError `usage`: CR, LF or NUL in `id`, CR or LF in `event` or `comment`, a `retryMs` that is no whole number.
 */
export function encodeEvent({ comment, event, id, data, retryMs }: ServerEvent): string {
  let text = '';
  if (comment !== undefined) text += `:${checkLine(comment, 'comment', /[\r\n]/)}\n`;
  if (event !== undefined) text += `event: ${checkLine(event, 'event', /[\r\n]/)}\n`;
  if (id !== undefined) text += `id: ${checkLine(id, 'id', /[\r\n\0]/)}\n`;
  if (retryMs !== undefined) text += `retry: ${checkRetry(retryMs)}\n`;
  // Further lines have a space only where they need one: Upstash's package takes each line that begins with "data: " for
  // an event of its own, so that a text with line breaks could bring forged ones.
  if (data !== undefined) text += `data: ${data.replaceAll(/(?:\r\n|\r|\n)( ?)/g, '\ndata:$1$1')}\n`;
  return `${text}\n`;
}

function checkLine(text: string, field: string, forbidden: RegExp): string {
  if (!forbidden.test(text)) return text;
  throw new FairleadError('usage', `The field "${field}" of an event holds a line break or a NUL`);
}

function checkRetry(retryMs: number): number {
  if (Number.isSafeInteger(retryMs) && retryMs >= 0) return retryMs;
  throw new FairleadError('usage', 'The field "retry" of an event is a whole number of milliseconds');
}

/** Options of `eventStream`. */
export interface EventStreamOptions {
  /** The last event when the source throws: the status line has left already. Without it the stream errors. */
  readonly onError?: (error: unknown) => ServerEvent;
  /** Called when the reader went away, before the source is asked to return. */
  readonly onCancel?: (reason: unknown) => void;
  /** Milliseconds above 0. Default 15,000. */
  readonly heartbeatMs?: number;
  /** When it fires while the reader takes nothing, the stream ends as if the source had thrown its reason, and the source is asked to return. */
  readonly signal?: AbortSignal;
  /** Is told what is sent, and the end. */
  readonly meter?: Meter;
}

/**
 * A stream of the source's events. The source is asked for the next event only when the one before was taken by the
 * reader: what stands behind a `yield` may rely on the event having been written. `return()` is called on it when the
 * reader goes away. A stream on which nothing happens carries a comment every 15 seconds.
 * @throws FairleadError `usage`: `heartbeatMs` is no number above 0.
 */
export function eventStream(
  events: AsyncIterable<ServerEvent>,
  options: EventStreamOptions = {},
): ReadableStream<Uint8Array> {
  checkTimeMs('heartbeatMs', options.heartbeatMs);
  const iterator = events[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const heartbeat = new Heartbeat(
    encoder.encode(HEARTBEAT),
    options.heartbeatMs ?? HEARTBEAT_MS,
    options.meter,
  );
  const unread = new UnreadEnd();
  const fail = (controller: ReadableStreamDefaultController<Uint8Array>, error: unknown): void => {
    if (options.onError === undefined) {
      heartbeat.stop();
      controller.error(error);
      return;
    }
    heartbeat.send(encoder.encode(encodeEvent(options.onError(error))));
    heartbeat.stop();
    controller.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        heartbeat.start(controller);
        unread.watch(options.signal, (reason) => {
          fail(controller, reason);
          iterator.return?.()?.catch(() => {});
        });
      },
      async pull(controller) {
        unread.isPulling = true;
        try {
          const { done, value } = await iterator.next();
          if (heartbeat.stopped) return;
          if (!done) return heartbeat.send(encoder.encode(encodeEvent(value)));
        } catch (error) {
          if (heartbeat.stopped) return;
          unread.stop();
          return fail(controller, error);
        } finally {
          unread.isPulling = false;
        }
        unread.stop();
        heartbeat.stop();
        controller.close();
      },
      async cancel(reason) {
        unread.stop();
        heartbeat.stop();
        options.onCancel?.(reason);
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** One timer for the whole stream. It adds nothing while the reader has not taken what there is. */
class Heartbeat {
  readonly #bytes: Uint8Array;
  readonly #everyMs: number;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly #deadlines = new Deadlines();
  #silent = true;
  readonly #meter: Meter | undefined;

  constructor(bytes: Uint8Array, everyMs: number, meter: Meter | undefined) {
    this.#meter = meter;
    this.#bytes = bytes;
    this.#everyMs = everyMs;
  }

  get stopped(): boolean {
    return this.#controller === undefined;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
    this.#beatLater();
  }

  send(bytes: Uint8Array): void {
    this.#silent = false;
    this.#controller?.enqueue(bytes);
    this.#meter?.sent(bytes.length);
  }

  #beatLater(): void {
    this.#deadlines.add(this.#everyMs, () => this.#beat());
  }

  #beat(): void {
    if (this.#silent && (this.#controller?.desiredSize ?? -1) >= 0) this.#controller?.enqueue(this.#bytes);
    this.#silent = true;
    this.#beatLater();
  }

  stop(): void {
    this.#deadlines.stop();
    this.#controller = undefined;
    this.#meter?.ended();
  }
}

/**
 * Answers with the events that `events` yields. The first one is awaited, so that a failure before it is an ordinary
 * problem response; a later one is the stream's last event, `error`, with the problem document as its data. The client
 * is closed when the events end, fail, or the caller goes away.
 * @param timeoutMs The life of the stream from the request's arrival on, after which it fails with `timeout`. Default: the caller's wish, else
 *   `maxTimeoutMs`.
 */
export async function eventsWithClient<C extends Closable>(
  c: RouteContext,
  open: Open<C>,
  events: Use<C, AsyncIterable<ServerEvent>>,
  timeoutMs: number = requestLimit(c, c.get('config').limits.maxTimeoutMs).timeoutMs,
): Promise<Response> {
  const life = new Lifetime(c, limitFrom(c, timeoutMs));
  const iterator = itemsWithClient(c, life, open, events);
  const first = await iterator.next();
  // Hono runs HEAD as GET and drops the body unread: nothing would ever end the client.
  if (c.req.method === 'HEAD') {
    await iterator.return();
    return c.newResponse(null, { status: 200, headers: HEADERS });
  }
  const body = eventStream(resume(first, iterator), {
    onError: (error) => ({ event: 'error', data: JSON.stringify(lastProblem(error, c)) }),
    signal: life.signal,
    meter: c.get('record').open(),
    onCancel: () => life.abort(),
  });
  return c.newResponse(body, { status: 200, headers: HEADERS });
}
