// How much a scenario adds to a workerd that has run something small already. Each subject has processes of its own.
import { peakBytes, residentBytes } from './resident.ts';
import { middle } from './rounds.ts';
import { round, type Subjects, workerCode } from './side-by-side.ts';
import { HEAP_MIB, startWorkers } from './workerd.ts';

const MIB = 1 << 20;

/** What is run, and how often. */
export interface Footprint {
  /** Runs once before: what loads and compiles code is not counted. */
  readonly warmUp: string;
  readonly scenario: string;
  /** One after the other in one process. */
  readonly runs: number;
  /** How many processes, one after the other. */
  readonly processes: number;
  readonly port: number;
}

/**
 * A Markdown table: resident memory before the first run, and each run's peak beyond that, medians of all processes.
 */
export async function footprints(subjects: Subjects, plan: Footprint): Promise<string> {
  const runs = Array.from({ length: plan.runs }, (_, i) => `run ${i + 1}`);
  const rows: string[][] = [
    ['resident MiB', 'before', ...runs],
    ['---', '---:', ...runs.map(() => '---:')],
  ];
  for (const [subject, name] of Object.entries(subjects)) {
    const code = await workerCode(name);
    const all: number[][] = [];
    for (let i = 0; i < plan.processes; i++) all.push(await oneProcess(subject, name, code, plan));
    const medians = Array.from(
      { length: plan.runs + 1 },
      (_, i) => middle(all.map((each) => each[i] ?? 0)) / MIB,
    );
    const [before = 0, ...beyond] = medians;
    rows.push([subject, before.toFixed(0), ...beyond.map((mib) => `+${mib.toFixed(1)}`)]);
  }
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Bytes: what it holds before, then each run's peak beyond that. */
async function oneProcess(
  subject: string,
  name: string,
  code: string,
  { warmUp, scenario, runs, port }: Footprint,
): Promise<number[]> {
  const worker = await startWorkers({ [name]: code }, { maxHeapMib: HEAP_MIB });
  try {
    const url = worker.urls[name] ?? '';
    await round(url, subject, warmUp, port);
    const before = residentBytes(worker.pid);
    const found = [before];
    for (let i = 0; i < runs; i++) {
      const peak = await peakBytes(worker.pid, () => round(url, subject, scenario, port));
      found.push(peak - before);
    }
    return found;
  } finally {
    worker.stop();
  }
}
