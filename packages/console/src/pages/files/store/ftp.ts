// FTP as a server with files.
import {
  ftpDelete,
  ftpGet,
  ftpListLines,
  ftpMkdir,
  ftpPut,
  ftpRename,
  ftpStat,
  isFairleadProblem,
  type Output,
} from '@fairlead/sdk';
import { type ConnectionAccess, may } from '../../../session/access.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import type { Entry, EntryKind, FileStore } from './contract.ts';
import { rangeHeaders, readDownload } from './download.ts';

type FtpEntry = Output<'ftpList'>['entries'][number];

const KINDS: Readonly<Partial<Record<FtpEntry['type'], EntryKind>>> = {
  file: 'file',
  directory: 'folder',
  link: 'link',
};

/** The files of a connection of `ftp:` and `ftps:`. */
export function ftpStore(caller: Caller, connection: ConnectionAccess): FileStore {
  return {
    protocol: 'FTP',
    takesControls: false,
    mayWrite: may(connection, 'ftp', 'write'),
    async *list(path, { signal }) {
      const lines = caller.run('ftpListLines', ftpListLines<FtpEntry>, { body: { path }, signal });
      for await (const entry of lines) yield entryOf(entry);
    },
    async stat(path, { signal }) {
      try {
        return entryOf(await caller.run('ftpStat', ftpStat, { body: { path }, signal }));
      } catch (error) {
        if (isFairleadProblem(error) && error.status === 404) return undefined;
        throw error;
      }
    },
    async get(path, from) {
      const input = { query: { path }, headers: rangeHeaders(from), signal: from.signal };
      return readDownload(await caller.run('ftpGet', ftpGet, input));
    },
    async put(path, body, { signal }) {
      await caller.run('ftpPut', ftpPut, { query: { path }, body, signal });
    },
    async putPart(path, body, offset, { signal }) {
      await caller.run('ftpPut', ftpPut, { query: { path, offset }, body, signal });
    },
    async mkdir(path, { signal }) {
      await caller.run('ftpMkdir', ftpMkdir, { body: { path, recursive: false }, signal });
    },
    async rename(from, to, { signal }) {
      await caller.run('ftpRename', ftpRename, { body: { from, to }, signal });
    },
    async remove(path, kind, { signal }) {
      const wanted = kind === 'folder' ? 'tree' : 'file';
      await caller.run('ftpDelete', ftpDelete, { body: { path, kind: wanted }, signal });
    },
  };
}

function entryOf({ name, type, size, modifiedAt, permissions, target, raw }: FtpEntry): Entry {
  const kind = KINDS[type] ?? 'other';
  return {
    name,
    kind,
    size: kind === 'folder' ? undefined : size,
    modifiedAt: modifiedAt === undefined ? undefined : Date.parse(modifiedAt),
    mode: permissions,
    note: target ?? raw,
  };
}
