// What each layer between a request and its route costs: the gateway without a network, whole and with one layer taken away, in turns.
// A figure is the least of many short runs, which on a busy machine is steadier than their middle.
import { cpus } from 'node:os';
import { exactCpuMs } from '../../cpu.ts';
import { allocatedDuring } from '../../inspector/samplers.ts';
import type { BenchOptions, Report } from '../../report.ts';
import { freePort } from '../../wait.ts';
import { type Running, startWorkers } from '../../workerd.ts';
import { layerCode } from './bundle.ts';
import { ADDED, type Layer, SCENARIOS, SETTINGS, TAKEN, WHOLE } from './layers.ts';
import { layersTable, type Price } from './table.ts';

/** Requests of one run. */
const REQUESTS = 200;
const WARM_UPS = 20;
/** Runs of each Worker in one round. */
const RUNS = 8;
const LEGEND =
  'A layer behind - costs what the whole takes less without it, one behind + what the whole takes more with it. Less than 0 is noise.';
const ALL = [...WHOLE, ...TAKEN, ...ADDED];

/** Runs it. */
export async function layers({ rounds, progress }: BenchOptions): Promise<Report> {
  progress('bundles ...');
  const codes = await Promise.all(ALL.map(layerCode));
  const own = ALL.map(({ name, settings }, i) => [
    name,
    { code: codes[i] ?? '', settings: { ...SETTINGS, ...settings }, flags: ['enable_request_signal'] },
  ]);
  const timed = await startWorkers(Object.fromEntries(own));
  const prices: Omit<Price, 'bytes'>[] = [];
  try {
    for (const [scenario, title] of Object.entries(SCENARIOS)) {
      progress(`${title} ...`);
      prices.push(...(await times(timed, scenario, rounds)));
    }
  } finally {
    timed.stop();
  }
  progress('allocations ...');
  // An isolate with an inspector is slower.
  const watched = await startWorkers(Object.fromEntries(own), { inspectorPort: await freePort() });
  try {
    const all: Price[] = [];
    for (const price of prices) all.push({ ...price, bytes: await allocations(watched, price) });
    const about = `workerd ${timed.version}; ${cpus().length} x ${cpus()[0]?.model.trim()}; the least of ${rounds * RUNS} runs of ${REQUESTS} requests`;
    return { about, outcomes: [], text: layersTable(all), more: LEGEND, figures: all };
  } finally {
    watched.stop();
  }
}

async function times(workers: Running, scenario: string, rounds: number): Promise<Omit<Price, 'bytes'>[]> {
  const rows = ALL.filter((layer: Layer) => layer.of?.includes(scenario) ?? true);
  const least = new Map<string, number>();
  for (const { name } of rows) for (let i = 0; i < WARM_UPS; i++) await run(workers, name, scenario);
  for (let i = 0; i < rounds * RUNS; i++) {
    for (const { name } of rows) {
      const before = exactCpuMs(workers.pid);
      await run(workers, name, scenario);
      const us = ((exactCpuMs(workers.pid) - before) * 1000) / REQUESTS;
      least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, us));
    }
  }
  return [...least].map(([name, us]) => ({ name, scenario, us }));
}

/** Bytes of one request, in JavaScript's heap. */
async function allocations(
  workers: Running,
  { name, scenario }: Pick<Price, 'name' | 'scenario'>,
): Promise<number> {
  for (let i = 0; i < WARM_UPS / 2; i++) await run(workers, name, scenario);
  const bytes = await allocatedDuring(workers.inspectors[name] ?? '', () => run(workers, name, scenario));
  return bytes / REQUESTS;
}

/** @throws Error with the Worker's own words. */
async function run({ urls }: Running, name: string, scenario: string): Promise<void> {
  const response = await fetch(`${urls[name]}/round?scenario=${scenario}&count=${REQUESTS}`);
  const text = await response.text();
  if (text !== 'done') throw new Error(`${name}, ${scenario}: ${text}`);
}
