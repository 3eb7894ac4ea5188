// `PUT /sftp/put`: the request's body into a file.
import { isFairleadError } from '@fairlead/errors';
import { audit, HttpProblem, type RouteContext, requestLimit, streamBody, withClient } from '@fairlead/http';
import type { z } from '@hono/zod-openapi';
import { isMissing } from '../../../sftp/errors.ts';
import type { UploadSource } from '../../../sftp/types/options.ts';
import type { Connect } from '../../connection.ts';
import { formatPath, readPath } from '../paths/path.ts';
import type { putQuery } from '../schemas.ts';
import { type FileSession, sessionOpener } from '../session.ts';

/** @throws HttpProblem 400, 403, 404, 408; FairleadError `limit`, and as `put`. */
export async function putFile(
  c: RouteContext,
  { path, connection, atomic, mode }: z.output<typeof putQuery>,
  connect: Connect,
): Promise<Response> {
  const names = readPath(path, 'query.path');
  const open = sessionOpener(c, { action: 'write', connection }, connect);
  audit(c, { action: 'put' });
  const limit = requestLimit(c, c.get('config').limits.maxTimeoutMs);
  const isAtomic = atomic !== 'false';
  const result = await withClient(
    c,
    open,
    async (session, signal) => {
      try {
        const target = await session.paths.entry(names);
        if (!isAtomic) await refuseLink(session, target, signal);
        const source: UploadSource = c.req.raw.body === null ? new Uint8Array() : streamBody(c, limit);
        return await session.sftp.put(target, source, { atomic: isAtomic, mode, signal });
      } catch (error) {
        const explained = await session.explain(error);
        // The request's own stream failed: its problem is the answer.
        throw isFairleadError(error) && error.cause instanceof HttpProblem ? error.cause : explained;
      }
    },
    limit,
  );
  return c.json({ path: formatPath(names), ...result }, 200);
}

/** What is written in place goes where a link leads, and one that leads nowhere yet cannot be checked. */
async function refuseLink({ sftp }: FileSession, path: string, signal: AbortSignal): Promise<void> {
  const found = await sftp.lstat(path, { signal }).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found?.kind !== 'symlink') return;
  throw new HttpProblem(
    'invalid',
    'The path is a symlink: name the file that it leads to, or replace the link by an atomic upload.',
  );
}
