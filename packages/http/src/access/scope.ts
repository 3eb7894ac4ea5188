// Scopes: `protocol:action:connection`, read and matched. Pure; knows no token.
// Grammar: one to three parts between colons; a part is `*` or a name; parts left out at the end mean `*`.

/** One scope of a token, with `*` for parts that match everything. */
export interface Scope {
  readonly protocol: string;
  readonly action: string;
  readonly connection: string;
}

/** The third part that stands for an address which the caller chose itself; no connection can have this name. */
export const CALLER_CHOSEN = '@';

const PART = /^(?:\*|@|[A-Za-z0-9][A-Za-z0-9_.-]{0,63})$/;

/**
 * Reads a scope. `pg:read:main` is that connection alone; `pg:read` and `pg:read:*` any connection and,
 * where the target policy allows, any address; `redis` and `redis:*` all of a protocol; `*` everything.
 * @returns undefined if `text` is not a scope (`ma*`, empty parts, more than three parts).
 */
export function parseScope(text: string): Scope | undefined {
  const parts = text.split(':');
  if (parts.length > 3 || !parts.every((part) => PART.test(part))) return undefined;
  const [protocol = '*', action = '*', connection = '*'] = parts;
  if (protocol === CALLER_CHOSEN || action === CALLER_CHOSEN) return undefined;
  return { protocol, action, connection };
}

/** The scope as text, as problems name it. */
export function formatScope(scope: Scope): string {
  return `${scope.protocol}:${scope.action}:${scope.connection}`;
}

/** Whether a token that holds `held` may do what needs `needed`. No action implies another one. */
export function covers(held: Scope, needed: Scope): boolean {
  return (
    matches(held.protocol, needed.protocol) &&
    matches(held.action, needed.action) &&
    matches(held.connection, needed.connection)
  );
}

function matches(held: string, needed: string): boolean {
  return held === '*' || held === needed;
}
