// What a request of each row allocates in its Worker's isolate: V8's sampling profiler, in a process of its own, since it slows what it
// looks at.
import { allocatedDuring } from '../inspector/samplers.ts';
import { freePort } from '../wait.ts';
import { startLoader } from './loader.ts';
import type { Subject } from './subjects.ts';
import { loadOrder, startStage } from './workers.ts';

const CONCURRENT = 4;
/** V8 compiles what runs often into code that allocates less. */
const WARM_UP_MS = 1_500;
const RUN_MS = 500;

/** Bytes of one request, by the row's id; what a pool's object allocates does not count. */
export async function allocations(
  rows: readonly Subject[],
  progress: (text: string) => void,
): Promise<ReadonlyMap<string, number>> {
  const stage = await startStage({ inspectorPort: await freePort() });
  const loader = startLoader();
  const found = new Map<string, number>();
  try {
    for (const subject of rows) {
      progress(`${subject.id}, allocations ...`);
      await loader.run(loadOrder(stage, subject, CONCURRENT, WARM_UP_MS));
      let requests = 0;
      const bytes = await allocatedDuring(stage.workers.inspectors[subject.worker] ?? '', async () => {
        ({ requests } = await loader.run(loadOrder(stage, subject, CONCURRENT, RUN_MS)));
      });
      found.set(subject.id, bytes / requests);
    }
    return found;
  } finally {
    loader.stop();
    stage.stop();
  }
}
