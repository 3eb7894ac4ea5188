// Subscriptions and MONITOR as Server-Sent Events, in the shapes that Upstash's package reads: one `data:` line each.
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { isFairleadError, usage } from '@fairlead/errors';
import {
  connectorOf,
  eventsWithClient,
  explainAbort,
  operationTimeoutMs,
  problemResponse,
  type RouteContext,
  type ServerEvent,
} from '@fairlead/http';
import { connect, type RedisClient } from '../../client.ts';
import { psubscribe, ssubscribe, subscribe } from '../../pubsub/subscribe.ts';
import type { RedisOptions } from '../../types.ts';
import type { Arg } from '../../wire/messages.ts';
import { wordOf } from '../../wire/words.ts';
import { forCaller, slowReader } from '../caller-errors.ts';
import { type Ask, admit } from '../open.ts';
import { Monitor } from './monitor.ts';

const SUBSCRIBE = { subscribe, psubscribe, ssubscribe };

type Kind = keyof typeof SUBSCRIBE;

/**
 * Answers with the events of SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE or MONITOR. The connection is the request's own, and none of a
 * pool: it is gone for as long as the stream lasts.
 * @param ask Its only command.
 */
export async function events(c: RouteContext, ask: Ask): Promise<Response> {
  const [name, ...names] = ask.commands[0] ?? [];
  const { target, login } = admit(c, ask);
  const { limits } = c.get('config');
  const options = (signal: AbortSignal): RedisOptions => ({
    ...login,
    connector: connectorOf(c, target),
    timeoutMs: operationTimeoutMs(c),
    maxReplyBytes: limits.maxResultBytes,
    signal,
  });
  const word = wordOf(name);
  if (word === 'MONITOR') {
    const open = (signal: AbortSignal) => Monitor.open(target.url, options(signal));
    return eventsWithClient(c, open, (monitor, signal) => lines(c, monitor, signal));
  }
  if (names.length === 0) throw usage(`${word} needs at least one name: /redis/${word.toLowerCase()}/{name}`);
  const kind = word.toLowerCase() as Kind;
  const open = (signal: AbortSignal) => connect(target.url, options(signal));
  return eventsWithClient(c, open, (client, signal) =>
    messages(c, client, signal, { kind, names: names.map(textOf), maxQueuedBytes: limits.maxResultBytes }),
  );
}

interface Subscribing {
  readonly kind: Kind;
  readonly names: readonly string[];
  readonly maxQueuedBytes: number;
}

/**
 * `subscribe,<channel>,<count>` for each name, then `message,<channel>,<message>` (`pmessage,<pattern>,<channel>,<message>`),
 * and `unsubscribe,<channel>,<count>` when the request's time is up.
 */
async function* messages(
  c: RouteContext,
  client: RedisClient,
  signal: AbortSignal,
  { kind, names, maxQueuedBytes }: Subscribing,
): AsyncGenerator<ServerEvent, void, undefined> {
  const channels = [...new Set(names)];
  const subscription = await SUBSCRIBE[kind](client, channels, { as: 'bytes', maxQueuedBytes });
  for (const [at, name] of channels.entries()) yield event(kind, name, at + 1);
  const letter = kind.slice(0, -'subscribe'.length);
  try {
    for await (const { channel, message, pattern } of subscription) {
      const text = decodeUtf8Lossy(message);
      yield pattern === undefined
        ? event(`${letter}message`, channel, text)
        : event('pmessage', pattern, channel, text);
    }
  } catch (error) {
    const failure = explainAbort(error, signal);
    if (!isTimeUp(failure)) {
      const isSlow = isFairleadError(failure) && failure.code === 'limit' && failure.blame === 'local';
      yield await failed(c, isSlow ? slowReader(failure) : failure);
      return;
    }
    for (const [at, name] of channels.entries()) {
      yield event(`${letter}unsubscribe`, name, channels.length - at - 1);
    }
  }
}

/** `"OK"`, then the server's lines. */
async function* lines(
  c: RouteContext,
  monitor: Monitor,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent, void, undefined> {
  yield { data: '"OK"' };
  try {
    for (;;) yield { data: await monitor.next() };
  } catch (error) {
    const failure = explainAbort(error, signal);
    if (!isTimeUp(failure)) yield await failed(c, failure);
  }
}

function event(...parts: readonly (string | number)[]): ServerEvent {
  return { data: parts.join(',') };
}

/** The last event: Upstash's package hands `error,<code>,<problem>` to its listeners for errors. */
async function failed(c: RouteContext, failure: unknown): Promise<ServerEvent> {
  const response = problemResponse(forCaller(failure), c);
  const text = await response.text();
  const { code } = JSON.parse(text) as { code: string };
  return { event: 'error', data: `error,${code},${text}` };
}

/** The stream has had its time: that is no failure. */
function isTimeUp(failure: unknown): boolean {
  return isFairleadError(failure) && failure.code === 'timeout';
}

function textOf(name: Arg): string {
  return name instanceof Uint8Array ? decodeUtf8Lossy(name) : String(name);
}
