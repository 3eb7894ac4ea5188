// The gateway in workerd, on loopback only: what the repository's wrangler.toml describes, run without Cloudflare's network.
// Node only.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOST } from './port.ts';
import type { Tools } from './tools.ts';

/** The Worker's compatibility date and flags: those of the repository's wrangler.toml, which a test holds equal. */
export const COMPATIBILITY = { date: '2026-11-01', flags: ['enable_request_signal'] };

/** The Worker beside this file, as it was published. */
const DIST = dirname(dirname(fileURLToPath(import.meta.url)));
const BUNDLE = join(DIST, 'bundle');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A running gateway. */
export interface Gateway {
  /** Without a slash at its end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Options of `startGateway`. */
export interface StartOptions {
  /** On 127.0.0.1; 0 for any free one. */
  readonly port: number;
  /** The Worker's variables: texts as they are, all else as JSON. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tools: Tools;
}

/**
 * Starts workerd with the Worker of this package. Signals stay the caller's to handle.
 * @throws Error of miniflare, for instance where the port is taken.
 */
export async function startGateway({ port, settings, tools }: StartOptions): Promise<Gateway> {
  const {
    Miniflare,
    Log,
    LogLevel,
    convertV4MiniflareOptions = (options: never) => options,
  } = tools.miniflare;
  const options = {
    host: HOST,
    port,
    // Without this, miniflare asks Cloudflare where it is.
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.WARN),
    // What the Worker logs is no result of the program around it.
    handleStructuredLogs: ({ message }: { readonly message: string }) => console.error(message),
    modules: modules(),
    modulesRoot: BUNDLE,
    compatibilityDate: COMPATIBILITY.date,
    compatibilityFlags: COMPATIBILITY.flags,
    bindings: Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
    // Without storage of its own: what the objects keep are connections.
    durableObjects: { MOORING: { className: 'Mooring', useSQLite: true } },
    assets: {
      directory: join(DIST, 'assets'),
      binding: 'ASSETS',
      routerConfig: { has_user_worker: true },
      assetConfig: { html_handling: 'auto-trailing-slash', not_found_handling: 'none' },
    },
  };
  const restore = keepSignalHandlers();
  const worker = new Miniflare(convertV4MiniflareOptions(options as never) as never);
  try {
    const url = await worker.ready;
    return { url: url.origin, stop: () => worker.dispose() };
  } catch (error) {
    await worker.dispose().catch(() => {});
    throw error;
  } finally {
    restore();
  }
}

/** Miniflare would end the process by itself at a signal, with code 130. @returns Takes its handlers off. */
function keepSignalHandlers(): () => void {
  const before = new Map(SIGNALS.map((signal) => [signal, new Set(process.listeners(signal))]));
  return () => {
    for (const [signal, known] of before) {
      for (const listener of process.listeners(signal))
        if (!known.has(listener)) process.off(signal, listener);
    }
  };
}

/** The bundle's files as miniflare takes them: the first is the Worker. */
function modules(): { readonly type: 'ESModule'; readonly path: string }[] {
  const parts = readdirSync(BUNDLE).filter((name) => name.endsWith('.js') && name !== 'index.js');
  return ['index.js', ...parts].map((name) => ({ type: 'ESModule', path: join(BUNDLE, name) }));
}
