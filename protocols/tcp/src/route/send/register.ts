// `POST /tcp/send`: one request and one answer in raw bytes.
import { problemResponses, type RouteApp, SECURITY_SCHEME } from '@fairlead/http';
import { createRoute } from '@hono/zod-openapi';
import { bodySchema, resultSchema } from './schemas.ts';

/** To a Redis. */
const EXAMPLE = { connection: 'cache', data: 'PING\r\n', until: { pattern: '\r\n' } };

const sendRoute = createRoute({
  method: 'post',
  path: '/send',
  operationId: 'send',
  security: [{ [SECURITY_SCHEME]: [] }],
  summary: 'Send bytes to a server and read its answer',
  description:
    'Scope `tcp:send:<connection>`, or `tcp:send:@`. A named connection is dialled without its login: the scope allows to speak to that server as anyone in its network can.',
  request: {
    body: { content: { 'application/json': { schema: bodySchema, example: EXAMPLE } }, required: true },
  },
  responses: {
    200: { description: 'The answer', content: { 'application/json': { schema: resultSchema } } },
    ...problemResponses(['connect_timeout', 'tls_failed', 'connection_lost', 'policy']),
  },
});

/** Registers `POST /send`. */
export function registerSend(app: RouteApp): void {
  app.openapi(sendRoute, async (c) => {
    const { answerSend } = await import('./answer.ts');
    return answerSend(c, c.req.valid('json'));
  });
}
