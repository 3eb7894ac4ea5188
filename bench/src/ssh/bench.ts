// The bench of SSH: a first command, files of 16 MiB each way and a listing, at once and 50 ms away.
import { startFaultProxy } from '@fairlead/testkit/fault-proxy';
import type { BenchOptions, Report } from '../report.ts';
import { type Plan, run, type Subjects } from '../side-by-side.ts';
import { flood } from './flood.ts';
import { startSshServer } from './server.ts';

const SUBJECTS: Subjects = {
  fairlead: 'ssh/fairlead',
  ssh2: 'ssh/ssh2',
  'OpenSSH in a process': 'node:openssh',
};

/** By scenario: title and unit. */
const SCENARIOS: Readonly<Record<string, readonly [name: string, unit: string]>> = {
  exec: ['connect and first command', 'ops'],
  get: ['SFTP get, 16 MiB', 'MiB'],
  put: ['SFTP put, 16 MiB', 'MiB'],
  list: ['SFTP list, 300 entries', 'ops'],
};
const ROUND_TRIP_MS = 50;

/** Runs it. Connecting counts only in `exec`, but with OpenSSH's own programs it always does. */
export async function ssh(options: BenchOptions): Promise<Report> {
  if (options.only === 'flood') return flood(options);
  const server = await startSshServer();
  const delay = { delayMs: ROUND_TRIP_MS / 2 };
  const far = await startFaultProxy({
    upstream: { port: server.port },
    plan: { toServer: delay, toClient: delay },
  });
  const plans: Plan[] = Object.entries(SCENARIOS).flatMap(([id, [name, unit]]) => {
    const common = { unit, subjects: Object.keys(SUBJECTS) };
    return [
      { id, name, ...common, port: server.port },
      { id: `${id}-far`, name: `${name}, ${ROUND_TRIP_MS} ms away`, ...common, port: far.port },
    ];
  });
  try {
    return await run(SUBJECTS, { ...server, stop() {} }, plans, options, server);
  } finally {
    await far.close();
    server.stop();
  }
}
