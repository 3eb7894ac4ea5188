// The IRC routes: `POST /irc/send` and the WebSocket `GET /irc/session`. Nothing is kept between requests.
import {
  HttpProblem,
  problemResponses,
  type RouteApp,
  SECURITY_SCHEME,
  wantsWebSocket,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { send, sendSchema, sentSchema } from './send.ts';
import { openSession } from './session.ts';

const JSON_TYPE = 'application/json';

const SEND = [
  'Connects, joins the channel (unless `join` is false, or the target is a nick), sends the messages, long ones in pieces,',
  'leaves and disconnects. The answer has a result for each message: the pieces that the server has taken, with their',
  '`msgid` if it echoes messages, or a problem. The problem’s `server.code` is the numeric, such as 404 (cannot send to',
  'channel), and its `safeToRetry` tells whether the message may be sent again. If the server has taken no message, the',
  'first problem is the answer.',
  'Scope `irc:send:<connection>`.',
].join(' ');

const SESSION = [
  'A WebSocket with an IRC connection that lives as long as the socket. Events come as JSON `{"event": "message", "from": {...},',
  '"target", "text", "time", "tags", ...}`, the first one `ready`. Commands go in as `{"command": "say", "target", "text",',
  '"ref"}` and are answered with an event `done` or `error` (with a problem) of the same `ref`: `join` `part` `say`',
  '`notice` `action` `ctcp` `nick` `topic` `channel` `names` `whois` `history` `request`. `names` has a `channel`, and its',
  '`done` has `names`: `[{"nick", "user", "host", "modes"}]`, as the server tells them now; `channel` tells what is known',
  'without asking. `whois` has a `nick`, and its `done` has `whois`: an object (`account`, `channels`, `idleMs`, `isSecure`,',
  '...), or null for a nick that is not in use. Scope `irc:session:<connection>`.',
].join(' ');

const EXAMPLE = { target: '#deploys', messages: ['Version 42 is out'] };

const sendRoute = createRoute({
  method: 'post',
  path: '/send',
  operationId: 'send',
  summary: 'Join, say and part in one call',
  description: SEND,
  security: [{ [SECURITY_SCHEME]: [] }],
  request: { body: { required: true, content: { [JSON_TYPE]: { schema: sendSchema, example: EXAMPLE } } } },
  responses: {
    200: { description: 'What the server has taken', content: { [JSON_TYPE]: { schema: sentSchema } } },
    ...problemResponses(['server', 'auth', 'policy', 'tls_failed', 'connect_timeout', 'connection_lost']),
  },
});

const sessionRoute = createRoute({
  method: 'get',
  path: '/session',
  operationId: 'session',
  summary: 'Chat over a WebSocket',
  description: SESSION,
  security: [{ [SECURITY_SCHEME]: [] }],
  request: {
    query: z.object({
      channel: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .openapi({ description: 'A channel to join at once; may be given several times' }),
    }),
  },
  responses: {
    101: { description: 'A WebSocket' },
    ...problemResponses([
      'upgrade_required',
      'server',
      'auth',
      'policy',
      'tls_failed',
      'connect_timeout',
      'connection_lost',
    ]),
  },
});

/** Registers the routes. */
export function registerIrc(app: RouteApp): void {
  app.openapi(sendRoute, async (c) => c.json(await send(c, c.req.valid('json')), 200));
  // Registered by hand: openapi() has no type for a WebSocket.
  app.openAPIRegistry.registerPath(sessionRoute);
  app.get(sessionRoute.path, async (c) => {
    if (!wantsWebSocket(c))
      throw new HttpProblem('upgrade_required', 'This path is a WebSocket.', {
        // RFC 9110 section 15.5.22.
        headers: { Upgrade: 'websocket' },
      });
    return openSession(c);
  });
}
