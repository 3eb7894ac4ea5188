// Finds the workerd that holds a port though the process that began it is gone (`kill -9`). It ends no process.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A line of `/proc/net/tcp` is in this state when its socket listens (Linux, include/net/tcp_states.h). */
const LISTEN = '0A';

/**
 * The process that listens on `port`, if it is a workerd without its parent.
 * @param proc Where Linux shows its processes; elsewhere nothing is found.
 * @returns Its process identifier.
 */
export function findLeftover(port: number, proc = '/proc'): number | undefined {
  try {
    const inodes = listeners(`${proc}/net/tcp`, port);
    return readdirSync(proc)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .find((pid) => isOrphanedWorkerd(proc, pid) && holdsOne(proc, pid, inodes));
  } catch {
    // No such system, or not ours to see: the caller says what it knows.
    return undefined;
  }
}

/** The sockets that listen on `port`, as `socket:[1234]`. */
function listeners(table: string, port: number): ReadonlySet<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync(table, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const ours = rows.filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === LISTEN);
  return new Set(ours.map((columns) => `socket:[${columns[9]}]`));
}

/** A process whose parent has ended gets another one: process 1, or a reaper between, but never Node. */
function isOrphanedWorkerd(proc: string, pid: number): boolean {
  try {
    if (!readFileSync(`${proc}/${pid}/cmdline`, 'utf8').split('\0')[0]?.endsWith('/workerd')) return false;
    const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`${proc}/${pid}/status`, 'utf8'))?.[1];
    return parent === '1' || !/\/node$/.test(readlinkSync(`${proc}/${parent}/exe`));
  } catch {
    return false;
  }
}

function holdsOne(proc: string, pid: number, sockets: ReadonlySet<string>): boolean {
  try {
    const folder = `${proc}/${pid}/fd`;
    return readdirSync(folder).some((name) => sockets.has(readlinkSync(`${folder}/${name}`)));
  } catch {
    return false;
  }
}
