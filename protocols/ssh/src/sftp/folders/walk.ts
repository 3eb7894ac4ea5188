// All entries below a folder, and their removal. Symlinks are never followed, and no name leads out of the folder.
import { FairleadError } from '@fairlead/errors';
import type { Call } from '../connection/call.ts';
import type { SftpSession } from '../connection/session.ts';
import type { WalkEntry } from '../types/attributes.ts';
import type { WalkOptions } from '../types/options.ts';
import { checkWhole } from '../wire/attributes.ts';
import * as FXP from '../wire/numbers/fxp.ts';
import { remove, stat } from '../wire/requests.ts';
import { listFolder, tooMany } from './list.ts';

const MAX_ENTRIES = 100_000;
const MAX_DEPTH = 64;
/** REMOVEs that are sent at a time. */
const MAX_REMOVALS = 64;

/** The caps of one walk. */
interface Walk {
  readonly session: SftpSession;
  readonly call: Call;
  readonly maxEntries: number;
  readonly maxDepth: number;
  count: number;
}

/** Begins a walk. @throws FairleadError `usage`. */
export function beginWalk(session: SftpSession, call: Call, options: WalkOptions): Walk {
  const { maxEntries = MAX_ENTRIES, maxDepth = MAX_DEPTH } = options;
  checkWhole('maxEntries', maxEntries);
  checkWhole('maxDepth', maxDepth);
  return { session, call, maxEntries, maxDepth, count: 0 };
}

/** Each entry before those below it. */
export async function* walkFolder(
  walk: Walk,
  path: string,
  depth = 0,
): AsyncGenerator<WalkEntry, void, undefined> {
  const folders: WalkEntry[] = [];
  for await (const entry of entriesOf(walk, path, depth)) {
    if (entry.kind === 'directory') folders.push(entry);
    else yield entry;
  }
  for (const folder of folders) {
    yield folder;
    yield* walkFolder(walk, folder.path, depth + 1);
  }
}

/**
 * Removes a file or link, or a folder with its contents. What it is is asked anew: a folder may have become a link since it was
 * listed, and some servers list what a link leads to.
 */
export async function removeEntry(walk: Walk, path: string, depth = 0): Promise<void> {
  const { session, call } = walk;
  // With a slash behind it a link would be followed.
  const entry = path.replace(/(?<=[^/])\/+$/, '');
  const encoded = session.path(entry);
  const { kind } = await call.ask(stat(encoded, FXP.LSTAT));
  if (kind === 'directory') await removeFolder(walk, entry, depth);
  else await call.ask(remove(encoded, FXP.REMOVE));
}

async function removeFolder(walk: Walk, path: string, depth: number): Promise<void> {
  const { session, call } = walk;
  const folders: string[] = [];
  const removals: Promise<void>[] = [];
  for await (const entry of entriesOf(walk, path, depth)) {
    if (entry.kind === 'directory') folders.push(entry.path);
    else removals.push(call.ask(remove(session.path(entry.path), FXP.REMOVE)));
    if (removals.length >= MAX_REMOVALS) await removals.shift();
  }
  await Promise.all(removals);
  for (const folder of folders) await removeEntry(walk, folder, depth + 1);
  await call.ask(remove(session.path(path), FXP.RMDIR));
}

async function* entriesOf(
  walk: Walk,
  path: string,
  depth: number,
): AsyncGenerator<WalkEntry, void, undefined> {
  const { session, call, maxDepth, maxEntries } = walk;
  if (depth > maxDepth)
    throw new FairleadError('limit', `SFTP: folders are deeper than ${maxDepth} (maxDepth)`);
  for await (const entry of listFolder(session, call, session.path(path), maxEntries)) {
    if (++walk.count > maxEntries) throw tooMany(maxEntries);
    const below = `${path.endsWith('/') ? path : `${path}/`}${entry.name}`;
    // A server may leave the attributes out: a folder must not be taken for a file, nor a link for a folder.
    const known = entry.kind === 'unknown' ? await call.ask(stat(session.path(below), FXP.LSTAT)) : undefined;
    yield { ...entry, ...known, path: below, depth };
  }
}
