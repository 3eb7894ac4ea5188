// Whether a server belongs to the deployment that the settings describe, and what kind of deployment it shows. Pure.
import type { ServerDescription } from '../connection/types.ts';
import type { Settings } from '../options/settings.ts';
import type { DeploymentKind } from './types.ts';

/** Which deployment a server stands for. */
export function deploymentOf(server: ServerDescription, settings: Settings): DeploymentKind {
  if (settings.loadBalanced) return 'load balanced';
  if (settings.directConnection || server.kind === 'standalone') return 'single';
  return server.kind === 'mongos' ? 'sharded' : 'replica set';
}

/**
 * Why a server must not be used; undefined where it may.
 * @param setName The set's name, as the settings or the first member said.
 */
export function misfitOf(
  server: ServerDescription,
  settings: Settings,
  setName: string | undefined,
): string | undefined {
  const { kind } = server;
  if (settings.loadBalanced) return kind === 'load balancer' ? undefined : 'is not behind a load balancer';
  if (setName !== undefined && server.setName !== setName) {
    return server.setName === undefined ? 'is in no replica set' : 'is in another replica set';
  }
  if (settings.directConnection) return undefined;
  if (kind === 'standalone' && settings.seeds.length > 1)
    return 'stands alone, though there are several hosts';
  return kind === 'standalone' || kind === 'mongos' || server.setName !== undefined
    ? undefined
    : 'is not ready as a member of a replica set';
}
