// `GET /mqtt/subscribe` as Server-Sent Events: a message an event, acknowledged when the caller's connection has taken
// it and the event behind it. It cannot know what a caller did with it.
import { eventsWithClient, type RouteContext, type ServerEvent } from '@fairlead/http';
import type { Client, Message } from '../types/client.ts';
import { Feed } from './feed.ts';
import { messageJson } from './payload.ts';
import { greeting, subscribe, type Wanted } from './subscription.ts';

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
export function streamMessages(c: RouteContext, wanted: Wanted): Promise<Response> {
  return eventsWithClient(c, wanted.open, (client) => events(client, wanted), wanted.timeoutMs);
}

async function* events(client: Client, wanted: Wanted): AsyncGenerator<ServerEvent, void, undefined> {
  const { limit, lifeMs } = wanted;
  const subscription = await subscribe(client, wanted);
  using feed = new Feed(subscription, limit, lifeMs);
  yield {
    event: 'subscribed',
    retryMs: RETRY_MS,
    data: JSON.stringify(greeting(client, subscription, wanted)),
  };
  /** The latest message, taken by the connection and not acknowledged. */
  let held: Message | undefined;
  for (;;) {
    const next = held === undefined ? await feed.next() : await feed.nextWithin(PROBE_AFTER_MS);
    if (next === undefined) break;
    yield next === 'idle' ? PROBE : messageEvent(next, wanted, feed.delivered);
    // The stream asks for more only when the connection has taken this event, so the one before has left.
    held?.acknowledge();
    held = next === 'idle' || next.qos === 0 ? undefined : next;
  }
  yield {
    event: 'end',
    data: JSON.stringify({ reason: feed.reason, delivered: feed.delivered }),
  };
  held?.acknowledge();
}

function messageEvent(
  message: Message,
  { request, session, lastNumber }: Wanted,
  number: number,
): ServerEvent {
  return {
    event: 'message',
    // Without a session there is nothing to come back to, and so no id to come back with.
    ...(session === undefined ? {} : { id: `${session}.${lastNumber + number}` }),
    data: JSON.stringify(messageJson(message, request.encoding)),
  };
}
