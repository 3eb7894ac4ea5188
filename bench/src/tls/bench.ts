// The bench of TLS: handshakes, full and resumed, and bytes each way, in CPU of the whole workerd process and by the clock, beside the
// platform's own TLS; and the first handshake of a fresh isolate.
import { cpus } from 'node:os';
import { exactCpuMs } from '../cpu.ts';
import type { BenchOptions, Report } from '../report.ts';
import { compare, type Measure, middle, type Outcome } from '../rounds.ts';
import { round, workerCode } from '../side-by-side.ts';
import { checkNames, isWanted } from '../usage.ts';
import { type Running, startWorkers } from '../workerd.ts';
import { profileScenario } from './profile.ts';
import { startTlsServers, type TlsServers } from './servers.ts';

const SUBJECTS = ['fairlead', 'native'];

/** A scenario: its title, what it counts, and which server. */
interface Plan {
  readonly name: string;
  readonly unit: 'handshakes' | 'MiB';
  readonly server: keyof TlsServers['ports'];
}

/** By its name in the Workers. */
const PLANS: Readonly<Record<string, Plan>> = {
  full: { name: 'handshake, TLS 1.3', unit: 'handshakes', server: 'forgetful' },
  resumed: { name: 'handshake, TLS 1.3, resumed', unit: 'handshakes', server: 'resuming' },
  old: { name: 'handshake, TLS 1.2', unit: 'handshakes', server: 'old' },
  read: { name: 'read, 100 MiB', unit: 'MiB', server: 'bytes' },
  write: { name: 'write, 100 MiB', unit: 'MiB', server: 'bytes' },
};

/** One scenario's results. */
interface Row {
  readonly plan: Plan;
  /** A second of CPU each. */
  readonly cpu: Outcome;
  /** A second of the clock each. */
  readonly clock: Readonly<Record<string, number>>;
}

/** What a fresh isolate needs for its first handshake, in ms. */
interface First {
  readonly cpu: Readonly<Record<string, number>>;
  readonly clock: Readonly<Record<string, number>>;
}

/** Runs it. With `profile` it takes V8's profile of ours instead. */
export async function tls(options: BenchOptions): Promise<Report> {
  checkNames('row', options.only?.split(','), [...Object.keys(PLANS), 'first']);
  const servers = await startTlsServers();
  try {
    const codes: Record<string, string> = {};
    for (const name of SUBJECTS) codes[name] = await workerCode(`tls/${name}`);
    const { rounds, only, progress, profile } = options;
    if (profile !== undefined) return await profileScenario(codes, servers, only, profile);
    const workers = await start(codes, servers);
    try {
      const rows: Row[] = [];
      for (const [id, plan] of Object.entries(PLANS)) {
        if (!isWanted(only, id)) continue;
        progress(`${plan.name} ...`);
        const before = servers.fullHandshakes();
        rows.push(await measure(workers, { id, plan, port: servers.ports[plan.server] }, rounds));
        // The first one of each subject has nothing to resume.
        if (servers.fullHandshakes() - before > SUBJECTS.length) throw new Error('Sessions were not resumed');
      }
      const first = isWanted(only, 'first') ? await firsts(codes, servers, options) : undefined;
      return reportOf(rows, first, `${servers.what}; workerd ${workers.version}`, rounds);
    } finally {
      workers.stop();
    }
  } finally {
    servers.stop();
  }
}

function start(codes: Readonly<Record<string, string>>, { authority }: TlsServers): Promise<Running> {
  return startWorkers(codes, { authority, settings: { AUTHORITY: authority } });
}

async function measure(
  { urls, pid }: Running,
  { id, plan, port }: { readonly id: string; readonly plan: Plan; readonly port: number },
  rounds: number,
): Promise<Row> {
  const rates: Record<string, number[]> = Object.fromEntries(SUBJECTS.map((name) => [name, []]));
  const run = async (subject: string): Promise<Measure> => {
    const before = exactCpuMs(pid);
    const { count, ms } = await round(urls[subject] ?? '', subject, id, port);
    rates[subject]?.push((count * 1000) / ms);
    return { count, ms: exactCpuMs(pid) - before };
  };
  const { name, unit } = plan;
  const cpu = await compare({ name, unit, subjects: SUBJECTS }, rounds, run);
  // The first round does not count.
  const clock = Object.fromEntries(SUBJECTS.map((each) => [each, middle(rates[each]?.slice(1) ?? [])]));
  return { plan, cpu, clock };
}

/** Each in a process of its own. */
async function firsts(
  codes: Readonly<Record<string, string>>,
  servers: TlsServers,
  { rounds, progress }: BenchOptions,
): Promise<First> {
  progress('first handshake of an isolate ...');
  const empty = (): Record<string, number[]> => Object.fromEntries(SUBJECTS.map((name) => [name, []]));
  const [cpu, clock] = [empty(), empty()];
  for (let i = 0; i < rounds; i++) {
    for (const subject of SUBJECTS) {
      const { urls, pid, stop } = await start({ [subject]: codes[subject] ?? '' }, servers);
      const before = exactCpuMs(pid);
      const { ms } = await round(urls[subject] ?? '', subject, 'first', servers.ports.forgetful);
      cpu[subject]?.push(exactCpuMs(pid) - before);
      clock[subject]?.push(ms);
      stop();
    }
  }
  const medians = (all: Record<string, number[]>): Record<string, number> =>
    Object.fromEntries(Object.entries(all).map(([name, values]) => [name, middle(values)]));
  return { cpu: medians(cpu), clock: medians(clock) };
}

function reportOf(rows: readonly Row[], first: First | undefined, what: string, rounds: number): Report {
  const head = ['scenario', 'fairlead', 'native', 'times', 'by the clock', 'native'];
  const lines = rows.map(({ plan, cpu, clock }) => {
    const [ours = Number.NaN, native = Number.NaN] = SUBJECTS.map((name) => cpu.median[name]);
    const cell = (rate = Number.NaN): string =>
      plan.unit === 'MiB' ? `${rate.toFixed(0)} MiB/s` : `${(1000 / rate).toFixed(2)} ms`;
    const times = (native / ours).toFixed(2);
    const walls = SUBJECTS.map((name) => cell(clock[name]));
    return [plan.name, cell(ours), cell(native), times, ...walls];
  });
  const table = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const ms = (of: Readonly<Record<string, number>>): string =>
    SUBJECTS.map((name) => `${name} ${of[name]?.toFixed(1)} ms`).join(', ');
  const beginning =
    first &&
    `First handshake of a fresh isolate: CPU, with the request around it: ${ms(first.cpu)}; by the clock: ${ms(first.clock)}`;
  const [full, resumed] = [PLANS.full, PLANS.resumed].map(
    (plan) => rows.find((row) => row.plan === plan)?.cpu.median,
  );
  const halved =
    full?.native &&
    resumed?.fairlead &&
    `Ours resumed, beside native's full handshake: ${(full.native / resumed.fairlead).toFixed(2)} times`;
  const more = [halved, beginning].filter((line) => typeof line === 'string').join('\n\n');
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}`;
  return {
    about: `${what}; ${machine}; CPU of workerd, medians of ${rounds} rounds`,
    outcomes: rows.map(({ cpu }) => cpu),
    text: table,
    more,
    figures: { clock: Object.fromEntries(rows.map(({ plan, clock }) => [plan.name, clock])), first },
  };
}
