// How a route reaches its target: by a connection of the request's own, or by one that a mooring keeps. Routes do not notice.
import type { Connector } from '@fairlead/transport';
import type { RouteContext, Target } from '../app/contract.ts';

/**
 * The options with which a route opens its client: `options` with a connector, and, where the target's connections are kept by
 * a mooring, with what its protocol changes for that. Addresses of a caller's own are never pooled.
 * @throws FairleadError What resolving the password throws.
 */
export async function dialOptions<Options extends object>(
  c: RouteContext,
  target: Target,
  options: Options,
): Promise<Options & { readonly connector: Connector }> {
  const { module, connector, isOwnConnector } = c.var;
  const namespace = c.env.MOORING;
  const { pool } = target;
  const keeps = module?.pool;
  if (
    keeps === undefined ||
    namespace === undefined ||
    pool === undefined ||
    pool === false ||
    isOwnConnector
  ) {
    return { ...options, connector };
  }
  const { locationHint, ...limits } = pool;
  return { ...options, ...(await keeps(namespace, target.url, { ...options, pool: limits, locationHint })) };
}
