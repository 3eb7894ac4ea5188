// Runs a bench's subjects: each in an isolate of its own of one workerd, or in a process of Node or Bun; scenario by scenario, in turns.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { exactCpuMs } from './cpu.ts';
import type { ProfileOrder } from './inspector/profile.ts';
import { bytesTable, profileRow, type RowProfile, type RowSubject } from './inspector/row.ts';
import { canRun, isPeer, startPeer } from './peer.ts';
import type { BenchOptions, Report } from './report.ts';
import { compare, type Measure, type Outcome, type Scenario } from './rounds.ts';
import { checkNames, isWanted } from './usage.ts';
import { freePort } from './wait.ts';
import { type ProcessOptions, startWorkers } from './workerd.ts';

/** Subjects by name, ours first, and the Worker that holds each; `node:` or `bun:` is a peer in a process of its own instead. */
export type Subjects = Readonly<Record<string, string>>;

/** A scenario, and where its server is. */
export interface Plan extends Scenario {
  /** Its name in the Worker. */
  readonly id: string;
  readonly port: number;
}

/** Where a subject is reached. */
interface Place {
  readonly url: string;
  readonly pid: number;
  /** Of a Worker that is to be profiled. */
  readonly inspected?: Omit<RowSubject, 'name' | 'run'>;
}

/** All that runs. */
interface Stage {
  /** By subject; those that this machine cannot run are absent. */
  readonly places: ReadonlyMap<string, Place>;
  readonly about: string;
  stop(): void;
}

/** The code of `workers/<name>.ts`. */
export function workerCode(name: string): Promise<string> {
  return bundle({ file: join(import.meta.dirname, '..', 'workers', `${name}.ts`) });
}

/**
 * Runs all plans, and stops the server whatever comes. With `profile` it takes profiles of ours instead.
 * @param options With the names of rows that the bench runs itself: where only these are asked for, nothing runs here.
 * @param shared The environment of the Workers and of the peers' processes, and what else all Workers have.
 */
export async function run(
  subjects: Subjects,
  server: { what: string; stop(): void },
  plans: readonly Plan[],
  { others = [], ...options }: BenchOptions & { readonly others?: readonly string[] },
  shared: ProcessOptions = {},
): Promise<Report> {
  const { rounds, only, beside, progress, profile } = options;
  const [ours] = Object.keys(subjects);
  const takesPart = (name: string): boolean => name === ours || beside?.includes(name) !== false;
  const wanted = Object.fromEntries(Object.entries(subjects).filter(([name]) => takesPart(name)));
  const chosen = plans.filter(({ id }) => isWanted(only, id));
  let stage: Stage | undefined;
  try {
    checkNames('row', only?.split(','), [...plans.map(({ id }) => id), ...others]);
    checkNames('client', beside, Object.keys(subjects));
    if (chosen.length === 0) return { about: server.what, outcomes: [] };
    stage = await startStage(wanted, options, shared);
    const outcomes: Outcome[] = [];
    const profiles: RowProfile[] = [];
    for (const plan of chosen) {
      progress(`${plan.name} ...`);
      if (profile === undefined) outcomes.push(await comparePlan(stage, plan, rounds));
      else profiles.push(await profilePlan(stage, plan, rounds, profile));
    }
    const about = `${server.what}; ${stage.about}`;
    if (profile === undefined) return { about: `${about}; medians of ${rounds} rounds`, outcomes };
    const texts = [bytesTable(profile, profiles), ...profiles.map(({ text }) => text)];
    const figures = profiles.map(({ title, each }) => ({ title, kind: profile.kind, each }));
    return { about, outcomes, text: texts.filter((text) => text !== '').join('\n\n'), figures };
  } finally {
    stage?.stop();
    server.stop();
  }
}

function comparePlan({ places }: Stage, { id, port, ...scenario }: Plan, rounds: number): Promise<Outcome> {
  const subjects = scenario.subjects.filter((subject) => places.has(subject));
  return compare({ ...scenario, subjects }, rounds, async (subject) => {
    const { url, pid } = places.get(subject) ?? { url: '', pid: 0 };
    const before = exactCpuMs(pid);
    const measure = await round(url, subject, id, port);
    return { ...measure, cpuMs: exactCpuMs(pid) - before };
  });
}

function profilePlan(
  { places }: Stage,
  { id, name, port, subjects }: Plan,
  rounds: number,
  order: ProfileOrder,
): Promise<RowProfile> {
  const inspected = subjects.flatMap((subject) => {
    const { url = '', inspected } = places.get(subject) ?? {};
    if (inspected === undefined) return [];
    return { name: subject, ...inspected, run: async () => (await round(url, subject, id, port)).count };
  });
  return profileRow(order, { title: name, subjects: inspected, rounds });
}

/** Starts one workerd and the peers. What this machine cannot run is left out, and said. */
async function startStage(
  subjects: Subjects,
  { profile }: BenchOptions,
  shared: ProcessOptions,
): Promise<Stage> {
  const names = [...new Set(Object.values(subjects))];
  const files = names.filter((name) => !isPeer(name));
  const codes = Object.fromEntries(
    await Promise.all(files.map(async (name) => [name, await workerCode(name)] as const)),
  );
  const inspectorPort = profile && (await freePort());
  const workers = await startWorkers(codes, { ...shared, ...(inspectorPort ? { inspectorPort } : {}) });
  const stops = [workers.stop];
  const found: Record<string, Place> = {};
  for (const [name, code] of Object.entries(codes)) {
    const inspected = { worker: name, inspector: workers.inspectors[name] ?? '', code };
    found[name] = { url: workers.urls[name] ?? '', pid: workers.pid, inspected };
  }
  // Nobody looks into the peers.
  for (const name of profile ? [] : names.filter((each) => isPeer(each) && canRun(each))) {
    const peer = await startPeer(name, shared.settings);
    stops.push(peer.stop);
    found[name] = peer;
  }
  const places = Object.entries(subjects).flatMap(([subject, name]) => {
    const place = found[name];
    return place === undefined ? [] : [[subject, place] as const];
  });
  const absent = Object.keys(subjects).filter((subject) => found[subjects[subject] ?? ''] === undefined);
  const leftOut = profile || absent.length === 0 ? '' : `; left out, no bun in PATH: ${absent.join(', ')}`;
  return {
    places: new Map(places),
    about: `workerd ${workers.version}; ${cpus().length} x ${cpus()[0]?.model.trim()}${leftOut}`,
    stop() {
      for (const stop of stops) stop();
    },
  };
}

/** One round of one subject. @throws Error with the Worker's own words. */
export async function round(url: string, subject: string, scenario: string, port: number): Promise<Measure> {
  const query = new URLSearchParams({ subject, scenario, port: String(port) });
  const response = await fetch(`${url}/round?${query}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`${subject}, ${scenario}: ${text}`);
  return JSON.parse(text);
}
