// What scopes there are, for the check: those of every protocol that the gateway speaks, and its own. Data only.
import { type ScopeKind, scopeKinds } from '@fairlead/http/settings';
import { ROUTES } from '../routes.ts';

/** What the scopes of each protocol may say, by their first part. */
export const SCOPE_KINDS: ReadonlyMap<string, ScopeKind> = scopeKinds(ROUTES);

/** The actions by which a token may read SQL. */
export const SQL_READERS: readonly string[] = ['pg', 'mysql'];
