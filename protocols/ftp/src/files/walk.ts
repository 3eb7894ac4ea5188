// Walks trees and removes them. Names are the server's word: one that leads out of its directory, or that cannot be sent back as
// it is, ends the walk. Links are never followed.
import { usage } from '@fairlead/errors';
import type { FtpClient, WalkEntry } from '../client/types.ts';
import { limitError, protocolError } from '../errors.ts';
import type { FtpEntry } from '../listing/types.ts';
import type { WalkOptions } from '../types.ts';
import { isRefusal } from './directories.ts';

const MAX_DEPTH = 32;
const MAX_ENTRIES = 100_000;
const UNSAFE = /[/\0\r\n]|^\.{0,2}$/;
/** In place of bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';

/** What walking needs of a client. */
export type Walkable = Pick<FtpClient, 'list' | 'remove' | 'rmdir'>;

/** All entries below a directory, each directory before its own entries. */
export async function* walk(
  client: Walkable,
  path: string | undefined,
  options: WalkOptions,
): AsyncGenerator<WalkEntry, void, undefined> {
  const { maxDepth = MAX_DEPTH, maxEntries = MAX_ENTRIES } = options;
  if (!(maxDepth >= 0 && maxEntries >= 0)) throw usage('maxDepth and maxEntries must be numbers from 0');
  let left = maxEntries;
  /** Directories whose entries have not been listed, the next one last. */
  const waiting: { path: string | undefined; depth: number }[] = [{ path, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { depth } = next;
    if (depth > maxDepth) throw limitError(`The tree has more than ${maxDepth} levels (maxDepth)`);
    const entries = await listAll(client, next.path, options, left);
    left -= entries.length;
    const below: typeof waiting = [];
    for (const entry of entries) {
      const place = join(next.path, checkedName(entry));
      yield { ...entry, path: place, depth };
      if (entry.type === 'directory') below.push({ path: place, depth: depth + 1 });
    }
    waiting.push(...below.reverse());
  }
}

/** Removes a directory with all that is in it: its whole tree is listed and checked first, and links are removed as links. */
export async function removeAll(client: Walkable, path: string, options: WalkOptions): Promise<number> {
  const trimmed = typeof path === 'string' ? path.replace(/\/+$/, '') : '';
  if (/(^|\/)\.{0,2}$/.test(trimmed))
    throw usage('removeAll takes the path of a directory by its name, and no root');
  const found: WalkEntry[] = [];
  for await (const entry of walk(client, trimmed, options)) found.push(entry);
  if (await removeLink(client, trimmed, options)) return 1;
  /** Links that are removed, and what their listings showed. */
  const gone = new Set<string>();
  let count = 0;
  for (const { path: place, type, facts } of found) {
    const isBelow = gone.has(place.slice(0, place.lastIndexOf('/')));
    const isLink =
      !isBelow && type === 'directory' && facts.size > 0 && (await removeLink(client, place, options));
    if (isBelow || isLink) gone.add(place);
    if (isLink) count++;
  }
  // From the deepest entry up: in a walk each directory comes before its entries.
  for (const { path: place, type } of found.reverse()) {
    if (gone.has(place)) continue;
    if (type === 'directory') await client.rmdir(place, options);
    else await client.remove(place, options);
    count++;
  }
  await client.rmdir(trimmed, options);
  return count + 1;
}

/**
 * Removes a link that looks like a directory: MLSD of some servers (pyftpdlib) describes what it leads to. DELE takes a link and
 * refuses a directory.
 * @returns Whether it was one.
 */
async function removeLink(client: Walkable, path: string, options: WalkOptions): Promise<boolean> {
  try {
    await client.remove(path, options);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Listed to its end before anything else is asked: there is one transfer at a time. */
async function listAll(
  client: Walkable,
  path: string | undefined,
  { signal, timeoutMs }: WalkOptions,
  maxEntries: number,
): Promise<FtpEntry[]> {
  const entries: FtpEntry[] = [];
  for await (const entry of client.list(path, { signal, timeoutMs, maxEntries })) entries.push(entry);
  return entries;
}

function checkedName(entry: FtpEntry): string {
  const { name, type } = entry;
  if (type === 'unparsed') throw protocolError(`a line of a listing is not understood: ${quoted(entry.raw)}`);
  if (UNSAFE.test(name)) throw protocolError(`a listing has the name ${quoted(name)}, which leads elsewhere`);
  if (name.includes(REPLACEMENT)) {
    throw protocolError(`the name ${quoted(name)} is not UTF-8; connect with names: 'latin1'`);
  }
  return name;
}

function join(directory: string | undefined, name: string): string {
  if (directory === undefined || directory === '') return name;
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
