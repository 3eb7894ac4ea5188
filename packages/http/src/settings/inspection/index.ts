// The subpath export `settings`: the settings to be explained, for the check and for the JSON Schema. It holds no code.

export type { Scope } from '../../access/scope.ts';
export { namesConnectionsOf, type ScopeKind, scopeKinds } from '../../access/scope-kinds.ts';
export type { Home, QueryHomes } from '../../queries/settings.ts';
export { type Role, type RoleSettings, rolesOf } from '../../targets/roles.ts';
export { poolSchema } from '../pool.ts';
export { isRecord, isReference, SECRET_NAME, type SecretReference } from '../secrets/references.ts';
export { type Environment, holdsConnections, SETTING_NAMES, type SettingName } from '../setting-values.ts';
export { tlsModeSchema, tlsWishesSchema } from '../tls.ts';
export {
  type InspectedConnection,
  type InspectedFault,
  type InspectedToken,
  type Inspection,
  inspectSettings,
} from './inspect.ts';
export { settingSchemas } from './schemas.ts';
