// The bench of FTP: files of 16 MiB each way, a login with a listing, and small files, plain and over TLS from the first byte.
// `--only flood`: what 1 GiB each way costs in memory, and a reader that stops.
import { footprints } from '../footprint.ts';
import type { BenchOptions, Report } from '../report.ts';
import { type Plan, run, type Subjects } from '../side-by-side.ts';
import { type FtpServers, startFtpServers } from './server.ts';

const SUBJECTS: Subjects = { fairlead: 'ftp/fairlead', 'basic-ftp': 'ftp/basic-ftp' };

/** By scenario: title and unit. */
const SCENARIOS: Readonly<Record<string, readonly [name: string, unit: string]>> = {
  list: ['login and list, 300 entries', 'ops'],
  get: ['get, 16 MiB', 'MiB'],
  put: ['put, 16 MiB', 'MiB'],
  small: ['get, 100 small files', 'files'],
};

/** By scenario: what its table is about. */
const FLOODS: Readonly<Record<string, string>> = {
  'flood-get': 'get of 1 GiB',
  'flood-put': 'put of 1 GiB',
  'flood-unread': 'a file of 1 GiB whose reader stops for three seconds behind the first chunk',
};
const FLOOD_RUNS = 3;

/** Runs it. */
export async function ftp(options: BenchOptions): Promise<Report> {
  const server = await startFtpServers();
  if (options.only === 'flood') return flood(server, options);
  const subjects = Object.keys(SUBJECTS);
  const plans: Plan[] = Object.entries(SCENARIOS).flatMap(([id, [name, unit]]) => [
    { id, name, unit, subjects, port: server.plainPort },
    { id: `${id}-tls`, name: `${name}, implicit TLS`, unit, subjects, port: server.tlsPort },
  ]);
  return run(SUBJECTS, server, plans, options, { authority: server.authority });
}

/** Resident memory, plain: TLS is the platform's. */
async function flood(server: FtpServers, { rounds, progress }: BenchOptions): Promise<Report> {
  const tables: string[] = [];
  try {
    for (const [scenario, what] of Object.entries(FLOODS)) {
      progress(`${what} ...`);
      const plan = { warmUp: 'small', scenario, runs: FLOOD_RUNS, processes: rounds, port: server.plainPort };
      tables.push(`${what}:\n\n${await footprints(SUBJECTS, plan)}`);
    }
  } finally {
    server.stop();
  }
  return { about: server.what, outcomes: [], text: tables.join('\n\n') };
}
