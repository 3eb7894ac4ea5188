// The gateway in workerd, on loopback only: what wrangler.toml describes, bundled and run without Cloudflare's network.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { build } from 'esbuild';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { findLeftover } from './leftover.ts';

/** Where the gateway listens. */
export const HOST = '127.0.0.1';

/** A running gateway. */
export interface Gateway {
  /** Without a slash at its end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws Error when another program listens on `port`; it says so when that is what an earlier start left behind. */
export async function assertFree(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(port, HOST, resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    const leftover = cause.code === 'EADDRINUSE' ? findLeftover(port) : undefined;
    if (leftover !== undefined) {
      const what = `Port ${port} is held by process ${leftover}, the workerd of an \`npm start\` that was killed.`;
      throw new Error(`${what} End it with: kill ${leftover}`, { cause });
    }
    const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message;
    throw new Error(`Port ${port} cannot be used: ${why}. Choose another: PORT=8788 npm start`, { cause });
  });
  await new Promise((resolve) => probe.close(resolve));
}

/**
 * Starts workerd with the built Worker.
 * @param settings The Worker's FAIRLEAD_ variables, as JSON values.
 */
export async function startGateway(port: number, settings: Record<string, unknown>): Promise<Gateway> {
  const toml = readFileSync('wrangler.toml', 'utf8');
  const main = setting(toml, 'main') ?? 'packages/worker/dist/index.js';
  const assets = setting(toml, 'directory');
  const options = convertV4MiniflareOptions({
    host: HOST,
    port,
    // Without this, miniflare asks Cloudflare where it is.
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.WARN),
    modules: [{ type: 'ESModule', path: 'gateway.js', contents: await bundle(main) }],
    compatibilityDate: setting(toml, 'compatibility_date') ?? '2026-11-01',
    compatibilityFlags:
      /^compatibility_flags\s*=\s*(\[.*\])/m.exec(toml)?.[1]?.match(/(?<=")[^",\s]+(?=")/g) ?? [],
    bindings: Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, JSON.stringify(value)]),
    ),
    // Without storage of its own: what the objects keep are connections.
    durableObjects: { MOORING: { className: 'Mooring', useSQLite: true } },
    ...(assets && {
      assets: {
        directory: assets,
        binding: 'ASSETS',
        routerConfig: { has_user_worker: true },
        assetConfig: { html_handling: 'auto-trailing-slash', not_found_handling: 'none' },
      },
    }),
  });
  const worker = new Miniflare(options);
  const url = await worker.ready;
  return { url: url.origin, stop: () => worker.dispose() };
}

/** A text value of wrangler.toml. */
function setting(toml: string, key: string): string | undefined {
  return new RegExp(`^${key}\\s*=\\s*"([^"]*)"`, 'm').exec(toml)?.[1];
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: process.cwd(),
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
