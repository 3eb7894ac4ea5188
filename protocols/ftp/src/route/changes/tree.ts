// `POST /ftp/mkdir`, `/ftp/rename` and `/ftp/delete`: changes to a server's tree that carry no file.
import { audit, type RouteContext, readJson, requireJsonType } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { deleteSchema, mkdirSchema, renameSchema } from '../schemas.ts';
import { answerJson, ftpTarget, JSON_TYPE, problems, tagged } from '../target/connection.ts';
import { checkPattern, pathBelowRoot } from '../target/path.ts';

/** The description of a route that changes something. */
function changeRoute<Path extends string>(
  path: `/${Path}`,
  summary: string,
  schema: z.ZodType,
  result: z.ZodType,
  example: object,
) {
  return createRoute({
    ...tagged,
    method: 'post',
    path,
    operationId: path.slice(1),
    summary,
    description: 'Scope `ftp:write:<connection>`.',
    request: { body: { required: true, content: { [JSON_TYPE]: { schema, example } } } },
    responses: { 200: { description: 'Done', content: { [JSON_TYPE]: { schema: result } } }, ...problems },
  });
}

const doneSchema = z.object({}).openapi('FtpDone');

/** `POST /ftp/mkdir`. */
export const mkdirRoute = /* @__PURE__ */ changeRoute('/mkdir', 'Make a directory', mkdirSchema, doneSchema, {
  path: '/archive',
  recursive: true,
});

/** `POST /ftp/rename`. */
export const renameRoute = /* @__PURE__ */ changeRoute(
  '/rename',
  'Rename or move',
  renameSchema,
  doneSchema,
  {
    from: '/ships.csv',
    to: '/archive/ships.csv',
  },
);

/** `POST /ftp/delete`. */
export const deleteRoute = /* @__PURE__ */ changeRoute(
  '/delete',
  'Delete a file, a directory, or a tree',
  deleteSchema,
  z.object({ removed: z.number().int() }).openapi('FtpDeleted'),
  { path: '/archive', kind: 'tree' },
);

/** Answers `POST /ftp/mkdir`. @throws HttpProblem 400, 415; FairleadError as `mkdir`. */
export async function postMkdir(c: RouteContext): Promise<Response> {
  requireJsonType(c);
  const body = await readJson(c, mkdirSchema);
  const target = ftpTarget(c, 'write', body.connection);
  const path = pathBelowRoot(body.path, target.root, 'body.path');
  audit(c, { action: 'mkdir' });
  return answerJson(c, target, async (ftp) => {
    await ftp.mkdir(path, { recursive: body.recursive });
    return {};
  });
}

/** Answers `POST /ftp/rename`. @throws HttpProblem 400, 415; FairleadError as `rename`. */
export async function postRename(c: RouteContext): Promise<Response> {
  requireJsonType(c);
  const body = await readJson(c, renameSchema);
  const target = ftpTarget(c, 'write', body.connection);
  const from = pathBelowRoot(body.from, target.root, 'body.from');
  const to = pathBelowRoot(body.to, target.root, 'body.to');
  audit(c, { action: 'rename' });
  return answerJson(c, target, async (ftp) => {
    await ftp.rename(from, to);
    return {};
  });
}

/** Answers `POST /ftp/delete`. @throws HttpProblem 400, 415; FairleadError as `remove`, `rmdir` and `removeAll`. */
export async function postDelete(c: RouteContext): Promise<Response> {
  requireJsonType(c);
  const body = await readJson(c, deleteSchema);
  const target = ftpTarget(c, 'write', body.connection);
  const path = pathBelowRoot(body.path, target.root, 'body.path');
  audit(c, { action: 'delete' });
  return answerJson(c, target, async (ftp) => {
    if (body.kind === 'tree') {
      checkPattern(ftp, path, 'body.path');
      return { removed: await ftp.removeAll(path) };
    }
    await (body.kind === 'file' ? ftp.remove(path) : ftp.rmdir(path));
    return { removed: 1 };
  });
}
