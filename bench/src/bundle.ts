// Bundles a Worker, or one module of a peer, as wrangler would: workerd's export conditions, Node's modules left outside.
import { builtinModules } from 'node:module';
import { build, type Plugin } from 'esbuild';

const BUILTINS = new Set(builtinModules.filter((name) => !name.startsWith('_')));

/** CommonJS packages `require('net')`; workerd only has `import 'node:net'`. */
const nodeModules: Plugin = {
  name: 'node-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[a-z0-9_]+(\/[a-z0-9_]+)*$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '');
      if (!BUILTINS.has(name)) return undefined;
      return kind === 'require-call'
        ? { path: name, namespace: 'required' }
        : { path: `node:${name}`, external: true };
    });
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `import whole from 'node:${path}'; module.exports = whole;`,
    }));
    // Optional native parts that the peers try to load and do without.
    onResolve({ filter: /^(pg-native|@node-rs\/xxhash|cpu-features)$|\.node$/ }, ({ path }) => ({
      path,
      namespace: 'absent',
    }));
    onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = undefined;' }));
  },
};

/**
 * The bundle's text.
 * @param source A file, or a line of source such as `export * from 'pg'`.
 */
export async function bundle(
  source: { file: string } | { code: string },
  { minify = false, without = [] }: { minify?: boolean; without?: readonly string[] } = {},
): Promise<string> {
  const { outputFiles } = await build({
    ...('file' in source
      ? { entryPoints: [source.file] }
      : { stdin: { contents: source.code, resolveDir: import.meta.dirname } }),
    bundle: true,
    write: false,
    minify,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:*', ...without],
    define: { 'process.env.NODE_ENV': '"production"', __dirname: '"/"' },
    plugins: [nodeModules],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
