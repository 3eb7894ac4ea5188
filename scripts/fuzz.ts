// `npm run fuzz [-- --minutes 20] [--seed 1] [--rounds 5000] [--servers]`: the fuzzing tests of all packages in turns, with new
// seeds, until the time is up. `--servers` (needs Docker) begins with the SQL scanner against real servers. What fails is
// printed with its seed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findFuzzers } from './src/fuzz/find.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    rounds: { type: 'string', default: '5000' },
    texts: { type: 'string', default: '20000' },
    servers: { type: 'boolean', default: false },
  },
});
const endsAt = Date.now() + positive('minutes', values.minutes) * 60_000;
const rounds = positive('rounds', values.rounds);
const texts = positive('texts', values.texts);
let seed = positive('seed', values.seed);
let failures = 0;

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value)))
    throw new Error(`--${name} must be a number above 0, not "${text}"`);
  return value;
}

/** Runs to its end, or to the end of the time: what is cut off then is no failure. */
function run(
  dir: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): void {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const done = spawnSync(command, args, {
    cwd: join(process.cwd(), dir),
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    timeout: Math.max(1, endsAt - Date.now()),
  });
  const isCut = done.error !== undefined && 'code' in done.error && done.error.code === 'ETIMEDOUT';
  const ended = done.status === 0 ? 'passed' : isCut ? 'cut off' : 'FAILED';
  console.log(`${dir}  ${settings.join(' ')}  ${ended}`);
  if (ended !== 'FAILED') return;
  failures++;
  console.error(`${done.stdout}${done.stderr}`.slice(-6000));
  console.error(`Again: cd ${dir} && ${settings.join(' ')} ${command} ${args.join(' ')}`);
}

if (values.servers) {
  const env = { FAIRLEAD_FUZZ_TEXTS: String(texts), FAIRLEAD_FUZZ_SEED: String(seed) };
  run('integration', 'node', ['run.ts', 'scanner', '--testTimeout=1800000'], env);
}
const fuzzers = findFuzzers(process.cwd());
while (Date.now() < endsAt && failures === 0) {
  for (const { dir, files } of fuzzers) {
    if (Date.now() >= endsAt) break;
    const env = { FUZZ_ROUNDS: String(rounds), FUZZ_SEED: String(seed) };
    run(dir, 'vitest', ['run', '--config=test/vitest.config.ts', '--testTimeout=900000', ...files], env);
  }
  seed = (seed + 1) % 2 ** 31;
}
process.exitCode = failures > 0 ? 1 : 0;
