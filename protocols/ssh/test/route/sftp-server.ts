// SFTP by ssh2, over the files of this machine: as much as the routes need.
import * as fs from 'node:fs';
import ssh2, { type SFTPWrapper } from 'ssh2';

const { STATUS_CODE: STATUS, OPEN_MODE } = ssh2.utils.sftp;

const CODES: Readonly<Record<string, number>> = {
  ENOENT: STATUS.NO_SUCH_FILE,
  EACCES: STATUS.PERMISSION_DENIED,
};

/** What a handle is of: a file, or the entries of a folder that were not told yet. */
type Open = { readonly file: number } | { readonly folder: string; names: string[] };

/** Serves one session. */
export function serveFiles(sftp: SFTPWrapper): void {
  const handles = new Map<number, Open>();
  let last = 0;
  const keep = (open: Open): Buffer => {
    last += 1;
    handles.set(last, open);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(last);
    return handle;
  };
  const opened = (handle: Buffer): Open => {
    const open = handles.get(handle.readUInt32BE());
    if (open === undefined) throw new Error('no such handle');
    return open;
  };
  const fileOf = (handle: Buffer): number => {
    const open = opened(handle);
    if (!('file' in open)) throw new Error('no file');
    return open.file;
  };
  const answer = (id: number, work: () => void): void => {
    try {
      work();
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      sftp.status(id, CODES[code] ?? STATUS.FAILURE, message.split(',')[0] ?? '');
    }
  };
  const done = (id: number, work: () => void): void => {
    answer(id, () => {
      work();
      sftp.status(id, STATUS.OK);
    });
  };
  // As real servers do.
  sftp.on('end', () => sftp.end());
  sftp.on('OPEN', (id, path, flags, { mode }) =>
    answer(id, () => sftp.handle(id, keep({ file: fs.openSync(path, flagsOf(flags), mode) }))),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, () => {
      const bytes = Buffer.alloc(length);
      const read = fs.readSync(fileOf(handle), bytes, 0, length, offset);
      if (read === 0) sftp.status(id, STATUS.EOF);
      else sftp.data(id, bytes.subarray(0, read));
    }),
  );
  sftp.on('WRITE', (id, handle, offset, data) =>
    done(id, () => fs.writeSync(fileOf(handle), data, 0, data.length, offset)),
  );
  sftp.on('CLOSE', (id, handle) =>
    done(id, () => {
      const open = opened(handle);
      if ('file' in open) fs.closeSync(open.file);
      handles.delete(handle.readUInt32BE());
    }),
  );
  sftp.on('OPENDIR', (id, folder) =>
    answer(id, () => sftp.handle(id, keep({ folder, names: fs.readdirSync(folder) }))),
  );
  sftp.on('READDIR', (id, handle) =>
    answer(id, () => {
      const open = opened(handle);
      if (!('folder' in open) || open.names.length === 0) {
        sftp.status(id, STATUS.EOF);
        return;
      }
      const entries = open.names.splice(0).map((filename) => ({
        filename,
        longname: filename,
        attrs: attributes(fs.lstatSync(`${open.folder}/${filename}`)),
      }));
      sftp.name(id, entries);
    }),
  );
  sftp.on('STAT', (id, path) => answer(id, () => sftp.attrs(id, attributes(fs.statSync(path)))));
  sftp.on('LSTAT', (id, path) => answer(id, () => sftp.attrs(id, attributes(fs.lstatSync(path)))));
  sftp.on('FSTAT', (id, handle) =>
    answer(id, () => sftp.attrs(id, attributes(fs.fstatSync(fileOf(handle))))),
  );
  sftp.on('SETSTAT', (id, path, { mode }) => done(id, () => mode && fs.chmodSync(path, mode)));
  sftp.on('FSETSTAT', (id, handle, { mode }) => done(id, () => mode && fs.fchmodSync(fileOf(handle), mode)));
  sftp.on('REALPATH', (id, path) =>
    answer(id, () => {
      const filename = fs.realpathSync(path);
      sftp.name(id, [{ filename, longname: filename, attrs: attributes(fs.statSync(filename)) }]);
    }),
  );
  sftp.on('REMOVE', (id, path) => done(id, () => fs.unlinkSync(path)));
  sftp.on('MKDIR', (id, path, { mode }) => done(id, () => fs.mkdirSync(path, { mode })));
  sftp.on('RMDIR', (id, path) => done(id, () => fs.rmdirSync(path)));
  sftp.on('RENAME', (id, from, to) =>
    done(id, () => {
      if (fs.existsSync(to)) throw new Error('File exists');
      fs.renameSync(from, to);
    }),
  );
}

function attributes({ mode, uid, gid, size, atimeMs, mtimeMs }: fs.Stats) {
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) };
}

/** Of SFTP, as those of this machine. */
function flagsOf(flags: number): number {
  const has = (flag: number) => (flags & flag) !== 0;
  const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = fs.constants;
  const access = has(OPEN_MODE.READ) ? O_RDWR : O_WRONLY;
  return (
    (has(OPEN_MODE.WRITE) ? access : O_RDONLY) |
    (has(OPEN_MODE.CREAT) ? O_CREAT : 0) |
    (has(OPEN_MODE.TRUNC) ? O_TRUNC : 0) |
    (has(OPEN_MODE.EXCL) ? O_EXCL : 0)
  );
}
