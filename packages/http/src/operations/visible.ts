// Which connections an operator's token may see. It refuses, and asks no pool.
import type { Connection, RouteContext } from '../app/contract.ts';
import { HttpProblem } from '../problems/http-problem.ts';

/** The first part of the operators' scopes. */
export const ADMIN = 'admin';
/** Stands for all connections in a scope that is asked for: only `*` covers it. */
export const ALL = '*';

/**
 * The connection of a name, for a token that has an operators' scope for it.
 * @throws HttpProblem 403 first, so that a token learns nothing about names that it has no right to; 404.
 */
export function named(c: RouteContext, action: string, name: string): Connection {
  c.get('access').require(ADMIN, action, name);
  const connection = c.get('config').connections.get(name);
  if (connection !== undefined) return connection;
  throw new HttpProblem('not_found', `There is no connection named ${JSON.stringify(name.slice(0, 64))}.`);
}

/**
 * The connections that a token may see: the one of `?connection=`, or all.
 * @throws HttpProblem 404; 403 where there are none, and the token may not see all.
 */
export function visible(c: RouteContext, action: string): Connection[] {
  const access = c.get('access');
  const config = c.get('config');
  const name = c.req.query('connection');
  if (name !== undefined) return [named(c, action, name)];
  const all = [...config.connections.values()];
  const seen = all.filter(({ name }) => access.allows(ADMIN, action, name));
  if (seen.length > 0 || access.allows(ADMIN, action, ALL)) return seen;
  const needs = `${ADMIN}:${action}:${ALL}`;
  const detail = `The token "${access.name}" lacks the scope ${needs}, and ${ADMIN}:${action}:<connection> of every one.`;
  throw new HttpProblem('forbidden', detail, { needs });
}
