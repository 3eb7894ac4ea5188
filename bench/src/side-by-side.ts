// Runs a bench's subjects: each in an isolate of its own of one workerd, or in Node; scenario by scenario, in turns.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { startNode } from './node.ts';
import type { BenchOptions, Report } from './report.ts';
import { compare, type Measure, type Outcome, type Scenario } from './rounds.ts';
import { type ProcessOptions, startWorkers } from './workerd.ts';

/** The prefix of subjects that run in Node. */
const NODE = 'node:';

/** Subjects by name, ours first, and the Worker that holds each; `node:` is a process of Node instead. */
export type Subjects = Readonly<Record<string, string>>;

/** A scenario, and where its server is. */
export interface Plan extends Scenario {
  /** Its name in the Worker. */
  readonly id: string;
  readonly port: number;
}

/** The code of `workers/<name>.ts`. */
export function workerCode(name: string): Promise<string> {
  return bundle({ file: join(import.meta.dirname, '..', 'workers', `${name}.ts`) });
}

/**
 * Runs all plans, and stops the server whatever comes.
 * @param shared The environment of the Workers and of Node's processes, and what else all Workers have.
 */
export async function run(
  subjects: Subjects,
  server: { what: string; stop(): void },
  plans: readonly Plan[],
  { rounds, only, progress }: BenchOptions,
  shared: ProcessOptions = {},
): Promise<Report> {
  const outcomes: Outcome[] = [];
  const stops: (() => void)[] = [() => server.stop()];
  try {
    const all = [...new Set(Object.values(subjects))];
    const files = all.filter((name) => !name.startsWith(NODE));
    const codes = await Promise.all(files.map(workerCode));
    const { urls, version, stop } = await startWorkers(
      Object.fromEntries(files.map((name, i) => [name, codes[i] ?? ''])),
      shared,
    );
    stops.push(stop);
    const places: Record<string, string> = { ...urls };
    for (const name of all.filter((each) => each.startsWith(NODE))) {
      const node = await startNode(name.slice(NODE.length), shared.settings);
      stops.push(node.stop);
      places[name] = node.url;
    }
    const about = `${server.what}; workerd ${version}; ${cpus().length} x ${cpus()[0]?.model.trim()}; medians of ${rounds} rounds`;
    for (const { id, port, ...scenario } of plans) {
      if (only !== undefined && only !== id) continue;
      progress(`${scenario.name} ...`);
      outcomes.push(
        await compare(scenario, rounds, (subject) =>
          round(places[subjects[subject] ?? ''] ?? '', subject, id, port),
        ),
      );
    }
    return { about, outcomes };
  } finally {
    for (const stop of stops) stop();
  }
}

/** One round of one subject. @throws Error with the Worker's own words. */
export async function round(url: string, subject: string, scenario: string, port: number): Promise<Measure> {
  const query = new URLSearchParams({ subject, scenario, port: String(port) });
  const response = await fetch(`${url}/round?${query}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`${subject}, ${scenario}: ${text}`);
  return JSON.parse(text);
}
