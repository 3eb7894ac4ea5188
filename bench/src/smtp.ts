// The bench of mail: messages on one connection, a large attachment, and what that costs in memory.
import { footprints } from './footprint.ts';
import type { BenchOptions, Report } from './report.ts';
import { type Plan, run, type Subjects } from './side-by-side.ts';
import { startSmtpSink } from './smtp-sink.ts';
import { isWanted } from './usage.ts';

const SUBJECTS: Subjects = {
  fairlead: 'smtp/fairlead',
  'fairlead DATA': 'smtp/fairlead',
  'raw socket': 'smtp/raw-socket',
  'raw socket, time limits': 'smtp/raw-socket',
  nodemailer: 'smtp/nodemailer',
  'nodemailer SMTPConnection': 'smtp/nodemailer',
  'worker-mailer': 'smtp/worker-mailer',
};

/** By scenario: title, unit, and who cannot do it. */
const SCENARIOS: Readonly<Record<string, readonly [name: string, unit: string, without: readonly string[]]>> =
  {
    ready: ['from dial to ready', 'connection', ['fairlead DATA', 'nodemailer']],
    connect: ['connect and first message', 'msg', ['nodemailer SMTPConnection']],
    raw: ['2 kB as it stands, one after the other', 'msg', ['worker-mailer']],
    raw100: [
      '2 kB as it stands, 100 calls at once',
      'msg',
      ['worker-mailer', 'raw socket', 'nodemailer SMTPConnection'],
    ],
    composed: ['2 kB composed, one after the other', 'msg', ['nodemailer SMTPConnection']],
    composed100: ['2 kB composed, 100 calls at once', 'msg', ['raw socket', 'nodemailer SMTPConnection']],
    attachment: ['20 MB attachment', 'MB', ['nodemailer SMTPConnection']],
  };

const MEMORY_RUNS = 5;

/** Who is in a scenario; time limits count while it connects. */
const subjectsOf = (id: string): string[] =>
  Object.keys(SUBJECTS).filter(
    (name) => !SCENARIOS[id]?.[2].includes(name) && (id === 'ready' || name !== 'raw socket, time limits'),
  );

/** Runs it. */
export async function smtp(options: BenchOptions): Promise<Report> {
  const sink = await startSmtpSink();
  const plans: Plan[] = Object.entries(SCENARIOS).map(([id, [name, unit]]) => ({
    id,
    name,
    unit,
    subjects: subjectsOf(id),
    port: sink.port,
  }));
  try {
    const report = await run(SUBJECTS, { ...sink, stop() {} }, plans, { ...options, others: ['memory'] });
    const { only, profile } = options;
    if (profile !== undefined || !isWanted(only, 'memory')) return report;
    options.progress('memory ...');
    const names = subjectsOf('attachment');
    const subjects = Object.fromEntries(Object.entries(SUBJECTS).filter(([name]) => names.includes(name)));
    const more = await footprints(subjects, {
      warmUp: 'one',
      scenario: 'attachment',
      runs: MEMORY_RUNS,
      processes: options.rounds,
      port: sink.port,
    });
    return {
      ...report,
      more: `A 20 MB attachment, workerd's peak beyond what it held after one small message:\n\n${more}`,
    };
  } finally {
    sink.stop();
  }
}
