// Registers the FTP routes, each of which stands in a file of its own.
import { type RouteApp, type RouteContext, schemaFault } from '@fairlead/http';
import type { z } from '@hono/zod-openapi';
import { putFile, putQuery, putRoute } from './changes/put.ts';
import { deleteRoute, mkdirRoute, postDelete, postMkdir, postRename, renameRoute } from './changes/tree.ts';
import { fileQuery, getFile, getRoute } from './download/get.ts';
import { listRoute, postList, postStat, statRoute } from './listing/list.ts';

/** Registers the routes. */
export function registerFtp(app: RouteApp): void {
  // By hand: handlers that answer with a ready-made stream are none that openapi() can type.
  for (const route of [putRoute, getRoute, listRoute, statRoute, mkdirRoute, renameRoute, deleteRoute]) {
    app.openAPIRegistry.registerPath(route);
  }
  app.get(getRoute.path, async (c) => getFile(c, readQuery(c, fileQuery)));
  app.put(putRoute.path, async (c) => putFile(c, readQuery(c, putQuery)));
  app.post(listRoute.path, postList);
  app.post(statRoute.path, postStat);
  app.post(mkdirRoute.path, postMkdir);
  app.post(renameRoute.path, postRename);
  app.post(deleteRoute.path, postDelete);
}

/** @throws HttpProblem 400. */
function readQuery<Schema extends z.ZodType>(c: RouteContext, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(c.req.query());
  if (!parsed.success) throw schemaFault('query', parsed.error);
  return parsed.data;
}
