// Where the time of our TLS goes: V8's profile of its isolate during one scenario.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileTable } from '../gateway/profile-table.ts';
import { openProfiler } from '../gateway/profiler.ts';
import type { Report } from '../report.ts';
import { round } from '../side-by-side.ts';
import { freePort } from '../wait.ts';
import { startWorkers } from '../workerd.ts';
import type { TlsServers } from './servers.ts';

const SUBJECT = 'fairlead';
const FUNCTIONS = 40;
const WARM_UPS = 3;
const ROUNDS = 5;

/**
 * Takes the profile.
 * @param codes The Workers by name.
 * @param only The scenario. Default: the full handshake.
 * @param folder Where the file goes, for V8's own tools.
 */
export async function profileScenario(
  codes: Readonly<Record<string, string>>,
  { authority, ports, what }: TlsServers,
  { only = 'full', folder }: { readonly only: string | undefined; readonly folder: string },
): Promise<Report> {
  const code = codes[SUBJECT] ?? '';
  const port =
    only === 'resumed'
      ? ports.resuming
      : only === 'old'
        ? ports.old
        : only === 'full'
          ? ports.forgetful
          : ports.bytes;
  const inspectorPort = await freePort();
  const settings = { AUTHORITY: authority };
  const { urls, inspectors, stop } = await startWorkers({ [SUBJECT]: code }, { settings, inspectorPort });
  try {
    const url = urls[SUBJECT] ?? '';
    for (let i = 0; i < WARM_UPS; i++) await round(url, SUBJECT, only, port);
    const profiler = await openProfiler(inspectors[SUBJECT] ?? '');
    await profiler.start();
    let count = 0;
    for (let i = 0; i < ROUNDS; i++) count += (await round(url, SUBJECT, only, port)).count;
    const taken = await profiler.stop();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `tls-${only}.cpuprofile`), JSON.stringify(taken));
    return { about: what, outcomes: [], text: profileTable(taken, code, count, FUNCTIONS) };
  } finally {
    stop();
  }
}
