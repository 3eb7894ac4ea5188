// Where the time of a gateway's request goes, or what it allocates: profiles of the Worker's isolate and of the pool's object.
import { type ProfileOrder, profileDuring } from '../inspector/profile.ts';
import type { BenchOptions, Report } from '../report.ts';
import { freePort } from '../wait.ts';
import { type Loader, startLoader } from './loader.ts';
import { chooseSubjects, type Subject } from './subjects.ts';
import { aboutStage, loadOrder, OBJECTS, type Stage, startStage } from './workers.ts';

/** The rows where none are asked for. */
const DEFAULT_ROWS = 'redis-warm,pg-warm';
const CONCURRENT = 16;
const WARM_UP_MS = 3_000;
const PROFILE_MS = 5_000;

/** Takes profiles of one row after the other. */
export async function profiles(
  { only = DEFAULT_ROWS, concurrent, progress }: BenchOptions,
  order: ProfileOrder,
): Promise<Report> {
  const subjects = chooseSubjects(only);
  progress('servers and Workers ...');
  const stage = await startStage({ inspectorPort: await freePort() });
  const loader = startLoader();
  const tables: string[] = [];
  try {
    for (const subject of subjects) {
      progress(`${subject.id} ...`);
      tables.push(...(await profile(stage, loader, subject, { concurrent: concurrent?.[0], order })));
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
  { concurrent = CONCURRENT, order }: { concurrent: number | undefined; order: ProfileOrder },
): Promise<string[]> {
  const load = (ms: number) => loader.run(loadOrder(stage, subject, concurrent, ms));
  const isolates = Object.entries({ worker: subject.worker, object: OBJECTS }).map(([part, worker]) => ({
    title: `${subject.id} ${part}`,
    inspector: stage.workers.inspectors[worker] ?? '',
    code: stage.code,
  }));
  let cpu = '';
  const found = await profileDuring(order, isolates, {
    warmUp: () => load(WARM_UP_MS),
    async run() {
      const { requests, cpuMs } = await load(PROFILE_MS);
      cpu = `${((cpuMs * 1000) / requests).toFixed(0)} µs of CPU each`;
      return requests;
    },
  });
  return [`${subject.name}: ${cpu}, with the sampler's`, ...found.map(({ text }) => text)];
}
