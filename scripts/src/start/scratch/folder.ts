// A folder for the local SSH and FTP servers: a few files at first, gone with the servers. A path never leads out of it.
import { lstat, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix, sep } from 'node:path';

const FILES: Readonly<Record<string, string>> = {
  'README.txt': 'This folder is gone when the server ends. Read it by SFTP and FTP, or change it.\n',
  'harbours.csv': 'name,country,depth_m\nRotterdam,NL,24.0\nPiraeus,GR,19.5\nGdansk,PL,17.0\n',
  'logs/today.log': '06:00 pilot on board\n06:40 moored at berth 4\n',
  'reports/2026.csv': 'month,calls\nJanuary,41\nFebruary,38\n',
};

/** A folder of its own below the system's temporary one. */
export interface ScratchFolder {
  /**
   * Where a client's path is on the disk. `..` at the top stays at the top.
   * @param path As the client wrote it, relative to `directory` unless it begins with a slash.
   * @throws Error with the code `EACCES` where a symbolic link stands on the way.
   */
  locate(path: string, directory?: string): Promise<string>;
  /** Deletes it with all that it holds. */
  remove(): Promise<void>;
}

/** Makes the folder and its first files. */
export async function makeScratchFolder(): Promise<ScratchFolder> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'fairlead-start-')));
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return {
    locate: (path, directory = '/') => locate(root, absolutePath(path, directory)),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** A client's path from the folder's top on, without `.` and `..`. */
export function absolutePath(path: string, directory = '/'): string {
  return posix.resolve('/', directory, path);
}

async function locate(root: string, path: string): Promise<string> {
  const place = join(root, path);
  if (path === '/') return root;
  const parent = await realpath(dirname(place));
  const isInside = parent === root || parent.startsWith(root + sep);
  const isLink = await lstat(place).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  if (isInside && !isLink) return place;
  throw Object.assign(new Error('Symbolic links are not followed'), { code: 'EACCES' });
}
