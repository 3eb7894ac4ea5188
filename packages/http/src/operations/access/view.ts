// What the caller's token may do, by the scopes that the routes check. It shows no URL, and no address that is the operator's to
// know.
import { namesConnectionsOf, type ScopeKind, scopeKinds } from '../../access/scope-kinds.ts';
import type { Connection, RouteContext, RouteModule } from '../../app/contract.ts';
import type { NamedQuery, QueryParameter } from '../../queries/named-query.ts';
import { chooseConnection } from '../../settings/connections.ts';
import { isPooled } from '../../targets/dial.ts';
import type { AccessView } from './schema.ts';

/** Stands for all connections in a scope that is asked for: only `*` covers it. */
const ALL = '*';

/** What the view is made of. */
interface Sources {
  readonly c: RouteContext;
  /** Those of the protocols. */
  readonly modules: readonly RouteModule[];
  readonly kinds: ReadonlyMap<string, ScopeKind>;
}

/** What the caller may do, as `GET /access` tells. @param version Of the gateway. */
export function viewAccess(
  c: RouteContext,
  modules: readonly RouteModule[],
  version: string | undefined,
): AccessView {
  const sources = { c, modules, kinds: scopeKinds(modules) };
  const access = c.get('access');
  const { expiresAt, maxRows } = access.limits;
  const connections = connectionViews(sources);
  const targetScopes = targetScopesOf(sources);
  const hasTargets = Object.keys(targetScopes).length > 0;
  return {
    name: access.name,
    scopes: [...access.scopes],
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(maxRows !== undefined && { maxRows }),
    connections,
    queries: queryViews(c, new Set(connections.map(({ name }) => name))),
    targets: hasTargets ? c.get('config').targets.map(({ text }) => text) : [],
    targetScopes,
    admin: actionsOf(sources, 'admin', ALL),
    limits: { ...c.get('config').limits },
    ...(version !== undefined && { version }),
  };
}

/** The actions of a protocol that the token has. @param name Of a connection, `*` for all, undefined for a caller's address. */
function actionsOf({ c, kinds }: Sources, protocol: string, name: string | undefined): string[] {
  const access = c.get('access');
  return (kinds.get(protocol)?.actions ?? []).filter((action) => access.allows(protocol, action, name));
}

function connectionViews(sources: Sources): AccessView['connections'] {
  const defaults = defaultsOf(sources);
  const all = [...sources.c.get('config').connections.values()];
  return all.flatMap((connection) => {
    const scopes = scopesOf(sources, connection);
    if (Object.keys(scopes).length === 0) return [];
    const { name, protocol, address } = connection;
    const module = sources.modules.find((one) => one.protocol === protocol);
    const place = scopes.admin?.includes('connections') ? { host: address.hostname, port: address.port } : {};
    const pooled = isPooled(sources.c, module, connection);
    return [{ name, protocol, isDefault: defaults.has(name), scopes, pooled, ...place }];
  });
}

/** What the token may do with a connection. Settings are of no connection. */
function scopesOf(sources: Sources, { name, protocol }: Connection): Record<string, string[]> {
  const scopes = [...sources.kinds]
    .filter(([, kind]) => namesConnectionsOf(kind, protocol))
    .map(([own]) => [own, actionsOf(sources, own, name).filter((action) => action !== 'settings')] as const)
    .filter(([, actions]) => actions.length > 0);
  return Object.fromEntries(scopes);
}

/** The names of connections that a module takes where the request names none. */
function defaultsOf({ c, modules }: Sources): ReadonlySet<string> {
  const access = c.get('access');
  const chosen = modules
    .filter(({ schemes, ofAnyProtocol }) => schemes.length > 0 && !ofAnyProtocol)
    .map(({ protocol, connectionsOf = protocol }) =>
      chooseConnection(c.get('config').connections, undefined, connectionsOf, (name) =>
        access.reaches(protocol, name),
      ),
    );
  return new Set(chosen.flatMap((connection) => (connection === undefined ? [] : [connection.name])));
}

/** What the token may do with addresses of its caller's own, where the policy lets callers choose any. */
function targetScopesOf(sources: Sources): Record<string, string[]> {
  if (sources.c.get('config').targets.length === 0) return {};
  const protocols = new Set(sources.modules.map(({ protocol }) => protocol));
  const scopes = [...protocols].map((own) => [own, actionsOf(sources, own, undefined)] as const);
  return Object.fromEntries(scopes.filter(([, actions]) => actions.length > 0));
}

function queryViews(c: RouteContext, connections: ReadonlySet<string>): AccessView['queries'] {
  const access = c.get('access');
  return [...c.get('config').queries.values()]
    .filter(({ name }) => access.allows('query', 'run', name))
    .map(({ name, protocol, path, connection, readOnly, description, params }: NamedQuery) => ({
      name,
      protocol,
      path,
      ...(connections.has(connection) && { connection }),
      readOnly,
      ...(description !== undefined && { description }),
      params: [...params.values()].map(parameterView),
    }));
}

function parameterView({ name, type, default: preset, description, enum: values }: QueryParameter) {
  return {
    name,
    type,
    isRequired: preset === undefined,
    ...(description !== undefined && { description }),
    ...(values !== undefined && { enum: [...values] }),
  };
}
