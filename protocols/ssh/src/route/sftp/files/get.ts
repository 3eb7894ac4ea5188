// `GET /sftp/get`: a file as a stream, or a part of it.
import { type ByteAnswer, bytesWithClient, HttpProblem, type RouteContext } from '@fairlead/http';
import { fileAnswer } from '@fairlead/http/files';
import type { z } from '@hono/zod-openapi';
import type { FileAttributes } from '../../../sftp/types/attributes.ts';
import type { Connect } from '../../connection.ts';
import { type Names, readPath } from '../paths/path.ts';
import type { fileQuery } from '../schemas.ts';
import { type FileSession, READ, sessionOpener } from '../session.ts';

/** @throws HttpProblem 400 (no file), 403, 404, 416; FairleadError as `stat` and `readable`. */
export async function getFile(
  c: RouteContext,
  { path, connection }: z.output<typeof fileQuery>,
  connect: Connect,
): Promise<Response> {
  const names = readPath(path, 'query.path');
  const open = sessionOpener(c, { action: READ, connection }, connect);
  return bytesWithClient(c, open, async (session, signal) => {
    try {
      return await answerOf(c, session, names, signal);
    } catch (error) {
      throw await session.paths.explain(error);
    }
  });
}

async function answerOf(
  c: RouteContext,
  { sftp, paths }: FileSession,
  names: Names,
  signal: AbortSignal,
): Promise<ByteAnswer> {
  const path = await paths.target(names);
  const file = await sftp.stat(path, { signal });
  if (file.kind !== 'file' && file.kind !== 'unknown') throw noFile(file);
  const { modifiedAt } = file;
  // The size of a pseudo file is 0 whatever it holds: it is read to its end, and has no parts.
  const size = file.size || undefined;
  const { status, headers, range, length } = fileAnswer(c, { name: names.at(-1) ?? '', size, modifiedAt });
  if (status === 304) return { status, headers };
  const { start, end = size } = range ?? { start: 0 };
  return { status, headers, body: sftp.readable(path, { start, end, signal }), length };
}

function noFile({ kind }: FileAttributes): HttpProblem {
  const message = `leads to no file, but to a ${kind}`;
  return new HttpProblem('invalid', `query.path: ${message}`, { errors: [{ path: 'query.path', message }] });
}
