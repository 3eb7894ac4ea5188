// The bench `startup`: how much longer a workerd needs to its first answer with the gateway than with a Worker of one line.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import type { BenchOptions, Report } from './report.ts';
import { middle } from './rounds.ts';
import { startWorkers, type Worker } from './workerd.ts';

const SHIPPED = "export { default, Mooring } from '@fairlead/worker';";
/** The same Worker from its packages, as it were if each start ran the code of all protocols. */
const UNBUNDLED = join(import.meta.dirname, '../../packages/worker/dist/index.js');
const BUNDLE = join(import.meta.dirname, '../../packages/worker/dist/bundle');
const PARTS = readdirSync(BUNDLE).filter((file) => file.startsWith('part-') && file.endsWith('.js'));
const PROTOCOLS = [
  'postgres',
  'mysql',
  'redis',
  'mongodb',
  'smtp',
  'imap',
  'mqtt',
  'ssh',
  'ftp',
  'irc',
  'gopher',
  'tcp',
];
const EMPTY = "export default { fetch: () => new Response('') };";

/** Starts processes in turns, each subject in processes of its own. */
export async function startup({ rounds, progress }: BenchOptions): Promise<Report> {
  const everything = [
    `export { default, Mooring } from ${JSON.stringify(UNBUNDLED)};`,
    ...PROTOCOLS.map((name, n) => `import * as p${n} from '@fairlead/${name}';`),
    `globalThis.everything = [${PROTOCOLS.map((_, n) => `p${n}`).join(', ')}];`,
  ].join('\n');
  const gateway = (code: string): Worker => ({
    code,
    flags: ['enable_request_signal'],
    objects: { MOORING: 'Mooring' },
  });
  const subjects: Readonly<Record<string, Worker>> = {
    'one line': { code: EMPTY },
    'the gateway': {
      ...gateway(read('index.js')),
      parts: Object.fromEntries(PARTS.map((file) => [file, read(file)])),
    },
    '... as one file': gateway(await bundle({ code: SHIPPED }, { minify: true })),
    'all protocols at start': gateway(await bundle({ code: everything })),
  };
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const [name, worker] of Object.entries(subjects)) times[name]?.push(await startOnce(name, worker));
  }
  const base = middle(times['one line'] ?? []);
  const rows = Object.entries(subjects).map(([name, { code }]) => {
    const ms = middle(times[name] ?? []);
    return `| ${name} | ${(Buffer.byteLength(code) / 1000).toFixed(0)} | ${ms.toFixed(0)} | ${(ms - base).toFixed(0)} |`;
  });
  return {
    about: `From the start of a process to its first answer, medians of ${rounds} starts`,
    outcomes: [],
    text: ['| Worker | kB | ms | beyond one line |', '| --- | ---: | ---: | ---: |', ...rows].join('\n'),
  };
}

function read(file: string): string {
  return readFileSync(join(BUNDLE, file), 'utf8');
}

/** Milliseconds. */
async function startOnce(name: string, worker: Worker): Promise<number> {
  const started = performance.now();
  const running = await startWorkers({ [name]: worker });
  const ms = performance.now() - started;
  running.stop();
  return ms;
}
