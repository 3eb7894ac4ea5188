// The bench of IMAP: logins, a thousand envelopes, an attachment of 12.6 MB, the newest subjects and an unchanged mailbox, at once and
// 20 ms away. `--only memory`: what the attachment costs in memory.
import { startFaultProxy } from '@fairlead/testkit/fault-proxy';
import { footprints } from '../footprint.ts';
import type { BenchOptions, Report } from '../report.ts';
import { type Plan, run, type Subjects } from '../side-by-side.ts';
import { type ImapBenchServer, startImapServer } from './server.ts';

const SUBJECTS: Subjects = { fairlead: 'imap/fairlead', imapflow: 'imap/imapflow' };

/** By scenario: title, unit, and where it is run: over TLS, or far away. */
const SCENARIOS: Readonly<Record<string, readonly [name: string, unit: string, more: readonly string[]]>> = {
  connect: ['connect and login', 'ops', ['tls', 'far']],
  envelopes: ['1,000 envelopes with structures', 'messages', ['tls', 'far']],
  flags: ['flags of 10,000', 'messages', []],
  attachment: ['an attachment of 12.6 MB, decoded', 'MB', ['tls']],
  newest: ['connect, and the newest ten subjects', 'ops', ['far']],
  unchanged: ['connect, and synchronise 10,000 unchanged', 'ops', ['far']],
};
const ROUND_TRIP_MS = 20;
const MEMORY_RUNS = 3;

/** Runs it. */
export async function imap(options: BenchOptions): Promise<Report> {
  const server = await startImapServer();
  if (options.only === 'memory') return memory(server, options);
  const delay = { delayMs: ROUND_TRIP_MS / 2 };
  const far = await startFaultProxy({
    upstream: { port: server.plainPort },
    plan: { toServer: delay, toClient: delay },
  });
  const subjects = Object.keys(SUBJECTS);
  const plans: Plan[] = Object.entries(SCENARIOS).flatMap(([id, [name, unit, more]]) => [
    { id, name, unit, subjects, port: server.plainPort },
    ...(more.includes('tls')
      ? [{ id: `${id}-tls`, name: `${name}, over TLS`, unit, subjects, port: server.tlsPort }]
      : []),
    ...(more.includes('far')
      ? [{ id: `${id}-far`, name: `${name}, ${ROUND_TRIP_MS} ms away`, unit, subjects, port: far.port }]
      : []),
  ]);
  try {
    return await run(SUBJECTS, { ...server, stop() {} }, plans, options, { authority: server.authority });
  } finally {
    await far.close();
    server.stop();
  }
}

/** Resident memory, plain: TLS is the platform's. */
async function memory(server: ImapBenchServer, { rounds, progress }: BenchOptions): Promise<Report> {
  progress('an attachment of 12.6 MB ...');
  try {
    const plan = { warmUp: 'newest', scenario: 'attachment', runs: MEMORY_RUNS, processes: rounds };
    return {
      about: server.what,
      outcomes: [],
      text: await footprints(SUBJECTS, { ...plan, port: server.plainPort }),
    };
  } finally {
    server.stop();
  }
}
