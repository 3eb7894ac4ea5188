// A profile of isolates during some work: tables of the functions that cost most, and files that Chromium's developer tools open
// (`.cpuprofile` as a flame chart, `.heapprofile` under Memory).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionTable } from './functions.ts';
import { type SampleKind, type Sampler, startSampler, sum } from './samplers.ts';

const FUNCTIONS = 40;
const UNITS: Readonly<Record<SampleKind, string>> = { cpu: 'µs', heap: 'bytes' };

/** What is to be taken, and where the files go. */
export interface ProfileOrder {
  readonly kind: SampleKind;
  readonly folder: string;
}

/** An isolate that is looked at. */
export interface Isolate {
  /** What the table and the file are called. */
  readonly title: string;
  /** The address of its inspector. */
  readonly inspector: string;
  /** Its bundle, not minified. */
  readonly code: string;
}

/** What goes on meanwhile. */
interface Work {
  /**
   * Runs first, so that V8 has compiled what it is going to. The sampler is on meanwhile: else functions that are compiled into
   * others go unnamed.
   */
  warmUp(): Promise<unknown>;
  /** @returns How many operations it was. */
  run(): Promise<number>;
}

/** What was found of an isolate. */
interface Profiled {
  /** A table of functions, under the isolate's title. */
  readonly text: string;
  /** Microseconds or bytes of one operation. */
  readonly each: number;
}

/** Looks at isolates while `work` goes on. */
export async function profileDuring(
  { kind, folder }: ProfileOrder,
  isolates: readonly Isolate[],
  work: Work,
): Promise<Profiled[]> {
  mkdirSync(folder, { recursive: true });
  const samplers: { readonly isolate: Isolate; readonly sampler: Sampler }[] = [];
  for (const isolate of isolates)
    samplers.push({ isolate, sampler: await startSampler(isolate.inspector, kind) });
  await work.warmUp();
  for (const { sampler } of samplers) await sampler.restart();
  const operations = await work.run();
  const found: Profiled[] = [];
  for (const { isolate, sampler } of samplers) {
    const { root, file } = await sampler.stop();
    const path = join(folder, `${fileName(isolate.title)}.${kind}profile`);
    writeFileSync(path, JSON.stringify(file));
    const table = functionTable(root, {
      code: isolate.code,
      operations,
      unit: UNITS[kind],
      rows: FUNCTIONS,
    });
    const text = `${isolate.title}, ${operations} times; in ${path}:\n\n${table}`;
    found.push({ text, each: sum(root) / operations });
  }
  return found;
}

function fileName(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-');
}
