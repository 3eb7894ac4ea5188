// How a route reaches its target: by a connection of the request's own, or by one that a mooring keeps. Routes do not notice.
import { type MooringNamespace, onPoolTiming } from '@fairlead/mooring';
import type { Connector } from '@fairlead/transport';
import type { Connection, RouteContext, RouteModule, Target } from '../app/contract.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { bindingConnector } from './via.ts';

const WRONG_BINDING =
  'The binding MOORING is no Durable Object namespace: wrangler.toml declares it in [[durable_objects.bindings]].';

/** What a client is opened with. */
export type Dialled<Options> = Options & { readonly connector: Connector };

/**
 * The options with which a route opens its client: `options` with a connector, and, where the target's connections are kept by
 * a mooring, with what its protocol changes for that. Addresses of a caller's own are never pooled.
 * @throws FairleadError What resolving the password throws; HttpProblem `config`.
 */
export async function dialOptions<Options extends object>(
  c: RouteContext,
  target: Target,
  options: Options,
): Promise<Dialled<Options>> {
  const pooled = await pooledOptions(c, c.get('module'), target, options);
  if (pooled === undefined) return { ...options, connector: connectorOf(c, target) };
  onPoolTiming(pooled.connector, c.get('timing').pooled());
  return pooled;
}

/**
 * What dials a target: the gateway's own connector, or the binding that the connection's entry names.
 * @throws HttpProblem `config` where there is no such binding.
 */
export function connectorOf(c: RouteContext, { name, via }: Pick<Target, 'name' | 'via'>): Connector {
  if (via === undefined) return c.get('connector');
  return c.get('timing').watch(c.get('shared').ownTls(bindingConnector(c.env, via, name)));
}

/**
 * The options with which a client borrows from the pool of a named connection; `undefined` where it has none: its entry or the
 * caller's address forbids it, there is no binding, the protocol has no seat, or the gateway dials by a connector of its own.
 * @param module Of the connection's protocol.
 * @throws FairleadError As `dialOptions`.
 */
export async function pooledOptions<Options extends object>(
  c: RouteContext,
  module: RouteModule | undefined,
  { url, pool }: Pick<Target | Connection, 'url' | 'pool'>,
  options: Options,
): Promise<Dialled<Options> | undefined> {
  const namespace = c.env?.MOORING;
  const keeps = module?.pool;
  if (keeps === undefined || namespace === undefined || !pool || !isPooled(c, module, { pool }))
    return undefined;
  if (typeof namespace.idFromName !== 'function') throw new HttpProblem('config', WRONG_BINDING);
  const { locationHint, jurisdiction, ...limits } = pool;
  const home = jurisdiction === undefined ? namespace : within(namespace, jurisdiction);
  const { maxTimeoutMs } = c.get('config').limits;
  const kept = await keeps(home, String(url), { ...options, pool: limits, locationHint }, maxTimeoutMs);
  return { ...options, ...kept };
}

/**
 * Whether a named connection's connections are a pool's: its entry, the binding and its protocol say so.
 * @param module Of the connection's protocol.
 */
export function isPooled(
  c: RouteContext,
  module: RouteModule | undefined,
  { pool }: Pick<Target | Connection, 'pool'>,
): boolean {
  const isKept = module?.pool !== undefined && c.env?.MOORING !== undefined;
  return isKept && Boolean(pool) && !c.get('shared').isOwnConnector;
}

/** @throws HttpProblem `config` where the runtime knows no such jurisdiction, as a local workerd knows none. */
function within(namespace: MooringNamespace, jurisdiction: string): MooringNamespace {
  try {
    const home = namespace.jurisdiction?.(jurisdiction as never);
    if (home !== undefined) return home as MooringNamespace;
  } catch (cause) {
    throw noJurisdiction(jurisdiction, cause);
  }
  throw noJurisdiction(jurisdiction);
}

function noJurisdiction(name: string, cause?: unknown): HttpProblem {
  const detail = `The runtime does not offer the jurisdiction "${name}", which "pool" of the connection asks for.`;
  return new HttpProblem('config', detail, { cause });
}
