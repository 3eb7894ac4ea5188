// What a process has used of the processors (Linux), in all of its threads.
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel's unit, whatever its own clock: a hundredth of a second. */
const TICK_MS = 10;

/** Its time in user mode and in the kernel, in milliseconds (proc_pid_stat(5), fields 14 and 15). */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name of the program stands between parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The same to the nanosecond, of the threads that run now (the scheduler's statistics): for work that takes a few milliseconds. */
export function exactCpuMs(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
  }
  return ns / 1e6;
}
