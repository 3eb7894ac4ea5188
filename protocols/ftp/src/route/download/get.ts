// `GET /ftp/get`: a file as it comes from the server, whole or from a position on. A failure behind the first byte breaks the
// answer off; it never ends as if it were whole.
import { isFairleadError } from '@fairlead/errors';
import { bytesWithClient, problemResponses, type RouteContext } from '@fairlead/http';
import { fileAnswer } from '@fairlead/http/files';
import { createRoute, z } from '@hono/zod-openapi';
import type { FtpClient } from '../../client/types.ts';
import type { FileVersion } from '../../types.ts';
import { ftpTarget, problems, tagged } from '../target/connection.ts';
import { pathBelowRoot, wrongPath } from '../target/path.ts';

/** A file's path and a connection, as query parameters. */
export const fileQuery = z.strictObject({
  path: z.string().min(1).openapi({
    description: 'Below the root of the connection. A slash at its beginning does not count',
    example: '/harbours.csv',
  }),
  connection: z.string().min(1).max(64).optional().openapi({ description: 'A named connection' }),
});

const FILE = { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } };

/** The route's description for the OpenAPI document. */
export const getRoute = createRoute({
  ...tagged,
  method: 'get',
  path: '/get',
  operationId: 'get',
  summary: 'Download a file',
  description:
    'Scope `ftp:read:<connection>`. Streams. `Range: bytes=n-`, `n-m` and `-n` where the server knows SIZE; `If-None-Match` and ' +
    '`If-Range` with the ETag, which is made of size and time of change. Its type is that of the name’s ending.',
  request: {
    query: fileQuery,
    headers: z.object({
      Range: z.string().optional().openapi({ description: 'One range of bytes' }),
      'If-None-Match': z.string().optional(),
      'If-Range': z.string().optional(),
    }),
  },
  responses: {
    200: { description: 'The file', content: FILE },
    206: { description: 'The part of the file that `Range` names', content: FILE },
    304: { description: 'The file is the one of `If-None-Match`' },
    ...problemResponses(['range_not_satisfiable']),
    ...problems,
  },
});

/** Answers `GET /ftp/get`. @throws HttpProblem 400, 403, 404; FairleadError as `connect` and `get`. */
export function getFile(c: RouteContext, query: z.output<typeof fileQuery>): Promise<Response> {
  const { root, open } = ftpTarget(c, 'read', query.connection);
  const path = pathBelowRoot(query.path, root, 'query.path');
  return bytesWithClient(c, open, async (ftp, signal) => {
    const { size, modifiedAt } = await versionOf(ftp, path);
    const { status, headers, range, length } = fileAnswer(c, {
      name: path.slice(path.lastIndexOf('/') + 1),
      size,
      modifiedAt,
    });
    // HEAD opens no data connection.
    if (status === 304 || c.req.method === 'HEAD') return { status, headers, length };
    const body = await ftp.get(path, { start: range?.start ?? 0, signal });
    return { status, headers, body, length, isCut: range !== undefined && range.end < (size ?? 0) };
  });
}

/** What the server says of the file. @throws HttpProblem 400 for a directory; FairleadError `server`. */
async function versionOf(ftp: FtpClient, path: string): Promise<FileVersion> {
  const { features } = ftp.server;
  if (features.has('MLST')) {
    const { type, size, modifiedAt } = await ftp.stat(path);
    if (type === 'directory') throw wrongPath('query.path', 'names a directory');
    // Of a link it would be the link's own.
    if (type === 'file' && size !== undefined) return { size, modifiedAt };
  }
  return {
    size: await known(ftp.size(path)),
    modifiedAt: features.has('MDTM') ? await known(ftp.modifiedAt(path)) : undefined,
  };
}

/** Undefined where the server does not say it: RETR tells then whether the file is there. */
async function known<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isFairleadError(error) && error.code === 'server') return undefined;
    throw error;
  }
}
