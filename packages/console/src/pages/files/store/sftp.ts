// SFTP as a server with files.
import {
  isFairleadProblem,
  type Output,
  sftpGet,
  sftpListLines,
  sftpMkdir,
  sftpPut,
  sftpRemove,
  sftpRename,
  sftpStat,
} from '@fairlead/sdk';
import { type ConnectionAccess, may } from '../../../session/access.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import type { Entry, EntryKind, FileStore } from './contract.ts';
import { rangeHeaders, readDownload } from './download.ts';

type SftpEntry = Output<'sftpList'>['entries'][number];

const KINDS: Readonly<Partial<Record<SftpEntry['type'], EntryKind>>> = {
  file: 'file',
  directory: 'folder',
  symlink: 'link',
};

/** The files of a connection of `ssh:`. */
export function sftpStore(caller: Caller, connection: ConnectionAccess): FileStore {
  return {
    protocol: 'SFTP',
    takesControls: true,
    mayWrite: may(connection, 'sftp', 'write'),
    async *list(path, { signal }) {
      const lines = caller.run('sftpListLines', sftpListLines<SftpEntry>, { query: { path }, signal });
      for await (const entry of lines) yield entryOf(entry.name, entry);
    },
    async stat(path, { signal }) {
      try {
        const found = await caller.run('sftpStat', sftpStat, { query: { path }, signal });
        return entryOf(path.slice(path.lastIndexOf('/') + 1), found);
      } catch (error) {
        if (isFairleadProblem(error) && error.status === 404) return undefined;
        throw error;
      }
    },
    async get(path, from) {
      const input = { query: { path }, headers: rangeHeaders(from), signal: from.signal };
      return readDownload(await caller.run('sftpGet', sftpGet, input));
    },
    async put(path, body, { signal }) {
      await caller.run('sftpPut', sftpPut, { query: { path }, body, signal });
    },
    async putPart(path, body, offset, { signal }) {
      await caller.run('sftpPut', sftpPut, { query: { path, offset }, body, signal });
    },
    async mkdir(path, { signal }) {
      await caller.run('sftpMkdir', sftpMkdir, { body: { path }, signal });
    },
    async rename(from, to, { signal }) {
      await caller.run('sftpRename', sftpRename, { body: { from, to, overwrite: true }, signal });
    },
    async remove(path, kind, { signal }) {
      await caller.run('sftpRemove', sftpRemove, { body: { path, recursive: kind === 'folder' }, signal });
    },
  };
}

function entryOf(name: string, { type, size, mode, modifiedAt }: Omit<SftpEntry, 'name'>): Entry {
  const kind = KINDS[type] ?? 'other';
  return {
    name,
    kind,
    size: kind === 'folder' ? undefined : size,
    modifiedAt: modifiedAt === undefined ? undefined : Date.parse(modifiedAt),
    mode,
    note: kind === 'other' ? type : undefined,
  };
}
