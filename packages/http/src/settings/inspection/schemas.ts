// Each setting's schema by its variable, for what reads settings to explain them. The gateway's requests do not need it.
import type { z } from 'zod';
import { jwtSchema } from '../../access/jwt/settings.ts';
import { tokensSchema } from '../../access/tokens.ts';
import type { Connection, RouteModule } from '../../app/contract.ts';
import { logSchema } from '../../observability/settings.ts';
import { type QueryHomes, queriesSchema } from '../../queries/settings.ts';
import { resolverSchema } from '../../targets/resolver/settings.ts';
import { targetsSchema } from '../../targets/target-policy.ts';
import { corsSchema } from '../config.ts';
import { connectionsSchema } from '../connections.ts';
import { limitsSchema } from '../limits.ts';
import type { SettingName } from '../setting-values.ts';

/**
 * The schema of each setting.
 * @param connections The connections that queries may name.
 * @param homes What the modules know of their statements.
 */
export function settingSchemas(
  modules: readonly RouteModule[],
  connections: ReadonlyMap<string, Connection> = new Map(),
  homes: QueryHomes = new Map(),
): Readonly<Record<SettingName, z.ZodType>> {
  return {
    FAIRLEAD_CONNECTIONS: connectionsSchema(modules),
    FAIRLEAD_TOKENS: tokensSchema,
    FAIRLEAD_QUERIES: queriesSchema(connections, homes),
    FAIRLEAD_TARGETS: targetsSchema,
    FAIRLEAD_LIMITS: limitsSchema,
    FAIRLEAD_CORS: corsSchema,
    FAIRLEAD_JWT: jwtSchema,
    FAIRLEAD_RESOLVER: resolverSchema,
    FAIRLEAD_LOG: logSchema,
  };
}
