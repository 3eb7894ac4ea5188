// `GET /ssh/shell`: its description. What runs it is loaded with the first shell.
import { HttpProblem, problemResponses, type RouteApp, wantsWebSocket } from '@fairlead/http';
import { createRoute } from '@hono/zod-openapi';
import { type Connect, problems, secured } from '../connection.ts';
import { shellQuerySchema } from './query.ts';

const shellRoute = createRoute({
  ...secured,
  method: 'get',
  path: '/shell',
  operationId: 'shell',
  summary: 'Open a shell on a terminal',
  description:
    'A WebSocket (`Upgrade: websocket`, subprotocol `fairlead.shell.v1`). Binary messages are what is typed and what is shown. ' +
    'Text messages are JSON: `{ "resize": { "columns", "rows" } }` from the caller; `{ "exit": { "code" } }` from the server ' +
    'before it closes. With `problems=message`, `{ "problem" }` where no shell opened. Close codes are in the README of `@fairlead/worker`. Scope `ssh:shell:<connection>`.',
  request: { query: shellQuerySchema },
  responses: { 101: { description: 'A WebSocket' }, ...problems, ...problemResponses(['upgrade_required']) },
});

/** Registers `GET /shell`. */
export function registerShell(app: RouteApp, connect: Connect): void {
  app.openapi(shellRoute, async (c) => {
    if (!wantsWebSocket(c)) {
      throw new HttpProblem('upgrade_required', 'A shell is a WebSocket.', {
        headers: { Upgrade: 'websocket', Connection: 'Upgrade' },
      });
    }
    const { serveShell } = await import('./serve.ts');
    const { problems: way, ...query } = c.req.valid('query');
    if (way !== 'message') return serveShell(c, query, connect);
    const { toldByMessage } = await import('./told-by-message.ts');
    return toldByMessage(c, () => serveShell(c, query, connect));
  });
}
