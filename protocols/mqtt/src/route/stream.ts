// `GET /mqtt/subscribe` as Server-Sent Events: a message an event, acknowledged when the caller's connection has taken
// it. It cannot know what a caller did with it.
import { eventsWithClient, type RouteContext, type ServerEvent } from '@fairlead/http';
import type { Client } from '../api.ts';
import { Feed } from './feed.ts';
import { messageJson } from './payload.ts';
import { greeting, subscribe, type Wanted } from './subscription.ts';

/** How long a caller shall wait before it comes back. */
const RETRY_MS = 2000;

/** Answers with the messages of a subscription. */
export function streamMessages(c: RouteContext, wanted: Wanted): Promise<Response> {
  return eventsWithClient(c, wanted.open, (client) => events(client, wanted), wanted.timeoutMs);
}

async function* events(client: Client, wanted: Wanted): AsyncGenerator<ServerEvent, void, undefined> {
  const { request, session, lastNumber, limit, lifeMs } = wanted;
  const subscription = await subscribe(client, wanted);
  using feed = new Feed(subscription, limit, lifeMs);
  yield {
    event: 'subscribed',
    retryMs: RETRY_MS,
    data: JSON.stringify(greeting(client, subscription, wanted)),
  };
  for (let message = await feed.next(); message !== undefined; message = await feed.next()) {
    yield {
      event: 'message',
      // Without a session there is nothing to come back to, and so no id to come back with.
      ...(session === undefined ? {} : { id: `${session}.${lastNumber + feed.delivered}` }),
      data: JSON.stringify(messageJson(message, request.encoding)),
    };
    // The stream asks for more only when the caller's connection has taken the event.
    message.acknowledge();
  }
  yield {
    event: 'end',
    data: JSON.stringify({ reason: feed.reason, delivered: feed.delivered }),
  };
}
