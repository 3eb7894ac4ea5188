// Whether each connection's server can be used: every protocol's cheapest sign of life, all connections at once, within a time.
// Answers are kept for some seconds, so that many who ask cost the servers no more than one.
import { type CallLimit, Deadlines } from '@fairlead/client';
import { bounded } from '@fairlead/transport';
import type { Connection, ConnectionCheck, RouteContext, RouteModule } from '../../app/contract.ts';
import { toProblem } from '../../problems/problem.ts';
import { Lifetime } from '../../request/lifetime.ts';
import { connectorOf, pooledOptions } from '../../targets/dial.ts';
import { type Role, type RoleSettings, rolesOf } from '../../targets/roles.ts';

/** How long a server may take. */
const CHECK_MS = 5_000;
/** How long an answer is good for. */
const FRESH_MS = 5_000;
/** Connections of settings that have gone are forgotten with the others. */
const MAX_RESULTS = 1_000;
/** How often a request looks for what another one is finding out. */
const LOOK_EVERY_MS = 50;
/** Checks that run at once; the platform opens six connections at a time. */
const PARALLEL = 6;
/** One request does not check more roles: the platform bounds what a request may open. */
const MAX_CHECKS = 200;

/** What became of one check. */
export interface Readiness {
  readonly name: string;
  readonly protocol: string;
  /** Where the connection has one for readers. */
  readonly role?: Role;
  /** `unchecked`: its protocol has no check, or there are too many connections. */
  readonly state: 'ok' | 'failed' | 'unchecked';
  readonly ms?: number;
  /** The error's code. */
  readonly code?: string;
}

/** One role of a connection. */
interface Job {
  readonly connection: Connection;
  readonly settings: RoleSettings;
}

/** The checks of an isolate, with their last answers. */
export class ReadinessChecks {
  readonly #modules: readonly RouteModule[];
  readonly #results = new Map<string, { readonly at: number; readonly result: Readiness }>();
  /** When the checks began that have not ended. */
  readonly #running = new Map<string, number>();

  constructor(modules: readonly RouteModule[]) {
    this.#modules = modules;
  }

  /** Checks the connections, or tells what was found a moment ago. */
  async check(c: RouteContext, connections: readonly Connection[]): Promise<readonly Readiness[]> {
    if (this.#results.size > MAX_RESULTS) this.#results.clear();
    const jobs = connections.flatMap((connection) =>
      rolesOf(connection).map((settings) => ({ connection, settings })),
    );
    const results: Readiness[] = [];
    const waiting = jobs.entries();
    const work = async (): Promise<void> => {
      for (const [i, job] of waiting) results[i] = await this.#one(c, job, i);
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return results;
  }

  async #one(c: RouteContext, job: Job, index: number): Promise<Readiness> {
    const { name, protocol } = job.connection;
    const whose = job.connection.reader === undefined ? {} : { role: job.settings.role };
    const place = { name, protocol, ...whose };
    const module = this.#modules.find((one) => one.protocol === protocol && one.check !== undefined);
    if (module === undefined || index >= MAX_CHECKS) return { ...place, state: 'unchecked' };
    // What is found of other settings says nothing of these. The key stays in memory.
    const key = JSON.stringify([place, job.settings.url.href]);
    for (;;) {
      const known = this.#known(key);
      if (known === undefined) break;
      if (known !== 'running') return known;
      await new Promise<void>((resolve) => new Deadlines().add(LOOK_EVERY_MS, resolve));
    }
    this.#running.set(key, Date.now());
    const startedAt = Date.now();
    try {
      const code = await attempt(c, module, job);
      const ms = Date.now() - startedAt;
      const result: Readiness =
        code === undefined ? { ...place, state: 'ok', ms } : { ...place, state: 'failed', ms, code };
      // Whoever asked has gone: that says nothing of the server.
      if (code !== 'aborted') this.#results.set(key, { at: Date.now(), result });
      return result;
    } finally {
      this.#running.delete(key);
    }
  }

  /**
   * What was found a moment ago, or that another request is finding it out. That is looked at from time to time and not awaited:
   * workerd ties a promise to the request that made it.
   */
  #known(key: string): Readiness | 'running' | undefined {
    const last = this.#results.get(key);
    if (last !== undefined && Date.now() - last.at < FRESH_MS) return last.result;
    const since = this.#running.get(key);
    return since === undefined || Date.now() - since > CHECK_MS ? undefined : 'running';
  }
}

/** Runs a check within its time. @returns The error's code, or `undefined` where the server lives. */
async function attempt(c: RouteContext, module: RouteModule, job: Job): Promise<string | undefined> {
  const life = new Lifetime(c, { timeoutMs: CHECK_MS, at: Date.now() + CHECK_MS });
  try {
    // A check that does not heed its signal is not waited for either.
    const outcome = await bounded(
      Promise.resolve(module.check?.(checkOf(c, module, job, life.limit))),
      CHECK_MS,
    );
    if (outcome.kind === 'failed') return toProblem(life.explain(outcome.error), c).code;
    return outcome.kind === 'timeout' ? 'timeout' : undefined;
  } finally {
    life.end();
  }
}

function checkOf(c: RouteContext, module: RouteModule, job: Job, limit: CallLimit): ConnectionCheck {
  const { connection, settings } = job;
  const { url, address } = settings;
  const connector = connectorOf(c, connection);
  return {
    url: url.href,
    address,
    options: settings.options,
    limit,
    connector,
    async dial(options) {
      const pool = { url: url.href, pool: connection.pool };
      return (await pooledOptions(c, module, pool, options)) ?? { ...options, connector };
    },
  };
}
