// Runs the Worker of worker.ts in workerd, without wrangler's proxy in front of it: thousands of requests at once reach it as they
// are. Its objects can be evicted, and it can be deployed anew.
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { bundleWorker, workerOptions } from '../workerd/bundle.ts';
import { Caller } from './caller.ts';
import { residentBytes, socketsTo, workerdBelow } from './workerd-process.ts';

/** May do everything. */
export const TOKEN = 'token-all';
/** May only read. */
export const READER = 'token-reader';

/** An entry of `FAIRLEAD_CONNECTIONS`. */
export interface PooledEntry {
  readonly url: string;
  readonly pool: Readonly<Record<string, unknown>> | false;
}

/** The Worker, running. */
export interface Gateway extends AsyncDisposable {
  readonly caller: Caller;
  /** Evicts all objects that were asked for so far. @throws Where one holds a connection or a timer: the platform would wait. */
  evictIdle(): Promise<void>;
  /** Ends all objects that were asked for so far in the middle of what they do: their connections end, their calls fail. */
  crash(): Promise<void>;
  /** Ends the process and starts another one, as a deployment does with an isolate. */
  redeploy(): Promise<void>;
  /** workerd's sockets to these ports of this machine; 0 where there is no /proc. */
  sockets(ports: readonly number[]): number;
  /** workerd's resident memory, in bytes; 0 where there is no /proc. */
  memory(): number;
  close(): Promise<void>;
}

/** Prints what no test provokes; the lines of failed requests and of connections that end are left out. */
function noteLog(message: string): void {
  if (/stub|uncaught|internal error/i.test(message)) console.log(message.slice(0, 300));
}

/** Starts it; `npm run build` must have run. */
export async function startGateway(
  connections: Readonly<Record<string, PooledEntry>>,
  limits: Readonly<Record<string, number>> = {},
): Promise<Gateway> {
  const contents = await bundleWorker(join(import.meta.dirname, 'worker.ts'));
  const tokens = [
    { name: 'all', token: TOKEN, scopes: ['*'] },
    { name: 'reader', token: READER, scopes: ['pg:read', 'redis:read'] },
  ];
  const options = (deployment: number) =>
    convertV4MiniflareOptions({
      ...workerOptions(contents),
      // The first start chooses one; a deployment must not change it.
      port: deployment === 0 ? 0 : Number(caller.url.port),
      ...(process.env.INSPECT ? { inspectorPort: Number(process.env.INSPECT) } : {}),
      // A line for each failed request, of which there are thousands.
      handleStructuredLogs: ({ message }) => noteLog(message),
      name: 'fairlead',
      compatibilityFlags: ['enable_request_signal'],
      durableObjects: { MOORING: { className: 'Mooring', useSQLite: true } },
      bindings: {
        FAIRLEAD_CONNECTIONS: JSON.stringify(connections),
        FAIRLEAD_TOKENS: JSON.stringify(tokens),
        FAIRLEAD_LIMITS: JSON.stringify(limits),
        DEPLOYMENT: String(deployment),
      },
    });
  let deployment = 0;
  const caller = new Caller(TOKEN);
  const miniflare = new Miniflare(options(0));
  caller.url = await miniflare.ready;
  const close = async (): Promise<void> => {
    caller.close();
    await miniflare.dispose();
  };
  return {
    caller,
    evictIdle: async () => {
      const names = (await caller.ask('/objects')).body as unknown as readonly string[];
      for (const name of names) await miniflare.unsafeEvictDurableObject('fairlead', 'Mooring', { name });
    },
    crash: async () => {
      await caller.ask('/crash');
    },
    redeploy: async () => {
      deployment += 1;
      await miniflare.setOptions(options(deployment));
      caller.url = await miniflare.ready;
    },
    sockets: (ports) => workerdBelow(process.pid).reduce((sum, pid) => sum + socketsTo(pid, ports), 0),
    memory: () => workerdBelow(process.pid).reduce((sum, pid) => sum + residentBytes(pid), 0),
    close,
    [Symbol.asyncDispose]: close,
  };
}
