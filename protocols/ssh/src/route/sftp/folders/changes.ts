// `GET /sftp/stat`, and the routes that change folders: mkdir, rename, remove.
import { audit, type RouteContext, readJson, requireJsonType } from '@fairlead/http';
import type { z } from '@hono/zod-openapi';
import type { Connect } from '../../connection.ts';
import { formatPath, readPath } from '../paths/path.ts';
import { attributesJson, mkdirBody, removeBody, renameBody, type statQuery } from '../schemas.ts';
import { type FileSession, READ, sessionOpener, withSession } from '../session.ts';

/** @throws HttpProblem 400, 403, 404; FairleadError as `stat`. */
export async function statFile(
  c: RouteContext,
  { path, connection, follow }: z.output<typeof statQuery>,
  connect: Connect,
): Promise<Response> {
  const names = readPath(path, 'query.path');
  const open = sessionOpener(c, { action: READ, connection }, connect);
  const found = await withSession(c, open, async ({ sftp, paths }, signal) => {
    const isItself = follow === 'false' && names.length > 0;
    if (isItself) return sftp.lstat(await paths.entry(names), { signal });
    return sftp.stat(await paths.target(names), { signal });
  });
  return c.json({ path: formatPath(names), ...attributesJson(found) }, 200);
}

/** @throws HttpProblem 400, 403, 404; FairleadError as `mkdir`. */
export async function makeFolder(c: RouteContext, connect: Connect): Promise<Response> {
  const { connection, path, recursive = false, mode } = await read(c, mkdirBody);
  const names = readPath(path, 'body.path');
  const open = sessionOpener(c, { action: 'write', connection }, connect);
  audit(c, { action: 'mkdir' });
  await withSession(c, open, async ({ sftp, paths }, signal) => {
    const folder = recursive ? await paths.newEntry(names) : await paths.entry(names);
    await sftp.mkdir(folder, { recursive, mode, signal });
  });
  return c.json({ path: formatPath(names) }, 200);
}

/** @throws HttpProblem 400, 403, 404; FairleadError as `rename`. */
export async function renameEntry(c: RouteContext, connect: Connect): Promise<Response> {
  const { connection, from, to, overwrite } = await read(c, renameBody);
  const source = readPath(from, 'body.from');
  const target = readPath(to, 'body.to');
  const open = sessionOpener(c, { action: 'write', connection }, connect);
  audit(c, { action: 'rename' });
  await withSession(c, open, async ({ sftp, paths }, signal) => {
    const [old, renamed] = await Promise.all([paths.entry(source), paths.entry(target)]);
    await sftp.rename(old, renamed, { overwrite, signal });
  });
  return c.json({ from: formatPath(source), to: formatPath(target) }, 200);
}

/** @throws HttpProblem 400, 403, 404; FairleadError as `remove`, `rmdir` and `removeAll`. */
export async function removeEntry(c: RouteContext, connect: Connect): Promise<Response> {
  const { connection, path, recursive = false } = await read(c, removeBody);
  const names = readPath(path, 'body.path');
  const open = sessionOpener(c, { action: 'write', connection }, connect);
  audit(c, { action: 'remove' });
  await withSession(c, open, (session, signal) => remove(session, names, recursive, signal));
  return c.json({ path: formatPath(names) }, 200);
}

async function remove(
  { sftp, paths }: FileSession,
  names: readonly string[],
  recursive: boolean,
  signal: AbortSignal,
): Promise<void> {
  const entry = await paths.entry(names);
  const { kind } = await sftp.lstat(entry, { signal });
  if (kind !== 'directory') await sftp.remove(entry, { signal });
  else if (recursive) await sftp.removeAll(entry, { signal });
  else await sftp.rmdir(entry, { signal });
}

async function read<S extends z.ZodType>(c: RouteContext, schema: S): Promise<z.output<S>> {
  requireJsonType(c);
  return readJson(c, schema);
}
