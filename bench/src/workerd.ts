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
  /** The address of each Worker's inspector, where there is one. */
  readonly inspectors: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly version: string;
  stop(): void;
}

/** A Worker that has more than code. */
export interface Worker {
  /** An ES module. */
  readonly code: string;
  /** Modules that it imports, by file name. */
  readonly parts?: Readonly<Record<string, string>>;
  /** Its environment, beside that of all. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** Durable Objects: the binding's name, and the class among the module's exports. */
  readonly objects?: Readonly<Record<string, string>>;
  /** The Worker whose objects these are. Default: the Worker itself. */
  readonly objectsOf?: string;
}

/** What all Workers of a process have. */
export interface ProcessOptions {
  /** The environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The JavaScript heap's limit. workerd itself sets none; the platform's is 128. */
  readonly maxHeapMib?: number;
  /** The certificate of an authority that their connections trust, in PEM. */
  readonly authority?: string;
  /** A port for V8's inspector. */
  readonly inspectorPort?: number;
}

/**
 * Starts Workers in one process, each in an isolate of its own, so that what one of them imports slows no other.
 * @param workers By name; code alone, or more.
 */
export async function startWorkers(
  workers: Readonly<Record<string, string | Worker>>,
  options: ProcessOptions = {},
): Promise<Running> {
  const dir = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  const names = Object.keys(workers);
  const services: string[] = [];
  const sockets: string[] = [];
  const urls: Record<string, string> = {};
  for (const [name, worker] of Object.entries(workers)) {
    const full = typeof worker === 'string' ? { code: worker } : worker;
    const id = serviceId(names, name);
    const port = await freePort();
    writeFileSync(join(dir, `${id}.js`), full.code);
    for (const [file, code] of Object.entries(full.parts ?? {})) writeFileSync(join(dir, file), code);
    services.push(service(names, name, full, options.settings));
    sockets.push(`(name = "${id}", address = "127.0.0.1:${port}", http = (), service = "${id}")`);
    urls[name] = `http://127.0.0.1:${port}`;
  }
  writeFileSync(join(dir, 'config.capnp'), config([...services, internet(options)], sockets, options));
  const { inspectorPort } = options;
  const inspector = inspectorPort === undefined ? [] : [`--inspector-addr=127.0.0.1:${inspectorPort}`];
  const child = spawn(workerd.default, ['serve', join(dir, 'config.capnp'), ...inspector], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (const url of Object.values(urls)) await waitFor(`${url}/ready`, () => fetch(`${url}/ready`), child);
  return {
    urls,
    inspectors: Object.fromEntries(
      names.map((name) => [name, `ws://127.0.0.1:${inspectorPort}/${serviceId(names, name)}`]),
    ),
    pid: child.pid ?? 0,
    version: workerd.version,
    stop() {
      stop(child);
      rmSync(dir, { recursive: true });
    },
  };
}

function config(
  services: readonly string[],
  sockets: readonly string[],
  { maxHeapMib }: ProcessOptions,
): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${services.join(',\n')}],
  v8Flags = [${maxHeapMib ? `"--max-heap-size=${maxHeapMib}"` : ''}],
  sockets = [${sockets.join(',\n')}]
);
`;
}

/** The service that holds a Worker. */
function serviceId(names: readonly string[], name: string): string {
  return `worker${names.indexOf(name)}`;
}

function service(
  names: readonly string[],
  name: string,
  { parts = {}, settings, flags = [], objects = {}, objectsOf = name }: Worker,
  shared: Readonly<Record<string, string>> = {},
): string {
  const id = serviceId(names, name);
  const owner = serviceId(names, objectsOf);
  const bindings = [
    ...Object.entries({ ...shared, ...settings }).map(
      ([key, text]) => `(name = "${key}", text = ${JSON.stringify(text)})`,
    ),
    ...Object.entries(objects).map(
      ([key, className]) =>
        `(name = "${key}", durableObjectNamespace = (className = "${className}", serviceName = "${owner}"))`,
    ),
  ];
  const own = owner === id ? Object.values(objects) : [];
  const namespaces = own.map(
    (className) => `(className = "${className}", uniqueKey = "${id}-${className}", enableSql = true)`,
  );
  const modules = [`${id}.js`, ...Object.keys(parts)].map(
    (file) => `(name = "${file}", esModule = embed "${file}")`,
  );
  return `(name = "${id}", worker = (modules = [${modules.join(', ')}],
        compatibilityDate = "${COMPATIBILITY_DATE}",
        compatibilityFlags = [${flags.map((flag) => `"${flag}"`).join(', ')}],
        durableObjectNamespaces = [${namespaces.join(', ')}],
        durableObjectStorage = (inMemory = void),
        bindings = [${bindings.join(', ')}]))`;
}

function internet({ authority }: ProcessOptions): string {
  const trusted = authority === undefined ? '' : `, trustedCertificates = [${JSON.stringify(authority)}]`;
  return `(name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true${trusted})))`;
}

function stop(child: ChildProcess): void {
  child.kill('SIGKILL');
}
