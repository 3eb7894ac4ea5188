// What an empty project does with a package that it has installed: type-checks, bundles and imports it.
import { writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build, type Message } from 'esbuild';
import { run } from './tarballs.ts';

/** The compiler options of a project that takes its types seriously. */
const COMPILER_OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  target: 'es2022',
  module: 'esnext',
  moduleResolution: 'bundler',
  lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  types: [],
};

/** The bundlers' conditions that must lead to the build for Workers: workerd's own, webworker targets', edge runtimes'. */
const CONDITIONS = [
  ['workerd', 'worker', 'browser'],
  ['worker', 'browser'],
  ['edge-light', 'worker', 'browser'],
];

/**
 * Compiles `source` in a project.
 * @param types The ambient types that the project has, as in `compilerOptions.types`.
 * @returns One complaint a line; those about other people's packages are left out.
 */
export async function typeCheck(
  dir: string,
  tsc: string,
  source: string,
  types: readonly string[] = [],
): Promise<string[]> {
  writeFileSync(join(dir, 'consumer.ts'), source);
  const compilerOptions = { ...COMPILER_OPTIONS, types };
  const settings = { compilerOptions, files: ['consumer.ts'] };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(settings));
  const { ok, output } = await run(process.execPath, [tsc, '-p', 'tsconfig.json', '--pretty', 'false'], dir);
  if (ok) return [];
  const ours = output
    .split('\n')
    .filter((line) => line.includes('@fairlead/') || line.startsWith('consumer.ts'));
  const about = /^\S+\(\d+,\d+\): error|^error/m.test(output) ? ours : [output];
  return about.map(
    (line) => `types (${tsc.includes('lowest') ? 'lowest TypeScript' : 'TypeScript'}): ${line}`,
  );
}

/** Bundles all entry points for Workers, once for each set of conditions. @returns One complaint a line. */
export async function bundle(dir: string, all: readonly string[]): Promise<string[]> {
  const entries = all.filter((entry) => !entry.endsWith('/node'));
  const source = entries
    .map((entry, n) => `import * as e${n} from '${entry}'; console.log(e${n});`)
    .join('\n');
  const complaints: string[] = [];
  for (const conditions of CONDITIONS) {
    const result = await build({
      stdin: { contents: source, resolveDir: dir, loader: 'js' },
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      conditions,
      mainFields: ['module', 'main'],
      // Drivers for Node, of which there are adapters, name its modules without a prefix.
      external: ['cloudflare:*', 'node:*', ...builtinModules],
      logLevel: 'silent',
    }).catch((error: { errors?: Message[] }) => error);
    const errors = 'errors' in result ? (result.errors ?? []) : [];
    const how = `bundle (${conditions[0]})`;
    complaints.push(...errors.map(({ text }) => `${how}: ${text}`));
    const text = 'outputFiles' in result ? (result.outputFiles[0]?.text ?? '') : '';
    if (text.includes('node:net') && !text.includes('cloudflare:sockets')) {
      complaints.push(`${how}: it dials by node:net instead of cloudflare:sockets`);
    }
  }
  return complaints;
}

/** Imports all entry points on a runtime. @param command The runtime and what comes before the file. */
export async function importOn(
  dir: string,
  all: readonly string[],
  command: readonly string[],
): Promise<string[]> {
  const entries = all.filter((entry) => !entry.endsWith('/workerd'));
  const lines = entries.map((entry) => `await import('${entry}');`);
  writeFileSync(join(dir, 'import.mjs'), lines.join('\n'));
  const [program = '', ...args] = command;
  const { ok, output } = await run(program, [...args, 'import.mjs'], dir);
  return ok ? [] : [`import (${program.split('/').at(-1)}): ${firstError(output)}`];
}

function firstError(output: string): string {
  return output.split('\n').find((line) => /error/i.test(line)) ?? output.slice(0, 300);
}
