// A Worker of this workspace as one file, and how workerd runs it without wrangler's proxy in front of it.
import { build } from 'esbuild';
import { Log, LogLevel } from 'miniflare';

/** Bundles a Worker. What it imports of other packages must be built. @param entry The path of its file. */
export async function bundleWorker(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** The options of Miniflare for such a Worker, on a port of its own choice. */
export function workerOptions(contents: string) {
  return {
    host: '127.0.0.1',
    port: 0,
    cf: false as const,
    telemetry: { enabled: false },
    log: new Log(LogLevel.NONE),
    modules: [{ type: 'ESModule' as const, path: 'worker.js', contents }],
    compatibilityDate: '2026-11-01',
  };
}
