// `POST /ssh/exec`: its description. What runs it is loaded with the first request.
import { EVENT_STREAM_TYPE, NDJSON_TYPE, type RouteApp } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { type Connect, JSON_TYPE, problems, secured } from '../connection.ts';
import { bodySchema, eventSchema, resultSchema } from './schemas.ts';

const EXAMPLE = { command: 'restart', params: { service: 'nginx' } };

const execRoute = createRoute({
  ...secured,
  method: 'post',
  path: '/exec',
  operationId: 'exec',
  summary: 'Run a command at a server',
  description:
    'Scope `ssh:exec:<connection>` for the commands that the connection’s entry lists, `ssh:any:<connection>` for those and for ' +
    'command lines of your own. The status is 200 however the command ends. By `Accept` the answer is one document, or events ' +
    'while the command runs (`text/event-stream`, `application/x-ndjson`); a caller that leaves closes the command’s channel.',
  request: { body: { required: true, content: { [JSON_TYPE]: { schema: bodySchema, example: EXAMPLE } } } },
  responses: {
    200: {
      description: 'The output, and how the command ended',
      content: {
        [JSON_TYPE]: { schema: resultSchema },
        [EVENT_STREAM_TYPE]: { schema: z.string() },
        [NDJSON_TYPE]: { schema: eventSchema },
      },
    },
    ...problems,
  },
});

/** Registers `POST /exec`. */
export function registerExec(app: RouteApp, connect: Connect): void {
  app.openAPIRegistry.registerPath(execRoute);
  app.post(execRoute.path, async (c) => {
    const { answerExec } = await import('./answer.ts');
    return answerExec(c, connect);
  });
}
