// The MQTT routes over any `connect`. Nothing is kept between requests but the broker's
// session.
import {
  EVENT_STREAM_TYPE,
  HttpProblem,
  problemResponses,
  type RouteApp,
  type RouteContext,
  SECURITY_SCHEME,
  schemaFault,
  wantsWebSocket,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import type { Connect } from './broker/open-broker.ts';
import { publishBatch, publishSingle } from './publish/handler.ts';
import { batchSchema, publishBodySchema, resultSchema, singleSchema } from './publish/schemas.ts';
import { readSubscribeRequest } from './subscribe/request.ts';
import { subscribeSchema } from './subscribe/schemas.ts';
import { streamMessages } from './subscribe/server-sent-events.ts';
import { openSocket } from './subscribe/web-socket.ts';

const JSON_TYPE = 'application/json';

const PUBLISH = [
  'The answer comes at the acknowledgement (PUBACK, PUBCOMP), and holds the broker’s reason code. A batch is answered 200',
  'with `{"failed": n, "results": [...]}`, one result a message in their order, `{"error": problem}` for each that failed;',
  'where all failed, with the problem of the first. A message that is malformed refuses the whole batch before anything',
  'is sent. Scope `mqtt:write:<connection>`.',
].join(' ');

const SUBSCRIBE = [
  'Server-Sent Events, read with `fetch`: `subscribed` `{granted, session?, sessionPresent?}`, then a `message` `{topic,',
  'payload | payloadBase64, qos, retain, duplicate, properties?}` each, at last `end` `{reason: "limit" | "time",',
  'delivered}` or `error` with a problem document. With `session` each message has an id; send the last one as',
  '`Last-Event-ID` to go on: the broker keeps what came meanwhile, and delivers again what it holds for unacknowledged',
  '(`duplicate`). A message is acknowledged when the connection to the caller has taken it and the event behind it (a',
  'comment, if nothing comes for a second), read or not: a caller that breaks off can miss the last few of what was on',
  'its way or stood in a proxy, and get others twice. The WebSocket, where callers acknowledge, has no such gap. Scope',
  '`mqtt:read:<connection>`. With `Upgrade: websocket` the same as JSON messages `{"event": ..., "id": n, ...}`; a message',
  'is acknowledged when the caller sends `{"ack": n}`, which confirms it and all before it. After `window` unconfirmed',
  'ones an event `waiting` is sent and then nothing until some are confirmed. `{"publish": {...}, "ref": any}` publishes',
  '(scope `mqtt:write:<connection>`) and is answered `published` or `error` with the same `ref`.',
].join(' ');

const EXAMPLE = { topic: 'harbour/rotterdam/wind', payload: '12 knots', retain: true };

const publishRoute = createRoute({
  method: 'post',
  path: '/publish',
  operationId: 'publish',
  summary: 'Publish one message, or a batch',
  description: PUBLISH,
  security: [{ [SECURITY_SCHEME]: [] }],
  request: {
    body: { required: true, content: { [JSON_TYPE]: { schema: publishBodySchema, example: EXAMPLE } } },
  },
  responses: {
    200: {
      description: 'What the broker said',
      content: {
        [JSON_TYPE]: {
          schema: z.union([
            resultSchema,
            z.object({ failed: z.number().int(), results: z.array(z.unknown()) }),
          ]),
        },
      },
    },
    ...problemResponses(['server', 'auth', 'policy', 'connection_lost']),
  },
});

const subscribeRoute = createRoute({
  method: 'get',
  path: '/subscribe',
  operationId: 'subscribe',
  summary: 'Receive messages, as Server-Sent Events or over a WebSocket',
  description: SUBSCRIBE,
  security: [{ [SECURITY_SCHEME]: [] }],
  request: { query: subscribeSchema },
  responses: {
    101: { description: 'A WebSocket' },
    200: {
      description: 'Events',
      content: { [EVENT_STREAM_TYPE]: { schema: z.string().openapi({ description: 'Server-Sent Events' }) } },
    },
    ...problemResponses(['server', 'auth', 'policy', 'connection_lost']),
  },
});

/** Registers the routes; `connect` opens their clients. */
export function registerMqtt(app: RouteApp, connect: Connect): void {
  // Registered by hand: what they answer with is no one JSON document that openapi() can type.
  app.openAPIRegistry.registerPath(publishRoute);
  app.openAPIRegistry.registerPath(subscribeRoute);
  app.post(publishRoute.path, async (c) => publish(c, connect, await readBodyOnce(c)));
  app.get(subscribeRoute.path, async (c) => {
    const request = await readSubscribeRequest(c, connect);
    return wantsWebSocket(c) ? openSocket(c, request) : streamMessages(c, request);
  });
}

/** The body that the guard has parsed already. @throws HttpProblem 400: there is none. */
function readBodyOnce(c: RouteContext): Promise<unknown> {
  if (c.req.raw.body !== null) return c.req.json();
  throw new HttpProblem('invalid', 'The request body is empty; JSON is expected.');
}

function publish(c: RouteContext, connect: Connect, body: unknown): Promise<Response> {
  const isBatch = typeof body === 'object' && body !== null && 'messages' in body;
  if (isBatch) {
    const batch = batchSchema.safeParse(body);
    if (!batch.success) throw schemaFault('body', batch.error, body);
    return publishBatch(c, connect, batch.data.messages, batch.data.connection);
  }
  const single = singleSchema.safeParse(body);
  if (!single.success) throw schemaFault('body', single.error, body);
  return publishSingle(c, connect, single.data, single.data.connection);
}
