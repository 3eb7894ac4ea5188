// `npm run bench -- transport|redis|...|memory`: ours and its peers in turns, inside workerd. It judges nothing.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCHES, WITHOUT_PROFILES } from './src/benches.ts';
import { endChildrenOnSignals } from './src/children.ts';
import type { ProfileOrder } from './src/inspector/profile.ts';
import type { Report } from './src/report.ts';
import { cpuTable, table } from './src/rounds.ts';
import { checkNames, NoServerError, UsageError } from './src/usage.ts';

const USAGE = `usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [--rounds n] [--only rows] [--beside clients] [--concurrent 1,16] [--profile folder | --allocations folder] [--json file]`;

const OPTIONS = {
  rounds: { type: 'string', default: '5' },
  only: { type: 'string' },
  beside: { type: 'string' },
  concurrent: { type: 'string' },
  profile: { type: 'string' },
  allocations: { type: 'string' },
  json: { type: 'string' },
} as const;

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: OPTIONS });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Reads the command line and runs the bench. @throws UsageError where the command line cannot be meant. */
async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  const [name = '', ...rest] = positionals;
  if (name === '' || rest.length > 0) throw new UsageError('Name one bench');
  checkNames('bench', [name], Object.keys(BENCHES));
  const rounds = Number(values.rounds);
  const concurrent = values.concurrent?.split(',').map(Number);
  if (![rounds, ...(concurrent ?? [])].every((count) => Number.isInteger(count) && count > 0))
    throw new UsageError('--rounds and --concurrent take whole numbers above 0');
  const profile = profileOrder(values);
  if (profile && WITHOUT_PROFILES.includes(name)) throw new UsageError(`${name} takes no profiles`);
  const report = await BENCHES[name]?.({
    rounds,
    only: values.only,
    beside: values.beside?.split(','),
    concurrent,
    profile,
    progress: (text) => console.error(text),
  });
  if (!report) return;
  print(report);
  // The last line is for programs.
  const { text: _, more: __, ...facts } = report;
  console.log(`\n${JSON.stringify({ bench: name, rounds, ...facts })}`);
  if (values.json)
    writeFileSync(
      fromCaller(values.json),
      `${JSON.stringify({ bench: name, rounds, ...report }, null, 2)}\n`,
    );
}

/** What is to be taken instead of figures. */
function profileOrder(values: {
  readonly profile?: string | undefined;
  readonly allocations?: string | undefined;
}): ProfileOrder | undefined {
  const { profile, allocations } = values;
  if (profile && allocations) throw new UsageError('--profile and --allocations exclude each other');
  if (profile) return { kind: 'cpu', folder: fromCaller(profile) };
  return allocations ? { kind: 'heap', folder: fromCaller(allocations) } : undefined;
}

/** Paths are those of the folder where npm was called, though it runs this one in another. */
function fromCaller(path: string): string {
  return resolve(process.env.INIT_CWD ?? '', path);
}

function print(report: Report): void {
  console.log(`\n${report.about}\n`);
  console.log(report.text ?? table(report.outcomes));
  const cpu = cpuTable(report.outcomes);
  if (cpu && !report.text)
    console.log(`\nCPU of the process, and how many times as much each other takes:\n\n${cpu}`);
  if (report.more) console.log(`\n${report.more}`);
}

/** How long servers have to end and to take their folders with them. */
const END_MS = 5_000;

endChildrenOnSignals();
try {
  await main();
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(isUsage || error instanceof NoServerError ? error.message : error);
  if (isUsage) console.error(USAGE);
  process.exitCode ||= isUsage ? 2 : 1;
}
setTimeout(() => process.exit(), END_MS).unref();
