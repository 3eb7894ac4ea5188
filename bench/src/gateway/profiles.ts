// Where the time of a gateway's request goes: profiles of the Worker's isolate and of the pool's object.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchOptions, Report } from '../report.ts';
import { freePort } from '../wait.ts';
import { type Loader, startLoader } from './loader.ts';
import { profileTable } from './profile-table.ts';
import { openProfiler } from './profiler.ts';
import { chooseSubjects, type Subject } from './subjects.ts';
import { aboutStage, loadOrder, OBJECTS, type Stage, startStage } from './workers.ts';

/** The rows where none are asked for. */
const DEFAULT_ROWS = 'redis-warm,pg-warm';
const CONCURRENT = 16;
/** What runs before, so that V8 has compiled what it is going to. */
const WARM_UP_MS = 3_000;
const PROFILE_MS = 5_000;
const FUNCTIONS = 40;

/** Takes profiles of one row after the other. @param folder Where the files go, for V8's own tools. */
export async function profiles(
  { only = DEFAULT_ROWS, concurrent, progress }: BenchOptions,
  folder: string,
): Promise<Report> {
  const subjects = chooseSubjects(only);
  progress('servers and Workers ...');
  const stage = await startStage({ inspectorPort: await freePort() });
  const loader = startLoader();
  const tables: string[] = [];
  mkdirSync(folder, { recursive: true });
  try {
    for (const subject of subjects) {
      progress(`${subject.id} ...`);
      tables.push(...(await profile(stage, loader, subject, { concurrent: concurrent?.[0], folder })));
    }
    return { about: aboutStage(stage), outcomes: [], text: tables.join('\n\n') };
  } finally {
    loader.stop();
    stage.stop();
  }
}

async function profile(
  stage: Stage,
  loader: Loader,
  subject: Subject,
  { concurrent = CONCURRENT, folder }: { concurrent: number | undefined; folder: string },
): Promise<string[]> {
  await loader.run(loadOrder(stage, subject, concurrent, WARM_UP_MS));
  const isolates = Object.entries({ worker: subject.worker, object: OBJECTS });
  const profilers = await Promise.all(
    isolates.map(async ([part, worker]) => ({
      part,
      profiler: await openProfiler(stage.workers.inspectors[worker] ?? ''),
    })),
  );
  for (const { profiler } of profilers) await profiler.start();
  const { requests, cpuMs } = await loader.run(loadOrder(stage, subject, concurrent, PROFILE_MS));
  const tables: string[] = [];
  for (const { part, profiler } of profilers) {
    const taken = await profiler.stop();
    writeFileSync(join(folder, `${subject.id}-${part}.cpuprofile`), JSON.stringify(taken));
    const cpu = `${((cpuMs * 1000) / requests).toFixed(0)} µs of CPU each`;
    const table = profileTable(taken, stage.code, requests, FUNCTIONS);
    tables.push(`${subject.name}, ${part}: ${requests} requests, ${cpu}\n\n${table}`);
  }
  return tables;
}
