// `PUT /sftp/put`: the request's body into a file.
import { isFairleadError } from '@fairlead/errors';
import { audit, HttpProblem, type RouteContext, requestLimit, streamBody, withClient } from '@fairlead/http';
import type { z } from '@hono/zod-openapi';
import { isMissing } from '../../../sftp/errors.ts';
import type { PutResult } from '../../../sftp/types/options.ts';
import type { Connect } from '../../connection.ts';
import { formatPath, readPath } from '../paths/path.ts';
import type { putQuery } from '../schemas.ts';
import { type FileSession, sessionOpener } from '../session.ts';
import { writeFrom } from './write-from.ts';

/** @throws HttpProblem 400, 403, 404, 408, 416; FairleadError `limit`, and as `put`. */
export async function putFile(
  c: RouteContext,
  { path, connection, atomic, mode, offset }: z.output<typeof putQuery>,
  connect: Connect,
): Promise<Response> {
  const names = readPath(path, 'query.path');
  const open = sessionOpener(c, { action: 'write', connection }, connect);
  audit(c, { action: 'put' });
  const limit = requestLimit(c, c.get('config').limits.maxTimeoutMs);
  if (offset !== undefined && atomic === 'true') throw atomicPart();
  const isAtomic = offset === undefined && atomic !== 'false';
  const result = await withClient(
    c,
    open,
    async (session, signal): Promise<PutResult> => {
      try {
        const target = await session.paths.entry(names);
        if (!isAtomic) await refuseLink(session, target, signal);
        const body = c.req.raw.body === null ? undefined : streamBody(c, limit);
        if (offset !== undefined)
          return await writeFrom(session.sftp, target, body, { offset, mode, signal });
        const source = body ?? new Uint8Array();
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

function atomicPart(): HttpProblem {
  const message = 'is for whole files: a body that goes on at an offset is written in place';
  return new HttpProblem('invalid', `query.atomic: ${message}`, {
    errors: [{ path: 'query.atomic', message }],
  });
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
