// The bench of the gateway: requests a second, and CPU of workerd for one request, for each route and beside Workers that do
// nothing. It judges nothing.
import { cpus } from 'node:os';
import type { BenchOptions, Report } from '../report.ts';
import { startLoader } from './loader.ts';
import { measure, type Run } from './measure.ts';
import { requestText, SUBJECTS, type Subject } from './subjects.ts';
import { figuresTable, goals, goalsTable } from './tables.ts';
import { startStage, TOKEN } from './workers.ts';

const CONCURRENT = [1, 16, 64];
/** How long one run of one row is. */
const RUN_MS = 1_000;

/** Runs it. */
export async function gateway({ rounds, only, concurrent, progress }: BenchOptions): Promise<Report> {
  const rows = SUBJECTS.filter(({ id }) => only === undefined || isWanted(id, only.split(',')));
  if (rows.length === 0)
    throw new Error(`No row is one of ${only}: ${SUBJECTS.map(({ id }) => id).join(', ')}`);
  progress('servers and Workers ...');
  const stage = await startStage();
  const loader = startLoader();
  try {
    const run = async ({ id, worker, request }: Subject, connections: number): Promise<Run> => {
      progress(`${id}, ${connections} concurrent ...`);
      const { requests, ms, cpuMs } = await loader.run({
        port: Number(new URL(stage.workers.urls[worker] ?? '').port),
        request: requestText(request, TOKEN),
        expected: request.expected,
        concurrent: connections,
        ms: RUN_MS,
        pid: stage.workers.pid,
      });
      return { perSecond: (requests * 1000) / ms, cpuMs: cpuMs / requests };
    };
    const figures = await measure(rows, concurrent ?? CONCURRENT, rounds, run);
    const reached = goals(figures);
    const about = `${stage.what}; workerd ${stage.workers.version}; ${cpus().length} x ${cpus()[0]?.model.trim()}; medians of ${rounds} rounds of ${RUN_MS} ms`;
    return {
      about,
      outcomes: [],
      text: figuresTable(figures),
      more: goalsTable(reached),
      figures: { rows: figures, goals: reached },
    };
  } finally {
    loader.stop();
    stage.stop();
  }
}

/** A name stands for itself and for the rows whose ids begin with it: `pg`, `redis-warm`. */
function isWanted(id: string, names: readonly string[]): boolean {
  return names.some((name) => id === name || id.startsWith(`${name}-`));
}
