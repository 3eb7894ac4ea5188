// `npm run suite:bogo`: BoringSSL's test runner against the TLS client, in Node, and the client against a server of Go. Arguments:
// --cache FOLDER; --test GLOB[;GLOB...] for some tests only; --list to print what is skipped and why, without running anything.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { mustRun, SetupError } from '../../setup/command.ts';
import { runInterop } from './interop/run.ts';
import { prepareSuite, type Suite } from './sources.ts';
import { expectations, type Selection, select, type Test } from './tests.ts';

const RESIDENT = join(import.meta.dirname, 'shim/resident.ts');
const CONFIG = join(import.meta.dirname, 'config.json');
const LIST_TIMEOUT_MS = 60_000;
/** A run takes some 20 s; the runner itself gives up a test that says nothing for 15. */
const RUN_TIMEOUT_MS = 8 * 60_000;
const DEFAULT_CACHE = resolve(import.meta.dirname, '../../../node_modules/.cache/bogo');

const { values } = parseArgs({
  options: {
    cache: { type: 'string', default: DEFAULT_CACHE },
    test: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
  },
});

async function main(): Promise<number> {
  const suite = await prepareSuite(resolve(values.cache));
  const scratch = mkdtempSync(join(tmpdir(), 'fairlead-bogo-'));
  try {
    const selection = select(await listTests(suite, scratch));
    if (values.list) {
      for (const [test, reason] of selection.skipped) console.log(`${test.name}: ${reason}`);
      return 0;
    }
    const status = await runTests(suite, selection, scratch);
    return values.test === '' ? Math.max(status, await runGo(suite, scratch)) : status;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function listTests(suite: Suite, scratch: string): Promise<Test[]> {
  const path = join(scratch, 'tests.jsonl');
  await mustRun(suite.runner, [...commonArgs(suite), '-list-tests', path], LIST_TIMEOUT_MS);
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line): Test => JSON.parse(line));
}

function commonArgs({ shim, resources }: Suite): string[] {
  return ['-test.timeout', '0', '-shim-path', shim, '-resource-dir', resources, '-shim-config', CONFIG];
}

async function runTests(suite: Suite, { run, skipped }: Selection, scratch: string): Promise<number> {
  const startedAt = Date.now();
  const select = join(scratch, 'selected');
  const expectedOf = expectations();
  writeFileSync(select, run.map((test) => `${test.name}\t${expectedOf(test)}\n`).join(''));
  const pins = join(scratch, 'pins.json');
  const env = {
    ...process.env,
    FAIRLEAD_SHIM_SOCKET: join(scratch, 'socket'),
    FAIRLEAD_SHIM_PINS: pins,
  };
  const resident = spawn(process.execPath, [RESIDENT], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  await ready(resident);
  const results = join(scratch, 'results.json');
  const args = [
    ...commonArgs(suite),
    '-loose-errors',
    '-pipe',
    ...['-num-workers', `${2 * availableParallelism()}`],
    ...['-select-tests', select],
    ...['-write-pins', pins],
    ...['-json-output', results],
    ...(values.test === '' ? [] : ['-test', values.test]),
  ];
  const runner = spawn(suite.runner, args, {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: RUN_TIMEOUT_MS,
  });
  const status = await ended(runner);
  resident.stdin.end();
  const strays = await ended(resident);
  const count = report(results, skipped, (Date.now() - startedAt) / 1000);
  const isComplete = values.test !== '' || count === run.length;
  if (!isComplete) console.error(`${run.length} tests were selected, and ${count} have a result.`);
  if (strays !== 0) console.error('The shim threw past a test: see above.');
  return status === 0 && strays === 0 && isComplete ? 0 : 1;
}

/** The client against Go's own server. */
async function runGo({ server }: Suite, scratch: string): Promise<number> {
  const folder = join(scratch, 'interop');
  mkdirSync(folder);
  const { count, failures } = await runInterop(server, folder);
  for (const failure of failures) console.log(`FAILED with Go, ${failure}`);
  console.log(`\nWith a server of Go: ${failures.length} FAIL, ${count - failures.length} PASS`);
  return failures.length === 0 ? 0 : 1;
}

/** Settles when the resident process listens. */
async function ready({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('the resident process has no output');
  for await (const line of createInterface({ input: stdout })) if (line === 'ready') return;
  throw new SetupError('the resident process ended before it was ready');
}

/** Prints what a program says of failures, and waits for its end. */
async function ended(child: ChildProcess): Promise<number> {
  const status = new Promise<number>((settle) => child.on('close', (code) => settle(code ?? 1)));
  if (child.stdout !== null) {
    for await (const line of createInterface({ input: child.stdout })) {
      if (!/^(?:PASSED \(|PASS$|$)/.test(line)) console.log(line);
    }
  }
  return status;
}

/** The runner's results: Chromium's JSON Test Results Format. */
interface Results {
  readonly num_failures_by_type: Readonly<Record<string, number>>;
}

/** Prints the sums. @returns How many tests have a result. */
function report(path: string, skipped: Selection['skipped'], seconds: number): number {
  const { num_failures_by_type: counts } = JSON.parse(readFileSync(path, 'utf8')) as Results;
  const reasons = new Map<string, number>();
  for (const reason of skipped.values()) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const inTotal = Object.entries(counts).map(([type, count]) => `${count} ${type}`);
  console.log(`\n${inTotal.join(', ')}, ${skipped.size} skipped, in ${seconds.toFixed(0)} s`);
  for (const [reason, count] of [...reasons].sort(([, a], [, b]) => b - a)) console.log(`${count} ${reason}`);
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
  },
);
