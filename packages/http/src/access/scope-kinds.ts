// What scopes there are: each protocol's actions as its route modules declare them, and the gateway's own. Pure.
import type { RouteModule } from '../app/contract.ts';

/** The actions of scopes that begin with `admin`. */
const ADMIN_ACTIONS = ['connections', 'drain', 'metrics', 'settings'] as const;

/** Stands for the connections of every protocol. */
const ANY_PROTOCOL = '*';

/** What scopes of one protocol may say. */
export interface ScopeKind {
  /** Their second parts, apart from `*`. */
  readonly actions: readonly string[];
  /** The protocol whose connections their third part names; `*` for any; undefined where it names no connection (`query`). */
  readonly connectionsOf: string | undefined;
}

/**
 * The kinds of scopes by their first part, protocols first, then `query` and `admin`.
 * @param modules Those of the protocols. Where several share a protocol, their actions are joined.
 */
export function scopeKinds(modules: readonly RouteModule[]): ReadonlyMap<string, ScopeKind> {
  const kinds = new Map<string, ScopeKind>();
  for (const { protocol, actions = [], ofAnyProtocol = false, connectionsOf = protocol } of modules) {
    const known = kinds.get(protocol)?.actions ?? [];
    kinds.set(protocol, {
      actions: [...new Set([...known, ...actions])],
      connectionsOf: ofAnyProtocol ? ANY_PROTOCOL : connectionsOf,
    });
  }
  kinds.set('query', { actions: ['run'], connectionsOf: undefined });
  kinds.set('admin', { actions: ADMIN_ACTIONS, connectionsOf: ANY_PROTOCOL });
  return kinds;
}

/** Whether scopes of a kind can name the connections of a protocol. */
export function namesConnectionsOf({ connectionsOf }: ScopeKind, protocol: string): boolean {
  return connectionsOf === ANY_PROTOCOL || connectionsOf === protocol;
}
