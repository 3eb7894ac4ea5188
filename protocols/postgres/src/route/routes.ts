// Registers the routes below `/pg`, each of which stands in a file or folder of its own.
import type { RouteApp } from '@fairlead/http';
import { registerNamedQueries, registerQuery } from '@fairlead/http/sql';
import { registerNeon } from './neon/index.ts';
import { postgresQuery } from './query.ts';

/** Registers `/query`, `/q/{name}` and `/sql`. */
export function registerPostgres(app: RouteApp): void {
  registerQuery(app, postgresQuery);
  registerNamedQueries(app, postgresQuery);
  registerNeon(app);
}
