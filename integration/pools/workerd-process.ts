// What /proc says of the workerd processes that this process started. Linux only: elsewhere there are none.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

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

/** The sockets of a process that are connected to one of the ports, or were until the other side closed. */
export function socketsTo(pid: number, ports: readonly number[]): number {
  try {
    const own = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => inodeOf(pid, fd)));
    const lines = ['tcp', 'tcp6'].flatMap((table) =>
      readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n'),
    );
    return lines.filter((line) => {
      const fields = line.trim().split(/\s+/);
      const port = Number.parseInt(fields[2]?.split(':')[1] ?? '', 16);
      return ports.includes(port) && own.has(fields[9] ?? '');
    }).length;
  } catch {
    return 0;
  }
}

function inodeOf(pid: number, fd: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
  } catch {
    return undefined;
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
