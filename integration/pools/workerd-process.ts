// What /proc says of the workerd processes that this process started. Linux only: elsewhere there are none.
import { readdirSync, readFileSync } from 'node:fs';

/** The processes named workerd that `parent` has started. */
export function workerdBelow(parent: number): number[] {
  let pids: number[];
  try {
    pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
  return pids.filter((pid) => {
    const status = statusOf(pid);
    return Number(/PPid:\s+(\d+)/.exec(status)?.[1]) === parent && status.includes('Name:\tworkerd');
  });
}

/** Resident memory. */
export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(statusOf(pid))?.[1] ?? 0) * 1_024;
}

/** Open sockets. */
export function openSockets(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/net/tcp`).length;
  } catch {
    return 0;
  }
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // The process has ended meanwhile, or this is no Linux.
    return '';
  }
}
