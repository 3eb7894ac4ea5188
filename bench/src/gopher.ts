// The bench of Gopher: a large file through the client, and what that costs in memory, run after run.
import { footprints } from './footprint.ts';
import { startGopherHole } from './gopher-hole.ts';
import type { BenchOptions, Report } from './report.ts';
import { type Plan, run, type Subjects } from './side-by-side.ts';
import { isWanted } from './usage.ts';

const SUBJECTS: Subjects = {
  fairlead: 'gopher',
  'fairlead BYOB': 'gopher',
  'raw socket': 'gopher',
  'raw socket BYOB': 'gopher',
};
const MEMORY_RUNS = 8;

/** Runs it. A hash that differs ends it. */
export async function gopher(options: BenchOptions): Promise<Report> {
  const hole = await startGopherHole();
  const subjects = Object.keys(SUBJECTS);
  const port = hole.port;
  const plans: Plan[] = [
    { id: 'bulk', name: '100 MiB, type 9', unit: 'MiB', subjects, port },
    { id: 'hash', name: '100 MiB and its SHA-256', unit: 'MiB', subjects, port },
  ];
  try {
    const report = await run(SUBJECTS, { ...hole, stop() {} }, plans, { ...options, others: ['memory'] });
    if (options.profile !== undefined || !isWanted(options.only, 'memory')) return report;
    options.progress('memory ...');
    const more = await footprints(SUBJECTS, {
      warmUp: 'small',
      scenario: 'bulk',
      runs: MEMORY_RUNS,
      processes: options.rounds,
      port,
    });
    return { ...report, more: `100 MiB, workerd's peak beyond what it held after a small item:\n\n${more}` };
  } finally {
    hole.stop();
  }
}
