// A file as a line of `ls -l`: for the SSH server's `ls`, for SFTP's long names and for FTP's LIST.
import type { Stats } from 'node:fs';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What is shown of a file. */
export type ListedStats = Pick<Stats, 'mode' | 'size' | 'mtime'> & { isDirectory(): boolean };

/** The line, without its end. Times are UTC. */
export function listLine(name: string, stats: ListedStats): string {
  const permissions = [...'rwxrwxrwx'].map((letter, bit) => (stats.mode & (0o400 >> bit) ? letter : '-'));
  const time = stats.mtime;
  const day = `${MONTHS[time.getUTCMonth()]} ${String(time.getUTCDate()).padStart(2)}`;
  const clock = time.toISOString().slice(11, 16);
  const type = stats.isDirectory() ? 'd' : '-';
  return `${type}${permissions.join('')} 1 demo demo ${String(stats.size).padStart(10)} ${day} ${clock} ${name}`;
}
