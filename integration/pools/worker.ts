// The Worker under test: the built gateway, and beside it users of the library whose commands the gateway refuses (blocking
// commands, WATCH, subscriptions). All share one binding. Bundled by gateway.ts.
import type { MooringNamespace } from '@fairlead/mooring';
import { subscribe } from '@fairlead/redis';
import { connect } from '@fairlead/redis/mooring';
import gateway, { Mooring as GatewayMooring } from '@fairlead/worker';

/** What is used of an object's own context. */
interface ObjectContext {
  abort(reason: string): void;
}

/** The gateway's objects, which can be made to lose all that they hold in memory, their connections with it. */
export class Mooring extends GatewayMooring {
  readonly #context: ObjectContext;

  constructor(context: ObjectContext, env: unknown) {
    super(context, env);
    this.#context = context;
  }

  crash(): void {
    this.#context.abort('The object was evicted by a test.');
  }
}

/** What a user of the library does with Redis. */
export interface RedisJob {
  readonly kind: 'pop' | 'watch' | 'subscribe';
  readonly url: string;
  /** Names keys and channels that are this job's alone. */
  readonly nonce: string;
  readonly timeoutMs: number;
  readonly pool: { readonly max: number; readonly idleSeconds: number; readonly waitMs: number };
}

/** The variables and the binding, which the gateway checks itself. */
type Env = Record<string, unknown> & { readonly MOORING: MooringNamespace };

/** The names of the objects that were asked for: tests evict them. */
const objects = new Set<string>();

/** The binding, which notes the names. */
function noting(namespace: MooringNamespace): MooringNamespace {
  return {
    idFromName(name) {
      objects.add(name);
      return namespace.idFromName(name);
    },
    get: (id, options) => namespace.get(id, options),
  };
}

/** Waits for a push of its own, is beaten under WATCH by a write of its own, or hears its own message. */
async function runJob(namespace: MooringNamespace, job: RedisJob): Promise<unknown> {
  const { kind, url, nonce, timeoutMs, pool } = job;
  const moored = { timeoutMs, pool, signal: AbortSignal.timeout(timeoutMs) };
  await using redis = await connect(namespace, url, moored);
  await using own = await redis.dedicated();
  if (kind === 'pop') {
    const popped = own.send('BLPOP', `list:${nonce}`, Math.ceil(timeoutMs / 1_000));
    // Where the pop fails first, that is the job's failure.
    const pushed = redis.send('RPUSH', `list:${nonce}`, nonce);
    return (await Promise.all([popped, pushed]))[0];
  }
  if (kind === 'watch') {
    await own.send('WATCH', `watched:${nonce}`);
    const before = await own.get(`watched:${nonce}`);
    await redis.set(`watched:${nonce}`, nonce);
    const refused = await own.multi().set(`watched:${nonce}`, 'never').exec();
    return [before, refused, await redis.get(`watched:${nonce}`)];
  }
  await using messages = await subscribe(own, [`channel:${nonce}`]);
  await redis.send('PUBLISH', `channel:${nonce}`, nonce);
  return (await messages.next()).value?.message;
}

async function answer(namespace: MooringNamespace, request: Request): Promise<Response> {
  try {
    return Response.json({ result: await runJob(namespace, await request.json()) });
  } catch (error) {
    const { code, safeToRetry, message } = error as { code?: string; safeToRetry?: boolean; message: string };
    return Response.json(
      { code, safeToRetry, detail: message },
      { status: code === 'overloaded' ? 503 : 502 },
    );
  }
}

async function statsOfAll(namespace: MooringNamespace): Promise<Response> {
  const stats = [...objects].map(async (name) => {
    const stub = namespace.get(namespace.idFromName(name) as never) as Mooring;
    return [name, await stub.stats()];
  });
  return Response.json(Object.fromEntries(await Promise.all(stats)));
}

/** Each call to an object that crashes is answered with the crash. */
async function crashAll(namespace: MooringNamespace): Promise<Response> {
  const stubs = [...objects].map((name) => namespace.get(namespace.idFromName(name) as never) as Mooring);
  await Promise.allSettled(stubs.map((stub) => stub.crash()));
  return Response.json(stubs.length);
}

export default {
  async fetch(request: Request, env: Env, context: unknown): Promise<Response> {
    const { pathname } = new URL(request.url);
    const namespace = noting(env.MOORING);
    if (pathname === '/objects') return Response.json([...objects]);
    if (pathname === '/crash') return crashAll(env.MOORING);
    if (pathname === '/stats') return statsOfAll(env.MOORING);
    if (pathname === '/job') return answer(namespace, request);
    return gateway.fetch(request, { ...env, MOORING: namespace }, context as never);
  },
};
