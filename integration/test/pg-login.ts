// The account by which the tests of @fairlead/postgres/pg log in, by the names that `pg` has for its parts.
import { inject } from 'vitest';

/** PostgreSQL 17, by SCRAM. */
export const login = {
  host: 'localhost',
  port: inject('servers').postgres.good.port,
  user: 'scram',
  password: 'scram-password',
  database: 'fairlead',
};
