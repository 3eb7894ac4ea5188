// The entries of one folder, by several READDIRs at a time.

import { FairleadError } from '@fairlead/errors';
import type { Call } from '../connection/call.ts';
import type { SftpSession } from '../connection/session.ts';
import { protocolError } from '../errors.ts';
import type { DirectoryEntry } from '../types/attributes.ts';
import { checkEntryName } from '../wire/names.ts';
import type { NamedFile } from '../wire/replies.ts';
import { openFolder, readFolder } from '../wire/requests.ts';

/** READDIRs that are sent first: OpenSSH gives 100 entries in each, so that these list 498 and tell the end. */
const FIRST_REQUESTS = 6;
const MAX_REQUESTS = 16;

/**
 * Lists a folder as part of a call. Entries are asked for as they are taken.
 * @throws FairleadError `protocol` for a name that would lead out of the folder; it ends the session.
 */
export async function* listFolder(
  session: SftpSession,
  call: Call,
  path: Uint8Array,
  maxEntries: number,
): AsyncGenerator<DirectoryEntry, void, undefined> {
  const handle = await call.ask(openFolder(path));
  try {
    const replies: Promise<readonly NamedFile[] | undefined>[] = [];
    let isAtEnd = false;
    let wanted = FIRST_REQUESTS;
    let count = 0;
    let dots = 0;
    for (;;) {
      if (replies.length === 0) {
        if (isAtEnd) return;
        for (let left = wanted; left > 0; left--) replies.push(call.ask(readFolder(handle)));
        wanted = Math.min(MAX_REQUESTS, wanted * 2);
      }
      const files = await replies.shift();
      // A reply without a name is the end too, as OpenSSH's client has it: such replies would never end.
      if (files === undefined || files.length === 0) {
        // What is owed is taken to the last: not every server works requests off in order.
        isAtEnd = true;
        continue;
      }
      for (const file of files) {
        const entry = entryOf(session, file);
        if (entry === undefined) {
          // They count for nothing, so that a list of them would never end.
          if (++dots <= 2) continue;
          throw session.connection.destroy(protocolError('the server lists "." or ".." again and again'));
        }
        if (++count > maxEntries) throw tooMany(maxEntries);
        yield entry;
      }
    }
  } finally {
    session.connection.close(handle);
  }
}

/** The error of more entries than the caller allows. */
export function tooMany(maxEntries: number): FairleadError {
  return new FairleadError('limit', `SFTP: there are more than ${maxEntries} entries (maxEntries)`);
}

function entryOf(
  session: SftpSession,
  { name, longName, attributes }: NamedFile,
): DirectoryEntry | undefined {
  const text = session.name(name);
  if (text === '.' || text === '..') return undefined;
  try {
    checkEntryName(text);
  } catch (error) {
    if (error instanceof FairleadError) session.connection.destroy(error);
    throw error;
  }
  return { ...attributes, name: text, longName };
}
