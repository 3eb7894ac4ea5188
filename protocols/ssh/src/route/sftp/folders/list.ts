// `GET /sftp/list`: a folder's entries, as one document or as lines.
import { FairleadError } from '@fairlead/errors';
import { NDJSON_TYPE, type RouteContext, streamWithClient } from '@fairlead/http';
import type { z } from '@hono/zod-openapi';
import type { DirectoryEntry } from '../../../sftp/types/attributes.ts';
import { type Connect, JSON_TYPE } from '../../connection.ts';
import { formatPath, type Names, readPath } from '../paths/path.ts';
import { attributesJson, type fileQuery } from '../schemas.ts';
import { type FileSession, READ, sessionOpener, withSession } from '../session.ts';

/** @throws HttpProblem 400, 403, 404; FairleadError `limit`, and as `list`. */
export async function listFolder(
  c: RouteContext,
  { path, connection }: z.output<typeof fileQuery>,
  connect: Connect,
): Promise<Response> {
  const names = readPath(path, 'query.path');
  const open = sessionOpener(c, { action: READ, connection }, connect);
  const tokenMax = c.get('access').limits.maxRows;
  if (c.req.header('Accept')?.includes(NDJSON_TYPE)) {
    return streamWithClient(c, open, (session, signal) =>
      counted(c, entries(session, names, tokenMax, signal)),
    );
  }
  const { maxRows, maxResultBytes } = c.get('config').limits;
  const most = Math.min(maxRows, tokenMax ?? maxRows);
  const texts = await withSession(c, open, async (session, signal) => {
    const found: string[] = [];
    let size = 0;
    for await (const entry of counted(c, entries(session, names, most, signal))) {
      size += entry.length;
      if (size > maxResultBytes) throw tooLarge(maxResultBytes);
      found.push(entry);
    }
    return found;
  });
  const text = `{"path":${JSON.stringify(formatPath(names))},"entries":[${texts.join(',')}]}`;
  return c.newResponse(text, 200, { 'Content-Type': JSON_TYPE });
}

async function* entries(
  { sftp, paths }: FileSession,
  names: Names,
  maxEntries: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  try {
    for await (const entry of sftp.list(await paths.target(names), { maxEntries, signal })) yield line(entry);
  } catch (error) {
    throw await paths.explain(error);
  }
}

async function* counted(
  c: RouteContext,
  lines: AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  let count = 0;
  for await (const each of lines) {
    count += 1;
    c.get('record').rows = count;
    yield each;
  }
}

function line(entry: DirectoryEntry): string {
  return JSON.stringify({ name: entry.name, ...attributesJson(entry) });
}

function tooLarge(maxBytes: number): FairleadError {
  const message = `The list is larger than ${maxBytes} bytes (maxResultBytes): ask for ${NDJSON_TYPE}.`;
  return new FairleadError('limit', message, { safeToRetry: true });
}
