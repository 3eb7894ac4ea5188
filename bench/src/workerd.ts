// Workers in one bare workerd process, an isolate each: no dev proxy, no inspector between the socket and what is timed.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitFor } from './wait.ts';

/** The workerd that miniflare brings: its exports are the path of the binary and its compatibility date. */
const workerd: { default: string; version: string } = createRequire(
  createRequire(import.meta.url).resolve('miniflare'),
)('workerd');

/** As in wrangler.toml; new enough for `nodejs_compat` to be on. */
const COMPATIBILITY_DATE = '2026-11-01';

/** What the platform gives an isolate, in MiB: more would end it here too. */
export const HEAP_MIB = 128;

/** A workerd process. */
export interface Running {
  /** By the Worker's name. */
  readonly urls: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly version: string;
  stop(): void;
}

/**
 * Starts Workers in one process, each in an isolate of its own, so that what one of them imports slows no other.
 * @param workers ES modules by name.
 * @param settings The environment of all of them.
 * @param maxHeapMib The JavaScript heap's limit. workerd itself sets none; the platform's is 128.
 */
export async function startWorkers(
  workers: Readonly<Record<string, string>>,
  settings: Record<string, string> = {},
  maxHeapMib?: number,
): Promise<Running> {
  const dir = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  const bindings = Object.entries(settings).map(
    ([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`,
  );
  const services: string[] = [];
  const sockets: string[] = [];
  const urls: Record<string, string> = {};
  for (const [name, code] of Object.entries(workers)) {
    const id = `worker${services.length}`;
    const port = await freePort();
    writeFileSync(join(dir, `${id}.js`), code);
    services.push(
      `(name = "${id}", worker = (modules = [(name = "${id}.js", esModule = embed "${id}.js")],
        compatibilityDate = "${COMPATIBILITY_DATE}", bindings = [${bindings.join(', ')}]))`,
    );
    sockets.push(`(name = "${id}", address = "127.0.0.1:${port}", http = (), service = "${id}")`);
    urls[name] = `http://127.0.0.1:${port}`;
  }
  services.push(
    '(name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)))',
  );
  writeFileSync(
    join(dir, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${services.join(',\n')}],
  v8Flags = [${maxHeapMib ? `"--max-heap-size=${maxHeapMib}"` : ''}],
  sockets = [${sockets.join(',\n')}]
);
`,
  );
  const child = spawn(workerd.default, ['serve', join(dir, 'config.capnp')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (const url of Object.values(urls)) await waitFor(`${url}/ready`, () => fetch(`${url}/ready`), child);
  return {
    urls,
    pid: child.pid ?? 0,
    version: workerd.version,
    stop() {
      stop(child);
      rmSync(dir, { recursive: true });
    },
  };
}

function stop(child: ChildProcess): void {
  child.kill('SIGKILL');
}
