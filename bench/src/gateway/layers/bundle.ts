// Bundles the gateway with one of its modules replaced: it is taken apart here, and has no switch for that itself.
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Layer } from './layers.ts';

const BENCH = join(import.meta.dirname, '../../..');
const LOOP = join(BENCH, 'workers/gateway/loop.ts');
/** The Worker from its packages: what is deployed is one file, in which no module can be replaced. */
const WORKER = resolve(BENCH, '../packages/worker/dist/index.js');
const REPLACED = 'replaced';

/** The code of the Worker. */
export async function layerCode({ module, code = '' }: Layer): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [LOOP],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:*', 'node:*'],
    alias: { '@fairlead/worker': WORKER },
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: module === undefined ? [] : [replace(module, code)],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** Has `code` in the place of each module whose path ends so. @throws Error where there is none. */
function replace(end: string, code: string): Plugin {
  return {
    name: REPLACED,
    setup({ onLoad, onResolve, onEnd }) {
      let count = 0;
      onLoad({ filter: /\.js$/, namespace: 'file' }, ({ path }) => {
        if (!path.endsWith(end)) return undefined;
        count += 1;
        return { contents: code, resolveDir: dirname(path), pluginData: path };
      });
      onResolve({ filter: /^real$/ }, ({ pluginData }) => ({ path: pluginData, namespace: REPLACED }));
      onLoad({ filter: /.*/, namespace: REPLACED }, async ({ path }) => ({
        contents: await readFile(path, 'utf8'),
        resolveDir: dirname(path),
      }));
      onEnd(() => {
        if (count === 0) throw new Error(`No module is ${end}`);
      });
    },
  };
}
