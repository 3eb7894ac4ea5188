// `GET /mqtt/subscribe` as Server-Sent Events: a message an event, acknowledged when the caller's connection has taken
// it and the event behind it. It cannot know what a caller did with it.
import { eventsWithClient, type RouteContext, type ServerEvent } from '@fairlead/http';
import type { Client, Message } from '../../types/client.ts';
import { messageJson } from '../message-json.ts';
import { LimitedMessages } from './limited-messages.ts';
import { greeting, type SubscribeRequest, subscribe } from './request.ts';

/** How long a caller shall wait before it comes back. */
const RETRY_MS = 2000;
/**
 * A connection takes one more event after its caller has gone, because only that one's answer says so. So a message is
 * acknowledged when the event behind it was taken: the next message, or, after this time or twice as long, a
 * comment.
 */
const PROBE_AFTER_MS = 500;
const PROBE: ServerEvent = { comment: '' };

/** Answers with the messages of a subscription. */
export function streamMessages(c: RouteContext, request: SubscribeRequest): Promise<Response> {
  return eventsWithClient(c, request.open, (client) => events(client, request), request.timeoutMs);
}

async function* events(
  client: Client,
  request: SubscribeRequest,
): AsyncGenerator<ServerEvent, void, undefined> {
  const { limit, lifeMs } = request;
  const subscription = await subscribe(client, request);
  using messages = new LimitedMessages(subscription, limit, lifeMs);
  yield {
    event: 'subscribed',
    retryMs: RETRY_MS,
    data: JSON.stringify(greeting(client, subscription, request)),
  };
  /** The latest message, taken by the connection and not acknowledged. */
  let held: Message | undefined;
  for (;;) {
    const next = held === undefined ? await messages.next() : await messages.nextWithin(PROBE_AFTER_MS);
    if (next === undefined) break;
    yield next === 'idle' ? PROBE : messageEvent(next, request, messages.delivered);
    // The stream asks for more only when the connection has taken this event, so the one before has left.
    held?.acknowledge();
    held = next === 'idle' || next.qos === 0 ? undefined : next;
  }
  yield {
    event: 'end',
    data: JSON.stringify({ reason: messages.reason, delivered: messages.delivered }),
  };
  held?.acknowledge();
}

function messageEvent(
  message: Message,
  { query, session, lastNumber }: SubscribeRequest,
  number: number,
): ServerEvent {
  return {
    event: 'message',
    // Without a session there is nothing to come back to, and so no id to come back with.
    ...(session === undefined ? {} : { id: `${session}.${lastNumber + number}` }),
    data: JSON.stringify(messageJson(message, query.encoding)),
  };
}
