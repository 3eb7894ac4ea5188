// The bench of the gateway: requests a second, and CPU of workerd for one request, for each route and beside Workers that do
// nothing. It judges nothing.
import type { BenchOptions, Report } from '../report.ts';
import { allocations } from './allocations.ts';
import { layers } from './layers/bench.ts';
import { startLoader } from './loader.ts';
import { measure, type Run } from './measure.ts';
import { profiles } from './profiles.ts';
import { chooseSubjects, type Subject } from './subjects.ts';
import { figuresTable, goals, goalsTable } from './tables.ts';
import { aboutStage, loadOrder, startStage } from './workers.ts';

const CONCURRENT = [1, 16, 64];
/** How long one run of one row is. */
const RUN_MS = 1_000;

/** Runs it, or takes profiles; `--only layers` takes the layers apart instead. */
export async function gateway(options: BenchOptions): Promise<Report> {
  if (options.only === 'layers') return layers(options);
  return options.profile === undefined ? compareAll(options) : profiles(options, options.profile);
}

async function compareAll({ rounds, only, concurrent, progress }: BenchOptions): Promise<Report> {
  const rows = chooseSubjects(only);
  progress('servers and Workers ...');
  const stage = await startStage();
  const loader = startLoader();
  try {
    const run = async (subject: Subject, connections: number): Promise<Run> => {
      progress(`${subject.id}, ${connections} concurrent ...`);
      const { requests, ms, cpuMs } = await loader.run(loadOrder(stage, subject, connections, RUN_MS));
      return { perSecond: (requests * 1000) / ms, cpuMs: cpuMs / requests };
    };
    const figures = await measure(rows, concurrent ?? CONCURRENT, rounds, run);
    const bytes = await allocations(rows, progress);
    const reached = goals(figures);
    return {
      about: `${aboutStage(stage)}; medians of ${rounds} rounds of ${RUN_MS} ms`,
      outcomes: [],
      text: figuresTable(figures, bytes),
      ...(reached.length > 0 ? { more: goalsTable(reached) } : {}),
      figures: { rows: figures, bytes: Object.fromEntries(bytes), goals: reached },
    };
  } finally {
    loader.stop();
    stage.stop();
  }
}
