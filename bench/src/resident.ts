// What a process holds in memory (Linux), now and at its peak. The kernel keeps the peak: nothing is missed between samples.
import { readFileSync, writeFileSync } from 'node:fs';

/** Of the process, in bytes. */
export function residentBytes(pid: number): number {
  return status(pid, 'VmRSS');
}

/** The most that the process holds while `work` goes on, in bytes. */
export async function peakBytes(pid: number, work: () => Promise<unknown>): Promise<number> {
  // 5 sets the peak back to what is held now (proc_pid_clear_refs(5)).
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  await work();
  return status(pid, 'VmHWM');
}

function status(pid: number, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )?.[1];
  return Number(kilobytes ?? 0) * 1024;
}
