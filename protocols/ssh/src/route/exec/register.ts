// `POST /ssh/exec` and `GET /ssh/commands`: their descriptions. What runs it is loaded with the first request.
import { EVENT_STREAM_TYPE, NDJSON_TYPE, type RouteApp } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { type Connect, JSON_TYPE, problems, secured } from '../connection.ts';
import { bodySchema, commandsQuery, commandsSchema, eventSchema, resultSchema } from './schemas.ts';

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

const commandsRoute = createRoute({
  ...secured,
  method: 'get',
  path: '/commands',
  operationId: 'commands',
  summary: 'The commands that a connection lists',
  description:
    'Scope `ssh:exec:<connection>` or `ssh:any:<connection>`. Their names and parameters, not their texts.',
  request: { query: commandsQuery },
  responses: {
    200: { description: 'The commands', content: { [JSON_TYPE]: { schema: commandsSchema } } },
    ...problems,
  },
});

/** Registers `POST /exec` and `GET /commands`. */
export function registerExec(app: RouteApp, connect: Connect): void {
  app.openAPIRegistry.registerPath(execRoute);
  app.post(execRoute.path, async (c) => {
    const { answerExec } = await import('./answer.ts');
    return answerExec(c, connect);
  });
  app.openapi(commandsRoute, async (c) => {
    const { listCommands } = await import('./list-commands.ts');
    return listCommands(c, c.req.valid('query')) as never;
  });
}
