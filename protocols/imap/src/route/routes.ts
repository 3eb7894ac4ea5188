// Registers the IMAP routes, each of which stands in a file of its own.
import { type RouteApp, type RouteContext, schemaFault } from '@fairlead/http';
import type { z } from '@hono/zod-openapi';
import { appendQuery, appendRoute, postAppend } from './changes/append.ts';
import { deleteRoute, flagsRoute, moveRoute, postDelete, postFlags, postMove } from './changes/messages.ts';
import { postSync, syncRoute } from './following/sync.ts';
import { getWatch, watchQuery, watchRoute } from './following/watch.ts';
import { getList, listQuery, listRoute } from './reading/list.ts';
import { getMessages, messagesQuery, messagesRoute } from './reading/messages.ts';
import { getPart, partQuery, partRoute } from './reading/part.ts';
import { postSearch, searchRoute } from './reading/search.ts';

/** Registers the routes. */
export function registerImap(app: RouteApp): void {
  const reading = [listRoute, searchRoute, messagesRoute, partRoute, syncRoute, watchRoute];
  // By hand: handlers that answer with a ready-made stream are none that openapi() can type.
  for (const route of [...reading, appendRoute, flagsRoute, moveRoute, deleteRoute]) {
    app.openAPIRegistry.registerPath(route);
  }
  app.get(listRoute.path, async (c) => getList(c, readQuery(c, listQuery)));
  app.post(searchRoute.path, postSearch);
  app.get(messagesRoute.path, async (c) => getMessages(c, readQuery(c, messagesQuery)));
  app.get(partRoute.path, async (c) => getPart(c, readQuery(c, partQuery)));
  app.post(appendRoute.path, async (c) => postAppend(c, readQuery(c, appendQuery)));
  app.post(flagsRoute.path, postFlags);
  app.post(moveRoute.path, postMove);
  app.post(deleteRoute.path, postDelete);
  app.post(syncRoute.path, postSync);
  app.get(watchRoute.path, async (c) => getWatch(c, readQuery(c, watchQuery)));
}

/** @throws HttpProblem 400. */
function readQuery<Schema extends z.ZodType>(c: RouteContext, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(c.req.query());
  if (!parsed.success) throw schemaFault('query', parsed.error);
  return parsed.data;
}
