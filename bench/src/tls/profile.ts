// Where the time of our TLS goes, or what it allocates: V8's profile of its isolate during one scenario.
import { type ProfileOrder, profileDuring } from '../inspector/profile.ts';
import type { Report } from '../report.ts';
import { round } from '../side-by-side.ts';
import { freePort } from '../wait.ts';
import { startWorkers } from '../workerd.ts';
import type { TlsServers } from './servers.ts';

const SUBJECT = 'fairlead';
const WARM_UPS = 3;
const ROUNDS = 5;

/**
 * Takes the profile.
 * @param codes The Workers by name.
 * @param only The scenario. Default: the full handshake.
 */
export async function profileScenario(
  codes: Readonly<Record<string, string>>,
  { authority, ports, what }: TlsServers,
  only: string | undefined,
  order: ProfileOrder,
): Promise<Report> {
  const scenario = only ?? 'full';
  const code = codes[SUBJECT] ?? '';
  const port = portOf(scenario, ports);
  const inspectorPort = await freePort();
  const settings = { AUTHORITY: authority };
  const { urls, inspectors, stop } = await startWorkers({ [SUBJECT]: code }, { settings, inspectorPort });
  try {
    const url = urls[SUBJECT] ?? '';
    const isolate = { title: `tls ${scenario}`, inspector: inspectors[SUBJECT] ?? '', code };
    const times = async (rounds: number): Promise<number> => {
      let count = 0;
      for (let i = 0; i < rounds; i++) count += (await round(url, SUBJECT, scenario, port)).count;
      return count;
    };
    const found = await profileDuring(order, [isolate], {
      warmUp: () => times(WARM_UPS),
      run: () => times(ROUNDS),
    });
    return { about: what, outcomes: [], text: found.map(({ text }) => text).join('\n\n') };
  } finally {
    stop();
  }
}

function portOf(scenario: string, ports: TlsServers['ports']): number {
  if (scenario === 'resumed') return ports.resuming;
  if (scenario === 'old') return ports.old;
  return scenario === 'full' ? ports.forgetful : ports.bytes;
}
