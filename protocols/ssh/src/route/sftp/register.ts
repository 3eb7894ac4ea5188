// The routes below `/sftp`: their descriptions. What runs them is loaded with the first request of each.
import { NDJSON_TYPE, problemResponses, type RouteApp, type RouteContext, schemaFault } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { type Connect, connectSsh, headerParameter, JSON_TYPE, problems, secured } from '../connection.ts';
import {
  doneSchema,
  entrySchema,
  fileQuery,
  listSchema,
  mkdirBody,
  putQuery,
  putSchema,
  removeBody,
  renameBody,
  renamedSchema,
  statQuery,
  statSchema,
} from './schemas.ts';

const BYTES = 'application/octet-stream';
const READ_SCOPE = 'Scope `sftp:read:<connection>`.';
const WRITE_SCOPE = 'Scope `sftp:write:<connection>`.';
const bytes = z.string().openapi({ type: 'string', format: 'binary' });

const answers = <S extends z.ZodType>(description: string, schema: S) => ({
  200: { description, content: { [JSON_TYPE]: { schema } } },
  ...problems,
});
const takes = <S extends z.ZodType>(schema: S, example: unknown) => ({
  body: { required: true, content: { [JSON_TYPE]: { schema, example } } },
});

const listRoute = createRoute({
  ...secured,
  method: 'get',
  path: '/list',
  operationId: 'list',
  summary: 'The entries of a folder',
  description: `${READ_SCOPE} In the server’s order. By \`Accept: ${NDJSON_TYPE}\` a line each, without a cap.`,
  request: { query: fileQuery.extend({ path: z.string().openapi({ example: '/reports' }) }) },
  responses: {
    200: {
      description: 'The folder',
      content: { [JSON_TYPE]: { schema: listSchema }, [NDJSON_TYPE]: { schema: entrySchema } },
    },
    ...problems,
  },
});

const statRoute = createRoute({
  ...secured,
  method: 'get',
  path: '/stat',
  operationId: 'stat',
  summary: 'A file’s attributes',
  description: READ_SCOPE,
  request: { query: statQuery },
  responses: answers('The attributes', statSchema),
});

const getRoute = createRoute({
  ...secured,
  method: 'get',
  path: '/get',
  parameters: [
    ...secured.parameters,
    headerParameter('Range', 'One range of bytes: `bytes=0-1023`.'),
    headerParameter('If-Range', 'The `ETag` that the range is of; else the whole file comes.'),
    headerParameter('If-None-Match', 'The `ETag` that the caller has: then the answer is 304.'),
  ],
  operationId: 'get',
  summary: 'Download a file',
  description:
    `${READ_SCOPE} Streams. One range by \`Range\`, with \`If-Range\`; \`If-None-Match\` with the \`ETag\`, which is made of size and ` +
    'time. Its type is that of the name’s ending. An answer that breaks off before its end is not the whole file.',
  request: { query: fileQuery },
  responses: {
    200: { description: 'The file', content: { [BYTES]: { schema: bytes } } },
    206: { description: 'A part of it', content: { [BYTES]: { schema: bytes } } },
    304: { description: 'The caller has this version' },
    ...problems,
    ...problemResponses(['range_not_satisfiable']),
  },
});

const putRoute = createRoute({
  ...secured,
  method: 'put',
  path: '/put',
  operationId: 'put',
  summary: 'Upload a file',
  description: `${WRITE_SCOPE} The body is the file, of any type, up to \`maxStreamBytes\`; it streams. \`offset\` goes on with one that broke off.`,
  request: { query: putQuery, body: { content: { [BYTES]: { schema: bytes, example: 'month,calls\n' } } } },
  responses: {
    ...answers('The file is there', putSchema),
    ...problemResponses(['range_not_satisfiable']),
  },
});

const mkdirRoute = createRoute({
  ...secured,
  method: 'post',
  path: '/mkdir',
  operationId: 'mkdir',
  summary: 'Make a folder',
  description: WRITE_SCOPE,
  request: takes(mkdirBody, { path: '/reports/old', recursive: true }),
  responses: answers('The folder is there', doneSchema),
});

const renameRoute = createRoute({
  ...secured,
  method: 'post',
  path: '/rename',
  operationId: 'rename',
  summary: 'Rename or move a file or a folder',
  description: WRITE_SCOPE,
  request: takes(renameBody, { from: '/reports/2026.csv', to: '/reports/old/2026.csv' }),
  responses: answers('It has its new name', renamedSchema),
});

const removeRoute = createRoute({
  ...secured,
  method: 'post',
  path: '/remove',
  operationId: 'remove',
  summary: 'Remove a file or a folder',
  description: `${WRITE_SCOPE} A symlink is removed, not followed.`,
  request: takes(removeBody, { path: '/reports/old/2026.csv' }),
  responses: answers('It is gone', doneSchema),
});

/** Registers the routes. @param connect Opens clients; tests bring their own. */
export function registerSftp(app: RouteApp, connect: Connect = connectSsh): void {
  const routes = [listRoute, statRoute, getRoute, putRoute, mkdirRoute, renameRoute, removeRoute];
  for (const route of routes) app.openAPIRegistry.registerPath(route);
  app.get(listRoute.path, async (c) => {
    const { listFolder } = await import('./folders/list.ts');
    return listFolder(c, queryOf(c, fileQuery), connect);
  });
  app.get(getRoute.path, async (c) => {
    const { getFile } = await import('./files/get.ts');
    return getFile(c, queryOf(c, fileQuery), connect);
  });
  app.put(putRoute.path, async (c) => {
    const { putFile } = await import('./files/put.ts');
    return putFile(c, queryOf(c, putQuery), connect);
  });
  const changes = () => import('./folders/changes.ts');
  app.get(statRoute.path, async (c) => (await changes()).statFile(c, queryOf(c, statQuery), connect));
  app.post(mkdirRoute.path, async (c) => (await changes()).makeFolder(c, connect));
  app.post(renameRoute.path, async (c) => (await changes()).renameEntry(c, connect));
  app.post(removeRoute.path, async (c) => (await changes()).removeEntry(c, connect));
}

/** @throws HttpProblem 400. */
function queryOf<S extends z.ZodType>(c: RouteContext, schema: S): z.output<S> {
  const query = c.req.query();
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw schemaFault('query', parsed.error, query);
}
